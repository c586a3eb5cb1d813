import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

/** docs/tracing.md as it stands: an API and a worker process with the example's SDK, which sends to a collector. */

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const ZOOM = 'PATCH /meetings/{meetingId}/livestream/status';

let on: Installation;
let collector: OtlpReceiver;

beforeAll(async () => {
  collector = await startOtlpReceiver();
  on = await startInstallation({
    workers: 0,
    env: {
      TRACING: 'on',
      NODE_OPTIONS: `--import ${pathToFileURL(resolve('examples/otel.mjs'))}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_SERVICE_NAME: 'api',
    },
  });
  await on.addWorker({ OTEL_SERVICE_NAME: 'worker' });
});
afterAll(async () => {
  await on?.close();
  collector?.close();
});

test('one trace from the request of the caller to the answer of Zoom, over two processes', async () => {
  const meetingId = newMeetingId();
  const title = 'Sunday service';
  const reply = await on.api(
    'POST',
    '/v1/broadcasts',
    { meetingId, startAt: 'now', title },
    {
      traceparent: `00-${TRACE}-${CALLER}-01`,
    },
  );
  expect(reply.status).toBe(201);
  const request = await collector.span('POST /v1/broadcasts', TRACE);
  const job = await collector.span('process starts', TRACE);
  const zoom = await collector.span(ZOOM, TRACE);
  expect([request, job, zoom].map(({ service, kind, parentSpanId }) => ({ service, kind, parentSpanId }))).toEqual([
    { service: 'api', kind: 2, parentSpanId: CALLER },
    { service: 'worker', kind: 5, parentSpanId: request.spanId },
    { service: 'worker', kind: 3, parentSpanId: job.spanId },
  ]);
  expect(request.attributes).toMatchObject({ 'http.route': '/v1/broadcasts', 'http.response.status_code': 201 });
  expect(job.attributes).toMatchObject({
    'messaging.system': 'bullmq',
    'messaging.destination.name': 'starts',
    'livestream.broadcast.id': reply.body.id,
  });
  expect(zoom.attributes).toMatchObject({
    'http.request.method': 'PATCH',
    'http.response.status_code': 204,
    'url.full': `${on.sandbox.apiUrl}/meetings/REDACTED/livestream/status`,
    'livestream.outcome': 'accepted',
  });
  const everything = JSON.stringify(collector.spans);
  for (const secret of [meetingId, title, 'acceptance-client', 'Bearer']) expect(everything).not.toContain(secret);
});

test('a stop by a person is a trace of its own', async () => {
  const { id } = await on.schedule();
  await on.waitForStatus(id, 'live');
  expect((await on.api('POST', `/v1/broadcasts/${id}/stop`)).status).toBe(202);
  const request = await collector.span('POST /v1/broadcasts/:id/stop');
  const job = await collector.span('process stops', request.traceId);
  const zoom = await collector.span(ZOOM, request.traceId);
  expect([job.parentSpanId, zoom.parentSpanId]).toEqual([request.spanId, job.spanId]);
  expect(zoom.attributes['livestream.request']).toBe('stop');
});

test('a refusal of Zoom is an error of the trace', async () => {
  const meetingId = newMeetingId();
  await on.sandbox.script(
    { meetingId, action: 'start' },
    { status: 400, body: { code: 3161, message: 'Not hosted.' } },
  );
  const trace = 'aaaabbbbccccddddaaaabbbbccccdddd';
  const headers = { traceparent: `00-${trace}-${CALLER}-01` };
  await on.api('POST', '/v1/broadcasts', { meetingId, startAt: 'now' }, headers);
  const { attributes, status } = await collector.span(ZOOM, trace);
  expect(status.code).toBe(2);
  expect(attributes).toMatchObject({
    'http.response.status_code': 400,
    'error.type': '400',
    'livestream.zoom.code': 3161,
    'livestream.outcome': 'refused',
  });
});
