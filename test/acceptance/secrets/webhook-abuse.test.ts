import { createHmac } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation, WEBHOOK_SECRET, ZOOM_ACCOUNT } from '../../support/installation.ts';
import { until } from '../../support/wait-for.ts';

/** What reaches `POST /v1/zoom/webhooks` from outside: forged, replayed, huge, and many at once. */

const FLOOD = 5_000;

let installation: Installation;
let redis: Redis;
beforeAll(async () => {
  installation = await startInstallation();
  redis = new Redis(installation.redis.url);
  // DUMP compresses long values else, and nothing would be found in them.
  await redis.config('SET', 'rdbcompression', 'no');
});
afterAll(async () => {
  redis.disconnect();
  await installation.close();
});

function post(body: string, secret = WEBHOOK_SECRET): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-zm-request-timestamp': timestamp,
    'x-zm-signature': signature,
  };
  return fetch(`${installation.url}/v1/zoom/webhooks`, { method: 'POST', headers, body });
}
const event = (name: string, id: string, at: number, more = {}) =>
  JSON.stringify({
    event: name,
    event_ts: at,
    payload: { account_id: ZOOM_ACCOUNT, object: { id, uuid: 'u', ...more } },
  });
const stream = {
  live_streaming: {
    service: 'Custom_Live_Streaming_Service',
    custom_live_streaming_settings: { stream_key: 'MARKED-KEY' },
  },
};

/** As fast as 100 connections can; what is answered 503 is sent again, as Zoom would. */
async function sendAll(bodies: string[]): Promise<void> {
  const left = [...bodies];
  const sendOn = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const { status } = await post(body);
      expect([204, 503]).toContain(status);
      if (status === 503) left.unshift(body);
    }
  };
  await Promise.all(Array.from({ length: 100 }, sendOn));
}

describe('the webhook', () => {
  it('refuses a wrong signature and a body of 1 MB', async () => {
    expect((await post(event('meeting.started', '1', 1), 'wrong')).status).toBe(401);
    expect((await post(JSON.stringify({ event: 'x'.repeat(1_048_576) }))).status).toBe(413);
  });

  it('changes nothing for an old event that is replayed', async () => {
    const { id, meetingId } = await installation.schedule({ stopAt: new Date(Date.now() + 600_000).toISOString() });
    await until('confirmed', async () => (await installation.broadcast(id)).confirmed);
    const old = event('meeting.live_streaming_stopped', meetingId, Date.now() - 3_600_000, stream);
    for (let i = 0; i < 3; i += 1) expect((await post(old)).status).toBe(204);
    await until('worked off', async () => (await redis.xlen(`${installation.prefix}:{0}:inbox`)) === 0);
    expect((await installation.broadcast(id)).status).toBe('live');
  });

  it('stores 5,000 that come at once, works all off, and keeps no stream key', async () => {
    const bodies = Array.from({ length: FLOOD }, (_, i) =>
      event('meeting.live_streaming_started', String(80_000_000_000 + i), Date.now(), stream),
    );
    await sendAll(bodies);
    await until('worked off', async () => (await redis.xlen(`${installation.prefix}:{0}:inbox`)) === 0);
    const known = redis.pipeline();
    for (let i = 0; i < FLOOD; i += 1)
      known.hget(`${installation.prefix}:{0}:mt:default:${80_000_000_000 + i}`, 'stream');
    const on = (await known.exec())?.filter(([, is]) => is === 'on');
    expect(on).toHaveLength(FLOOD);
    const said = [...installation.apis, ...installation.workers].map((one) => one.output()).join('');
    expect(said).not.toContain('MARKED-KEY');
    expect(said).not.toContain(WEBHOOK_SECRET);
    for (const key of await redis.keys('*')) {
      const dump = (await redis.dumpBuffer(key))?.toString('latin1') ?? 'it has expired';
      expect(dump).not.toContain('MARKED-KEY');
    }
  }, 120_000);
});
