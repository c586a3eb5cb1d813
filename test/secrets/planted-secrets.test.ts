import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Installation,
  newMeetingId,
  startInstallation,
  until,
  WEBHOOK_SECRET,
} from '../acceptance/installation.ts';

/** Contract rule 15: secrets planted at every door, looked for behind every window, at the most talkative log level. */

const PLANTED = {
  clientSecret: 'PLANTED-client-secret-4f1c',
  fixedToken: 'PLANTED-fixed-access-token-77ad',
  issuedToken: 'PLANTED-issued-access-token-90be',
  streamKey: 'PLANTED/stream key+"51c2"',
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
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-test-secrets-'));
  const file = join(folder, 'accounts.json');
  const fixed = { name: 'fixed', accountId: 'zoom-fixed', accessToken: PLANTED.fixedToken, plan: 'business' };
  await writeFile(file, JSON.stringify({ accounts: [fixed] }));
  on = await startInstallation({
    env: {
      ZOOM_CLIENT_SECRET: PLANTED.clientSecret,
      ZOOM_ACCOUNTS_FILE: file,
      API_KEYS: `planted:write:${PLANTED.apiKey}`,
      SECRETS_KEY: PLANTED.secretsKey,
      NOTIFY_URL: 'http://127.0.0.1:9/nobody-listens',
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

async function schedule(account: string, meetingId = newMeetingId()): Promise<{ id: string; meetingId: string }> {
  const reply = await ask('POST', '/v1/broadcasts', {
    meetingId,
    account,
    title: TITLE,
    startAt: 'now',
    destination: {
      streamUrl: 'rtmp://live.example.com/app',
      streamKey: PLANTED.streamKey,
      pageUrl: 'https://example.com/live',
    },
  });
  expect(reply.status).toBe(201);
  expect(found(reply.text)).toEqual([]);
  return { id: reply.body.id, meetingId };
}

/** Everything an API client can see. */
async function windows(ids: string[]): Promise<string> {
  const paths = ids.flatMap((id) => [`/v1/broadcasts/${id}`, `/v1/broadcasts/${id}/history`]);
  const replies = await Promise.all(
    [...paths, '/v1/broadcasts', '/metrics', '/readyz'].map((path) => ask('GET', path)),
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

async function everyKey(): Promise<string> {
  const keys = await redis.keys('*');
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return [...keys, ...dumps.map((dump) => dump?.toString('latin1') ?? '')].join('\n');
}

describe('planted secrets', () => {
  it('stand in no log line, no answer, no event and no key of Redis', async () => {
    const token = { access_token: PLANTED.issuedToken, token_type: 'bearer', expires_in: 3_600, scope: 'x' };
    await on.sandbox.script({ path: '/oauth/token' }, { status: 200, body: token, times: 100 });
    const refused = newMeetingId();
    const echo = { code: 300, message: `Invalid stream key ${PLANTED.streamKey} or token ${PLANTED.issuedToken}` };
    // The configuration comes first, and Zoom repeats what it was given.
    await on.sandbox.script({ meetingId: refused, method: 'PATCH' }, { status: 400, body: echo });
    const renewed = newMeetingId();
    const expired = { code: 124, message: `Access token ${PLANTED.issuedToken} is expired.` };
    await on.sandbox.script({ meetingId: renewed, action: 'start' }, { status: 401, body: expired });
    const cut = newMeetingId();
    await on.sandbox.script({ meetingId: cut, action: 'start' }, { reset: true, when: 'before' });

    const failed = await schedule('default', refused);
    await reach(failed.id, 'failed');
    const good = [
      await schedule('default'),
      await schedule('fixed'),
      await schedule('default', renewed),
      await schedule('default', cut),
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

    const ids = [failed, ...good].map(({ id }) => id);
    const seen = await windows(ids);
    const kept = await everyKey();
    const said = [...on.apis, ...on.workers].map((one) => one.output()).join('\n');
    // The windows are no blind ones.
    expect([seen.includes(TITLE), kept.includes(TITLE), ids.every((id) => said.includes(id))]).toEqual([
      true,
      true,
      true,
    ]);
    expect({ api: found(seen + wrong.text), redis: found(kept), logs: found(said) }).toEqual({
      api: [],
      redis: [],
      logs: [],
    });
  }, 90_000);
});
