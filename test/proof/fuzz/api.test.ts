import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/errors.ts';
import { createWorker, type LivestreamWorker } from '../../../src/index.ts';
import { durationMs } from '../../../src/time/local-time.ts';
import { type ServedApi, serveApi } from '../../support/api-document.ts';
import { type FuzzedRequest, operationsOf, requestsOf } from './api-requests.ts';

/** `FUZZ_SECONDS=600 npx vitest run test/proof/fuzz` for a long run; FUZZ_SEED repeats one. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] || 15);
const SEED = process.env['FUZZ_SEED'] ? Number(process.env['FUZZ_SEED']) : undefined;

const SECRETS_KEY = Buffer.alloc(32, 1).toString('base64');

let api: ServedApi;
let sandbox: Sandbox;
let worker: LivestreamWorker;
let schemas: Ajv2020;
const ids: string[] = ['none'];
const answered = new Map<string, Map<number, number>>();

beforeAll(async () => {
  sandbox = await startSandbox();
  // The worker's Zoom: a process that means another one is refused the store.
  api = await serveApi({ SECRETS_KEY, ZOOM_WEBHOOK_SECRET_TOKEN: 'fuzz', ZOOM_API_URL: sandbox.apiUrl });
  const zoom = { accessToken: 'token', apiUrl: sandbox.apiUrl };
  worker = await createWorker({ redis: api.redisUrl, zoom, secretsKey: SECRETS_KEY, concurrency: 20 });
  schemas = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(schemas);
  // ISO 8601 allows a fraction in the last part (PT1.5H), and the API shows a duration as it was given.
  schemas.addFormat('duration', (value) => durationMs(value) !== null);
  schemas.addSchema({ ...api.document, $id: 'api' });
});
afterAll(async () => {
  await worker.close();
  await sandbox.close();
  await api.stop();
});

/** Answered before the request has a route: no operation declares them. 405: a URL with an id of `.` leaves it out. */
const BEFORE_THE_ROUTE = new Set([405, 408, 431]);

interface Answer {
  status: number;
  type: string;
  text: string;
}

/** Null when it took too long: a preflight waits up to 20 s for Zoom's word. */
async function send({ operation, method, path, headers, body }: FuzzedRequest): Promise<Answer | null> {
  const ending = new AbortController();
  const patience = operation.operationId === 'preflightBroadcast' ? [AbortSignal.timeout(3_000)] : [];
  const signal = AbortSignal.any([ending.signal, ...patience]);
  const answer = await fetch(`${api.url}${path}`, { method, headers, body, redirect: 'manual', signal }).catch(
    (error) => {
      if (error instanceof DOMException && error.name === 'TimeoutError') return null;
      throw error;
    },
  );
  if (!answer) return null;
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    ending.abort();
    return { status: answer.status, type, text: '' };
  }
  return { status: answer.status, type, text: await answer.text() };
}

/** What must hold for every answer, whatever was asked. */
function check({ operation, body }: FuzzedRequest, { status, type, text }: Answer): void {
  const asked = `${operation.operationId} ${body}`;
  expect(status === 503 && operation.operationId === 'readyz' ? 200 : status, `${asked}: ${text}`).toBeLessThan(500);
  if (status >= 400) {
    expect(type).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(text) as { status: number; code: ErrorCode };
    validate('Problem', problem);
    expect([problem.status, ERROR_CODES[problem.code].status]).toEqual([status, status]);
  }
  if (BEFORE_THE_ROUTE.has(status)) return;
  const declared = operation.responses[String(status)];
  expect(
    declared,
    `${operation.operationId} answers ${status}, which its description does not have: ${text}`,
  ).toBeDefined();
  const schema = declared?.content?.['application/json']?.schema;
  if (status < 400 && schema?.$ref) validate(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1), JSON.parse(text));
}

function validate(name: string, value: unknown): void {
  const validator = schemas.getSchema(`api#/components/schemas/${name}`);
  if (!validator) throw new Error(`no schema ${name}`);
  if (!validator(value)) expect.fail(`${name}: ${schemas.errorsText(validator.errors)} in ${JSON.stringify(value)}`);
}

function remember({ operation, method }: FuzzedRequest, { status, text }: Answer): void {
  const counts = answered.get(operation.operationId) ?? new Map<number, number>();
  answered.set(operation.operationId, counts.set(status, (counts.get(status) ?? 0) + 1));
  if (method !== 'POST' || status !== 201) return;
  const { id } = JSON.parse(text) as { id?: string };
  if (id && ids.length < 500) ids.push(id);
}

it(
  'whatever is sent, the API answers as its description says, and never with a 500',
  async () => {
    // All operations at once: that is how requests come, and it takes less time.
    const rush = requestsOf(api.document, () => ids);
    const property = fc.asyncProperty(rush, async (requests) => {
      const answers = await Promise.all(requests.map(async (request) => ({ request, answer: await send(request) })));
      for (const { request, answer } of answers) {
        if (!answer) continue;
        remember(request, answer);
        check(request, answer);
      }
    });
    const limits = { numRuns: 10_000_000, interruptAfterTimeLimit: SECONDS * 1_000, markInterruptAsFailure: false };
    await fc.assert(property, { ...limits, ...(SEED === undefined ? {} : { seed: SEED }) });
    // A run that reached nothing would prove nothing.
    const reached = [...answered].filter(([, counts]) => [...counts.keys()].some((status) => status < 400));
    const names = operationsOf(api.document).map(({ operation }) => operation.operationId);
    expect([...answered.keys()].sort()).toEqual(names.sort());
    expect(reached.map(([name]) => name)).toEqual(expect.arrayContaining(['createBroadcast', 'listBroadcasts']));
    if (process.env['FUZZ_VERBOSE'])
      process.stderr.write(`${JSON.stringify([...answered].map(([n, c]) => [n, ...c]))}\n`);
  },
  (SECONDS + 60) * 1_000,
);
