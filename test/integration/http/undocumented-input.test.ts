import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiRoutes, Operation } from '../../../src/http/api-context.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';

/** What the operation of a route does not have, the route refuses; no handler needs to check it. */
const operation = (id: string): Operation => ({
  ...{ id, tag: 'Test', summary: id },
  success: { status: 200, description: 'Done' },
});
const routes: ApiRoutes = {
  register(app) {
    app.post('/v1/plain', { config: { operation: operation('plain') } }, async () => ({ done: true }));
    app.post('/v1/any', { config: { anyInput: true, operation: operation('any') } }, async () => ({ done: true }));
  },
};

let api: RunningApi;
beforeAll(async () => {
  api = await runApi({ routes: [routes] });
});
afterAll(() => api.close());

it.each([
  ['a query', '/v1/plain?x=1', undefined, 'is not a known query parameter; this path has none'],
  ['a field', '/v1/plain', { x: 1 }, 'is not a known field'],
])('refuses %s', async (_what, path, body, message) => {
  const { status, json } = await api.send('POST', path, body ? { body } : {});
  expect([status, json.code, json.errors]).toEqual([400, 'validation_failed', [{ path: 'x', message }]]);
});

it.each([
  ['nothing', '/v1/plain', undefined],
  ['an empty object', '/v1/plain', {}],
  ['anything where others add to it', '/v1/any?x=1', { x: 1 }],
])('takes %s', async (_what, path, body) => {
  expect((await api.send('POST', path, body ? { body } : {})).status).toBe(200);
});
