import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../support/running-service.ts';
import { eventually } from '../../support/wait-for.ts';

const SECRET = 'webhook-secret';

let service: Service;
let redisPid: number;
beforeAll(async () => {
  service = await startService({ ZOOM_WEBHOOK_SECRET_TOKEN: SECRET, ZOOM_ACCOUNT_ID: 'acc' });
  redisPid = Number(/process_id:(\d+)/.exec(await service.core.redis.info('server'))?.[1]);
});
afterAll(async () => {
  process.kill(redisPid, 'SIGCONT');
  await service.stop();
});

/** One event, signed as Zoom signs it. */
function deliver(): Promise<Response> {
  const payload = { account_id: 'acc', object: { id: '68423085', uuid: 'u1' } };
  const body = { event: 'meeting.started', event_ts: Date.now(), payload };
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signed = createHmac('sha256', SECRET)
    .update(`v0:${timestamp}:${JSON.stringify(body)}`)
    .digest('hex');
  return service.request('POST', '/v1/zoom/webhooks', body, {
    'x-zm-request-timestamp': timestamp,
    'x-zm-signature': `v0=${signed}`,
  });
}

describe('an event of Zoom while Redis stands still', () => {
  it('is answered with 503 before Redis’ own commands time out, and taken when Redis goes on', async () => {
    expect((await deliver()).status).toBe(204);
    process.kill(redisPid, 'SIGSTOP');
    const begun = performance.now();
    const answer = await deliver();
    const took = performance.now() - begun;
    process.kill(redisPid, 'SIGCONT');
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as { code: string }).code).toBe('redis_unavailable');
    // Commands time out after 5,000 ms; Zoom waits 3,000 ms.
    expect(took).toBeLessThan(4_000);
    await eventually(async () => (await deliver()).status === 204);
  });
});
