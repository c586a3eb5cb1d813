import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation, WEBHOOK_SECRET } from '../../support/installation.ts';
import { type LocalZoom, respond, startLocalZoom } from '../../support/local-zoom.ts';
import { until } from '../../support/wait-for.ts';

/** Contract rule 15: secrets planted at every door, looked for behind every window, at the most talkative log level. */

const PLANTED = {
  clientSecret: 'PLANTED-client-secret-4f1c',
  fixedToken: 'PLANTED-fixed-access-token-77ad',
  issuedToken: 'PLANTED-issued-access-token-90be',
  streamKey: 'PLANTED/stream key+"51c2"',
  seriesKey: 'PLANTED-key-of-a-series-8a30',
  /** Set up by a person in Zoom: we never learn it, but answers may hold it. */
  zoomKey: 'PLANTED-key-known-to-zoom-alone-61ff',
  apiKey: 'PLANTED-api-key-2d3e4f5a6b7c',
  webhookSecret: WEBHOOK_SECRET,
  notifySecret: `whsec_${Buffer.from('PLANTED-notify-secret-0123456789').toString('base64')}`,
  secretsKey: Buffer.from('PLANTED-key-of-exactly-32-bytes!').toString('base64'),
};
const CLIENT_ID = 'acceptance-client';
const AUTHORIZED = { authorization: `Bearer ${PLANTED.apiKey}` };
const TITLE = 'A title that is no secret at all';

let on: Installation;
let redis: Redis;
let folder: string;
let receiver: LocalZoom;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-test-secrets-'));
  const file = join(folder, 'accounts.json');
  const fixed = { name: 'fixed', accountId: 'zoom-fixed', accessToken: PLANTED.fixedToken, plan: 'business' };
  await writeFile(file, JSON.stringify({ accounts: [fixed] }));
  receiver = await startLocalZoom((_received, response) => respond(response, 204));
  on = await startInstallation({
    env: {
      ZOOM_CLIENT_SECRET: PLANTED.clientSecret,
      ZOOM_ACCOUNTS_FILE: file,
      API_KEYS: `planted:write:${PLANTED.apiKey}`,
      SECRETS_KEY: PLANTED.secretsKey,
      NOTIFY_URL: `${receiver.url}/notified`,
      NOTIFY_SECRET: PLANTED.notifySecret,
      LOG_LEVEL: 'trace',
    },
  });
  redis = new Redis(on.redis.url);
  // DUMP compresses long values else, and nothing would be found in them.
  await redis.config('SET', 'rdbcompression', 'no');
});
afterAll(async () => {
  redis?.disconnect();
  await on?.close();
  await receiver?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The secret as text, and as it looks in JSON, in an address, in base64 and in a Basic header. */
function spellings(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const base64 = [secret, `${CLIENT_ID}:${secret}`].map((text) => Buffer.from(text).toString('base64'));
  return [secret, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(secret), ...base64];
}

/** Names of the planted secrets that stand in the text. */
const found = (text: string) =>
  Object.entries(PLANTED).flatMap(([name, secret]) =>
    spellings(secret).some((one) => text.includes(one)) ? [name] : [],
  );

async function ask(method: string, path: string, body?: unknown) {
  return on.api(method, path, body, AUTHORIZED);
}

async function reach(id: string, status: string): Promise<void> {
  await until(`${id} is ${status}`, async () => (await ask('GET', `/v1/broadcasts/${id}`)).body.status === status);
}

const destination = (streamKey: string) => ({
  streamUrl: 'rtmp://live.example.com/app',
  streamKey,
  pageUrl: 'https://example.com/live',
});

interface Scheduled {
  id: string;
  meetingId: string;
}

async function schedule(account: string, fields: Record<string, unknown> = {}): Promise<Scheduled> {
  const meetingId = newMeetingId();
  const planned = { meetingId, account, title: TITLE, startAt: 'now', destination: destination(PLANTED.streamKey) };
  const reply = await ask('POST', '/v1/broadcasts', { ...planned, ...fields });
  expect(reply.status).toBe(201);
  expect(found(reply.text)).toEqual([]);
  return reply.body;
}

/** The token endpoint quotes what it was sent, in a transient error and in a refusal. */
async function tokenEndpointQuotes(): Promise<Scheduled> {
  const basic = Buffer.from(`${CLIENT_ID}:${PLANTED.clientSecret}`).toString('base64');
  const quote = `Invalid client_id or client_secret: ${PLANTED.clientSecret} (Basic ${basic})`;
  const token = { path: '^/oauth/token$' };
  await on.sandbox.script(token, { status: 500, body: { message: quote } });
  await on.sandbox.script(token, { status: 400, body: { reason: quote, error: 'invalid_client' }, times: 5 });
  await on.sandbox.control('POST', 'tokens/revoke', {});
  const refused = await schedule('default');
  await reach(refused.id, 'failed');
  await on.sandbox.control('DELETE', 'script');
  return refused;
}

/** Zoom quotes what it was sent, in the answers to the configuration, the start and a read. */
async function zoomQuotes(): Promise<Scheduled[]> {
  const quote = `Invalid stream key ${PLANTED.streamKey} or token ${PLANTED.issuedToken}`;
  const [configured, started, read] = [newMeetingId(), newMeetingId(), newMeetingId()];
  // The configuration comes first.
  await on.sandbox.script(
    { meetingId: configured, method: 'PATCH' },
    { status: 400, body: { code: 300, message: quote } },
  );
  await on.sandbox.script({ meetingId: started, action: 'start' }, { status: 503, body: { code: 5, message: quote } });
  await on.sandbox.script(
    { meetingId: started, action: 'start' },
    { status: 400, body: { code: 3161, message: quote } },
  );
  const address = `Cannot push to rtmp://live.example.com/app/${PLANTED.zoomKey}`;
  const livestream = { meetingId: read, path: '/livestream$', method: 'GET' };
  await on.sandbox.script(livestream, { status: 400, body: { code: 3161, message: address } });
  const failed = [
    await schedule('default', { meetingId: configured }),
    await schedule('default', { meetingId: started }),
  ];
  for (const { id } of failed) await reach(id, 'failed');
  const startAt = new Date(Date.now() + 300_000).toISOString();
  const looked = await schedule('default', { meetingId: read, destination: null, startAt });
  await until('the preflight has read it', async () => {
    const { warnings } = (await ask('GET', `/v1/broadcasts/${looked.id}`)).body;
    return warnings.length > 0;
  });
  return [...failed, looked];
}

/** Everything that a series with a destination shows. */
async function series(): Promise<string> {
  const plan = { rule: 'FREQ=DAILY;COUNT=3', startAt: '2099-01-01T09:00', timezone: 'UTC', duration: 'PT1H' };
  const given = { ...plan, meetingId: newMeetingId(), title: TITLE, destination: destination(PLANTED.seriesKey) };
  const created = await ask('POST', '/v1/series', given);
  expect(created.status).toBe(201);
  const path = `/v1/series/${created.body.id}`;
  const changed = await ask('PATCH', path, { destination: destination(PLANTED.seriesKey), duration: 'PT2H' });
  expect(changed.status).toBe(200);
  const wrong = await ask('PATCH', path, { destination: { ...destination(PLANTED.seriesKey), resolution: '4k' } });
  expect(wrong.status).toBe(400);
  const shown = await Promise.all(['', '/occurrences'].map((end) => ask('GET', `${path}${end}`)));
  const all = [created, changed, wrong, ...shown, await ask('GET', '/v1/series')];
  return all.map(({ text }) => text).join('\n');
}

/** Everything an API client can see. */
async function windows(ids: string[]): Promise<string> {
  const paths = ids.flatMap((id) => [`/v1/broadcasts/${id}`, `/v1/broadcasts/${id}/history`]);
  const replies = await Promise.all(
    [...paths, '/v1/broadcasts', '/metrics', '/readyz', '/', '/openapi.json'].map((path) => ask('GET', path)),
  );
  const control = new AbortController();
  const headers = { ...AUTHORIZED, 'last-event-id': '0-0' };
  const stream = await fetch(`${on.url}/v1/events`, { headers, signal: control.signal });
  let events = '';
  const last = ids.at(-1) as string;
  for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>) {
    events += Buffer.from(part).toString();
    if (events.includes(last) && events.includes('broadcast.ended')) break;
  }
  control.abort();
  return [...replies.map(({ text }) => text), events].join('\n');
}

const notified = () => receiver.received.map((one) => JSON.stringify([one.path, one.headers, one.body])).join('\n');

async function everyKey(): Promise<string> {
  const keys = await redis.keys('*');
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return [...keys, ...dumps.map((dump) => dump?.toString('latin1') ?? '')].join('\n');
}

describe('planted secrets', () => {
  it('stand in no log line, no answer, no event, no notification and no key of Redis', async () => {
    const refused = await tokenEndpointQuotes();
    const token = { access_token: PLANTED.issuedToken, token_type: 'bearer', expires_in: 3_600, scope: 'x' };
    await on.sandbox.script({ path: '/oauth/token' }, { status: 200, body: token, times: 100 });
    const quoted = await zoomQuotes();
    const renewed = newMeetingId();
    const expired = { code: 124, message: `Access token ${PLANTED.issuedToken} is expired.` };
    await on.sandbox.script({ meetingId: renewed, action: 'start' }, { status: 401, body: expired });
    const cut = newMeetingId();
    await on.sandbox.script({ meetingId: cut, action: 'start' }, { reset: true, when: 'before' });

    const good = [
      await schedule('default'),
      await schedule('fixed'),
      await schedule('default', { meetingId: renewed }),
      await schedule('default', { meetingId: cut }),
    ];
    for (const { id } of good)
      await until(`${id} was sent`, async () => {
        const { status } = (await ask('GET', `/v1/broadcasts/${id}`)).body;
        return status === 'live' || status === 'starting';
      });
    const settings = { stream_url: 'rtmp://live.example.com/app', stream_key: PLANTED.streamKey };
    const streaming = { service: 'Custom_Live_Streaming_Service', custom_live_streaming_settings: settings };
    for (const { id, meetingId } of good) {
      if (meetingId !== cut) await reach(id, 'live');
      await on.sandbox.event('meeting.live_streaming_started', { id: meetingId, uuid: 'u', live_streaming: streaming });
      expect((await ask('DELETE', `/v1/broadcasts/${id}`)).status).toBe(200);
      await until(`${id} is over`, async () =>
        ['ended', 'canceled'].includes((await ask('GET', `/v1/broadcasts/${id}`)).body.status),
      );
    }
    expect((await ask('GET', '/v1/broadcasts?nonsense=1')).status).toBe(400);
    const wrong = await on.api('GET', '/v1/broadcasts', undefined, { authorization: `Bearer ${PLANTED.apiKey}x` });
    expect(wrong.status).toBe(401);

    const ofSeries = await series();
    const ids = [refused, ...quoted, ...good].map(({ id }) => id);
    const seen = `${await windows(ids)}\n${ofSeries}`;
    await until('the last was notified of', () => notified().includes(ids.at(-1) as string));
    const kept = await everyKey();
    const said = [...on.apis, ...on.workers].map((one) => one.output()).join('\n');
    // The windows are no blind ones.
    const texts = [seen, ofSeries, kept, notified()];
    expect(texts.map((text) => text.includes(TITLE))).toEqual([true, true, true, true]);
    expect(ids.every((id) => said.includes(id))).toBe(true);
    const leaks = { api: found(seen + wrong.text), redis: found(kept), logs: found(said), notified: found(notified()) };
    expect(leaks).toEqual({ api: [], redis: [], logs: [], notified: [] });
    // They did come in.
    expect(quoted.map(({ id }) => seen.split(id).length > 1)).toEqual([true, true, true]);
    expect(seen).toContain('Invalid stream key *** or token ***');
    expect(seen).toContain('rtmp://live.example.com/***');
  }, 120_000);
});
