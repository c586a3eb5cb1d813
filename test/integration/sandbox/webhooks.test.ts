import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, openSandbox } from '../../support/sandbox-client.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

const ID = '82929473321';
const SECRET = 'the-secret';

interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came.
  body: any;
}

/** A receiver of events; `answer` gives status and body for each. */
async function receiver(answer: (body: Received['body']) => [number, string] = () => [204, '']) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += chunk;
    const body = JSON.parse(raw);
    received.push({ headers: request.headers, raw, body });
    const [status, text] = answer(body);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const names = (received: Received[]) => received.map(({ body }) => body.event);

describe('events', () => {
  it('reports the life of a meeting and its stream, signed over the raw bytes, with the stream key in clear', async () => {
    const { received, url } = await receiver();
    const quick = { startedEventDelayMs: 200, stoppedEventDelayMs: 10, startRetryMs: 0 };
    const sandbox = await openSandbox({ webhookUrl: url, webhookSecret: SECRET, ...quick });
    await sandbox.control('PUT', `meetings/${ID}`, {
      state: 'waiting',
      account: 'east',
      topic: 'Gottesdienst 🎥',
      uuid: 'old',
    });
    await sandbox.control('POST', `meetings/${ID}/start`);
    const at = Date.now();
    await sandbox.status(ID, 'start');
    await vi.waitFor(() => expect(names(received)).toContain('meeting.live_streaming_started'), HANGS_MS);
    expect((await sandbox.control('GET', `meetings/${ID}`)).body).toMatchObject({ stream: 'on', streaming: true });
    await sandbox.status(ID, 'stop');
    await vi.waitFor(() => expect(names(received)).toContain('meeting.live_streaming_stopped'), HANGS_MS);
    await sandbox.control('POST', `meetings/${ID}/end`);
    await vi.waitFor(() => expect(received).toHaveLength(4), HANGS_MS);
    expect(names(received).at(-1)).toBe('meeting.ended');
    const [began, on, off, ended] = received.map(({ body }) => body);
    expect(began.payload).toMatchObject({
      account_id: 'east',
      object: { id: ID, topic: 'Gottesdienst 🎥', duration: 60 },
    });
    expect(began.payload.object.uuid).not.toBe('old');
    expect(on.event_ts).toBeGreaterThanOrEqual(at + 200);
    expect(on.payload).toMatchObject({ account_id: 'east', operator: 'host@example.com', object: { id: Number(ID) } });
    expect(on.payload.object.live_streaming).toMatchObject({
      service: 'Custom_Live_Streaming_Service',
      custom_live_streaming_settings: { stream_key: `sandbox-key-${ID}` },
    });
    expect(off.payload.object.live_streaming.service).toBe('Custom_Live_Streaming_Service');
    expect(off.payload.object.uuid).toBe(on.payload.object.uuid);
    expect(ended.payload.object.end_time).toMatch(/Z$/);
    for (const { headers, raw } of received) {
      const text = `v0:${headers['x-zm-request-timestamp']}:${raw}`;
      expect(headers['x-zm-signature']).toBe(`v0=${createHmac('sha256', SECRET).update(text).digest('hex')}`);
      expect(headers['x-zm-request-id']).toBeTruthy();
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    }
    const log = await sandbox.control('GET', 'events');
    expect(log.body.events.map((event: { status: number }) => event.status)).toEqual([204, 204, 204, 204]);
    expect(log.text).not.toContain('sandbox-key');
  });

  it('is connecting from the start until its event', async () => {
    // Longer than the test lasts: however busy the machine is, the event has not come.
    const sandbox = await openSandbox({ startedEventDelayMs: 600_000 });
    await sandbox.status(ID, 'start');
    const { body } = await sandbox.control('GET', `meetings/${ID}`);
    expect(body).toMatchObject({ stream: 'connecting', streaming: true });
  });

  it('tells webinars apart: no stream events unless asked for', async () => {
    const { received, url } = await receiver();
    const sandbox = await openSandbox({ webhookUrl: url, startedEventDelayMs: 0, stoppedEventDelayMs: 0 });
    await sandbox.control('PUT', `meetings/${ID}`, { kind: 'webinar', state: 'waiting' });
    await sandbox.control('POST', `meetings/${ID}/start`);
    await sandbox.status(ID, 'start', undefined, 'webinars');
    await sandbox.control('POST', `meetings/${ID}/end`);
    await vi.waitFor(() => expect(names(received)).toContain('webinar.ended'), HANGS_MS);
    expect(names(received).sort()).toEqual(['webinar.ended', 'webinar.started']);
    await sandbox.control('PATCH', 'settings', { webinarStreamEvents: true });
    await sandbox.status('123456789', 'start', undefined, 'webinars');
    await vi.waitFor(() => expect(names(received)).toContain('meeting.live_streaming_started'), HANGS_MS);
  });

  it('names the account that asks for the meeting, before that the one that last got a token', async () => {
    const { received, url } = await receiver();
    const sandbox = await openSandbox({ webhookUrl: url });
    const tokenOf = async (account: string) => {
      const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: account });
      const authorization = `Basic ${Buffer.from('id:secret').toString('base64')}`;
      return (await ask('POST', sandbox.oauthUrl, form, { authorization })).body.access_token;
    };
    const west = await tokenOf('west');
    await tokenOf('east');
    await sandbox.control('PUT', `meetings/${ID}`, { state: 'waiting' });
    await sandbox.control('POST', `meetings/${ID}/start`);
    await vi.waitFor(() => expect(received[0]?.body.payload.account_id).toBe('east'), HANGS_MS);
    await sandbox.zoom('GET', `/meetings/${ID}`, undefined, { authorization: `Bearer ${west}` });
    await sandbox.control('POST', `meetings/${ID}/end`);
    await vi.waitFor(() => expect(received[1]?.body.payload.account_id).toBe('west'), HANGS_MS);
  });

  it('reports a dropped stream and one the host began to another service', async () => {
    const { received, url } = await receiver();
    const sandbox = await openSandbox({ webhookUrl: url, stoppedEventDelayMs: 0 });
    await sandbox.control('POST', `meetings/${ID}/stream`, { service: 'YouTube' });
    await vi.waitFor(() => expect(received).toHaveLength(1), HANGS_MS);
    expect(received[0]?.body.payload.object.live_streaming).toEqual({
      service: 'YouTube',
      date_time: expect.any(String),
    });
    expect((await sandbox.control('POST', `meetings/${ID}/drop`)).body).toMatchObject({ streaming: false });
    await vi.waitFor(() => expect(names(received)).toContain('meeting.live_streaming_stopped'), HANGS_MS);
  });

  it('validates the endpoint, and sends any event as often and as old as asked', async () => {
    const { received, url } = await receiver((body) => {
      if (body.event !== 'endpoint.url_validation') return [204, ''];
      const { plainToken } = body.payload;
      return [
        200,
        JSON.stringify({ plainToken, encryptedToken: createHmac('sha256', SECRET).update(plainToken).digest('hex') }),
      ];
    });
    const sandbox = await openSandbox({ webhookUrl: url, webhookSecret: SECRET });
    expect((await sandbox.control('POST', 'webhooks/validate')).body).toEqual({
      valid: true,
      status: 200,
      error: null,
    });
    await sandbox.control('PATCH', 'settings', { webhookSecret: 'another' });
    expect((await sandbox.control('POST', 'webhooks/validate')).body).toMatchObject({ valid: false });
    const event = { event: 'meeting.deleted', payload: { object: { id: 1 } }, eventTs: 5, times: 2 };
    expect((await sandbox.control('POST', 'events', event)).body.events).toHaveLength(2);
    expect(received.slice(2).map(({ body }) => [body.event, body.event_ts])).toEqual([
      ['meeting.deleted', 5],
      ['meeting.deleted', 5],
    ]);
    await sandbox.control('POST', 'events', { ...event, eventTs: null, times: 1 });
    expect(received.at(-1)?.body).not.toHaveProperty('event_ts');
  });

  it('records events that were refused or not delivered, and goes on', async () => {
    const { url } = await receiver(() => [503, 'away']);
    const warnings: string[] = [];
    const logger = { info: () => {}, warn: (_fields: object, message: string) => void warnings.push(message) };
    const sandbox = await openSandbox({ webhookUrl: url, logger });
    await sandbox.control('POST', `meetings/${ID}/end`);
    const events = async () => (await sandbox.control('GET', 'events')).body.events;
    await vi.waitFor(
      async () => expect(await events()).toMatchObject([{ event: 'meeting.ended', status: 503 }]),
      HANGS_MS,
    );
    await sandbox.control('PATCH', 'settings', { webhookUrl: 'http://127.0.0.1:1/' });
    await sandbox.control('POST', `meetings/${ID}/start`);
    await vi.waitFor(
      async () => expect((await events())[1]).toMatchObject({ status: null, error: expect.any(String) }),
      HANGS_MS,
    );
    expect(warnings).toEqual(['event refused', 'event not delivered']);
    await sandbox.control('PATCH', 'settings', { webhookUrl: null });
    await sandbox.control('POST', `meetings/${ID}/end`);
    expect(await events()).toHaveLength(2);
  });
});
