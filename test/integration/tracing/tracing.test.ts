import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { loadOpenTelemetry } from '../../../src/tracing/open-telemetry.ts';
import type { Tracing } from '../../../src/tracing/tracing.ts';
import { ZoomClient } from '../../../src/zoom/client.ts';
import { createTokens } from '../../../src/zoom/tokens/create-tokens.ts';
import type { TokenStore } from '../../../src/zoom/tokens/tokens.ts';
import { JobSpan } from '../../../workers/jobs/job-span.ts';
import { collectLog } from '../../support/real-context.ts';
import { freePort } from '../../support/redis-server.ts';
import { accountsOf } from '../../support/rig.ts';
import { scheduled } from '../../support/rules/scenario.ts';
import { get } from '../../support/rules/states.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { until } from '../../support/wait-for.ts';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-01$/;
const CALLER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let tracing: Tracing;
let warned: unknown[];

beforeAll(async () => {
  const { log: lines, logger } = collectLog();
  await loadOpenTelemetry('1.0.0', logger);
  warned = [...lines];
  provider.register();
  tracing = await loadOpenTelemetry('1.0.0', logger);
  expect(lines).toHaveLength(warned.length);
});
afterEach(() => exporter.reset());
// The other files of this process have no traces.
afterAll(() => {
  for (const global of [trace, context, propagation]) global.disable();
});

const spanOf = (name: string): Promise<ReadableSpan> =>
  until(`the span ${name}`, () => exporter.getFinishedSpans().find((span) => span.name === name) ?? null);

it('says so when TRACING is on and no SDK was started', () => {
  expect(warned).toEqual([expect.objectContaining({ msg: expect.stringContaining('no OpenTelemetry SDK') })]);
});

describe('the API', () => {
  let on: Service;
  beforeAll(async () => {
    on = await startService({ TRACING: 'on' });
  });
  afterAll(() => on?.stop());
  const traceOf = async (id: string) => TRACEPARENT.exec((await on.core.store.get(id)).traceparent ?? '') ?? [];

  it('stores the trace of the request in the record, and that of a later change in its place', async () => {
    const { id } = await on.schedule();
    const created = await spanOf('POST /v1/broadcasts');
    const { traceId, spanId } = created.spanContext();
    expect((await traceOf(id)).slice(1)).toEqual([traceId, spanId]);
    await on.request('PATCH', `/v1/broadcasts/${id}`, { title: 'New' }, { traceparent: CALLER });
    const changed = await spanOf('PATCH /v1/broadcasts/:id');
    expect(changed.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect((await traceOf(id)).slice(1)).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', changed.spanContext().spanId]);
  });

  it('shows the outside nothing of it', async () => {
    const { id } = await on.schedule();
    expect(await (await on.request('GET', `/v1/broadcasts/${id}`)).text()).not.toContain('traceparent');
  });

  it('begins a trace when the header is damaged', async () => {
    await on.request('GET', '/v1/pauses', undefined, { traceparent: '00-xyz-1-01' });
    expect((await spanOf('GET /v1/pauses')).parentSpanContext).toBeUndefined();
  });

  it('has no span for probes, and no path in any', async () => {
    await on.request('GET', '/livez');
    await on.request('GET', '/v1/feeds/lsf_A-secret-address.ics');
    await on.request('GET', '/no/such/jane.doe');
    await spanOf('GET');
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).not.toContain('GET /livez');
    expect(JSON.stringify(spans.map(({ name, attributes }) => [name, attributes]))).not.toMatch(/secret|jane/);
  });

  it('is stored by nobody while TRACING is off', async () => {
    const off = await startService();
    const { id } = await off.schedule();
    expect((await off.core.store.get(id)).traceparent).toBeUndefined();
    await off.stop();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe('a request to Zoom', () => {
  it('that does not get through says why, and names no user', async () => {
    const accounts = accountsOf(['default'], { apiUrl: `http://127.0.0.1:${await freePort()}/v2` });
    const { logger } = collectLog();
    const shared = { accounts, clock: new SystemClock(), timeoutMs: 5_000, logger, store: {} as TokenStore };
    const tokens = createTokens(shared);
    const zoom = new ZoomClient({ ...shared, tokens, requestFormat: 'json', version: '1', tracing });
    await zoom.read('default', { of: 'list', userId: 'jane@example.org', kind: 'meeting', pageToken: null });
    await Promise.all([zoom.close(), tokens.close()]);
    const span = await spanOf('GET /users/{userId}/meetings');
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.status).toEqual({ code: 2, message: 'connection refused (ECONNREFUSED)' });
    expect(JSON.stringify(span.attributes)).not.toContain('jane');
  });
});

describe('a job', () => {
  const broadcast = get(scheduled());
  const JOB = { broadcastId: 'bc_1', action: 'start', revision: 1 } as const;

  it('belongs to the trace that the record names', () => {
    const job = new JobSpan(tracing, JOB);
    const inside = job.within({ ...broadcast, traceparent: CALLER }, () => tracing.traceparent());
    job.ended({ kind: 'done' });
    expect(inside).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)/);
  });

  it.each([undefined, 'damaged', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'begins one when that is %s',
    (traceparent) => {
      const job = new JobSpan(tracing, JOB);
      job.within({ ...broadcast, traceparent }, () => {});
      job.ended({ kind: 'done' });
      expect(exporter.getFinishedSpans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined]);
    },
  );

  it('that fails is an error, without the text of the error', () => {
    const job = new JobSpan(tracing, JOB);
    job.within(broadcast, () => {});
    job.failed(new TypeError('Bearer abc'));
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['error.type']).toBe('TypeError');
    expect(span?.status).toEqual({ code: 2 });
  });

  it('with nothing to do has no span', () => {
    new JobSpan(tracing, JOB).ended({ kind: 'done' });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
