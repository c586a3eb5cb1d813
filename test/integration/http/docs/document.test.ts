import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertStore } from '../../../../src/alerts/alert-store.ts';
import { keysOf } from '../../../../src/broadcasts/store/keys.ts';
import { ERROR_CODES } from '../../../../src/errors.ts';
import { broadcastSchema, newBroadcastSchema } from '../../../../src/validation/broadcast-schema.ts';
import { type ServedApi, serveApi } from '../../../support/api-document.ts';
import { generatedFiles } from '../../../support/generated-client.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi({ CALENDAR_HOSTS: 'calendar.example.org' });
});
afterAll(() => api.stop());

const operations = () =>
  Object.entries(api.document.paths).flatMap(([path, methods]) =>
    // biome-ignore lint/suspicious/noExplicitAny: whatever the document says
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as any })),
  );

describe('the OpenAPI document', () => {
  it('has nothing that the linter minds', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const source = JSON.stringify(api.document);
    const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('would be minded if it were wrong', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const { info: _info, ...broken } = api.document;
    const problems = await lintFromString({ source: JSON.stringify(broken), absoluteRef: '/openapi.json', config });
    expect(problems.length).toBeGreaterThan(0);
  });

  it('has the requests of the contract', () => {
    const served = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const broadcasts = ['', '/batch', '/{id}/start', '/{id}/stop', '/{id}/retry'].map(
      (path) => `POST /v1/broadcasts${path}`,
    );
    expect(served).toEqual(
      expect.arrayContaining([
        ...broadcasts,
        ...['', '/{id}', '/{id}/history'].map((path) => `GET /v1/broadcasts${path}`),
        ...['PATCH /v1/broadcasts/{id}', 'DELETE /v1/broadcasts/{id}', 'GET /v1/events', 'POST /v1/zoom/webhooks'],
        ...['GET /livez', 'GET /readyz'],
      ]),
    );
  });

  it('gives every operation an id of its own, an answer with a schema, and its errors as problems', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      for (const [status, { content }] of Object.entries<{ content?: Record<string, { schema?: object }> }>(
        operation.responses,
      )) {
        if (status === '204') expect(content).toBeUndefined();
        else if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
        else if (content?.['application/json']) expect(content['application/json'].schema).toBeDefined();
      }
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['500', '503']));
    }
  });

  it('is made from the schemas that check: none can be changed without the other', () => {
    const { schemas } = api.document.components as { schemas: Record<string, { properties: object }> };
    expect(Object.keys(schemas['NewBroadcast']?.properties ?? {})).toEqual(Object.keys(newBroadcastSchema.shape));
    expect(Object.keys(schemas['Broadcast']?.properties ?? {})).toEqual(Object.keys(broadcastSchema.shape));
    const problem = schemas['Problem']?.properties as { code: { enum: string[] } };
    expect(problem.code.enum).toEqual(Object.keys(ERROR_CODES));
    expect(z.toJSONSchema(broadcastSchema, { io: 'input' }).required).toEqual(
      (schemas['Broadcast'] as unknown as { required: string[] }).required,
    );
  });

  it('is what the committed client was generated from (else: npm run generate)', async () => {
    for (const [path, text] of Object.entries(await generatedFiles(api.document))) {
      const [committed, fresh] = [linesOf(await readFile(path, 'utf8')), linesOf(text)];
      expect({ gone: committed.filter((line) => !fresh.includes(line)) }, path).toEqual({ gone: [] });
      expect({ added: fresh.filter((line) => !committed.includes(line)) }, path).toEqual({ added: [] });
      expect(committed.length, path).toBe(fresh.length);
    }
  });

  it('/docs reads it and /docs/errors has every code', async () => {
    const page = await (await fetch(`${api.url}/docs`)).text();
    for (const { path } of operations()) expect(page).toContain(path);
    const errors = await (await fetch(`${api.url}/docs/errors`)).text();
    for (const code of Object.keys(ERROR_CODES)) expect(errors).toContain(`id="${code}"`);
  });
});

/** An alert to acknowledge; its id. */
async function raiseAlert(): Promise<string> {
  const redis = new Redis(api.redisUrl);
  const alerts = new AlertStore(redis, keysOf('livestream'));
  await alerts.raiseInstallationAlert({
    code: 'clock',
    message: 'The clocks differ.',
    advice: 'Use NTP.',
    key: 'clock',
  });
  redis.disconnect();
  const page = (await (await fetch(`${api.url}/v1/alerts`)).json()) as { alerts: { id: string }[] };
  return page.alerts[0]?.id ?? '';
}

describe('/docs', () => {
  const docs = async () => {
    const answer = await fetch(`${api.url}/docs`);
    return { policy: answer.headers.get('content-security-policy'), page: await answer.text() };
  };

  it('shows schemas as tables, not as JSON', async () => {
    const { page } = await docs();
    const schemas = page.slice(page.indexOf('<h2>Schemas</h2>'));
    expect(schemas).not.toContain('<pre>');
    expect(schemas).toContain('<td><code>settings.layout</code></td>');
    expect(schemas).toMatch(/<code>meetingId<\/code><\/td><td>string or integer, <b>needed<\/b>/);
  });

  it('has an example of every body, and each is taken as it stands', async () => {
    // To sign in needs a key that is there: see session.test.ts.
    const bodies = operations().filter(({ path, operation }) => operation.requestBody && path !== '/v1/session');
    expect(bodies.length).toBeGreaterThanOrEqual(5);
    const ids: Record<string, string> = { '/v1/alerts/ack': await raiseAlert(), '/v1/sources/sync': 'law-faculty' };
    for (const { path, method, operation } of bodies) {
      const { example } = operation.requestBody.content['application/json'];
      const url = `${api.url}${path.replace(/\{\w+\}/, ids[path.replace(/\/\{\w+\}/, '')] ?? '')}`;
      const options = { method: method.toUpperCase(), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(url, { ...options, body: JSON.stringify(example) });
      const text = await answer.text();
      // The one success that it declares.
      const [success] = Object.keys(operation.responses);
      expect([path, String(answer.status), text], text).toEqual([path, success, text]);
      ids[path] ??= JSON.parse(text).id ?? JSON.parse(text).name;
    }
  });

  it('has a form to try every operation but the one that Zoom signs, and a script that the policy lets run', async () => {
    const { policy, page } = await docs();
    const forms = page.match(/<form class="try"/g) ?? [];
    expect(forms.length).toBe(operations().length - 1);
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    const script = await fetch(`${api.url}/docs/docs.js`);
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  });
});

/** The words of a file, line by line as far as the formatter leaves them: each ends where a statement or member does. */
function linesOf(text: string): string[] {
  const bare = text.replace(/["']/g, "'").replace(/\s+/g, ' ').replace(/[,|]/g, ' ');
  const pieces = bare.split(/[;{}]|\*\//);
  return pieces.map((piece) => piece.replace(/\s+/g, '')).filter((piece) => piece !== '');
}
