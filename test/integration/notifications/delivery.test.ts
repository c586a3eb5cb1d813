import { describe, it, type TestContext } from 'vitest';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import { createNotifications } from '../../../src/notifications/notification-feed.ts';
import { webhookHeaders } from '../../../src/notifications/standard-webhooks.ts';
import type { Service as Notifications } from '../../../src/services/service.ts';
import { type Receiver, startReceiver } from '../../support/notification-receiver.ts';
import { type Service, startService } from '../../support/running-service.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** As many tries as in life, without the day. */
const GRACE_MS = 12_000;
const QUICK = Array(12).fill(0.02);
const COLLECT = { standard: 0, slack: 300, teams: 300, mail: 1_500 };

/** Of one case: they wait side by side. */
interface Rig {
  receivers: Receiver[];
  first: Receiver;
  second: Receiver;
  service: Service;
  running: Notifications[];
  /** One more process that sends. */
  notify(): Promise<Notifications>;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  dead(): Promise<any[]>;
}

/** Two targets and a service; `query` is added to the address of the first target. */
async function begin({ onTestFinished }: TestContext, query = '', env: Record<string, string> = {}): Promise<Rig> {
  const [first, second] = await Promise.all([startReceiver(), startReceiver()]);
  const receivers = [first, second];
  first.url += query;
  const service = await startService({ NOTIFY_URL: `${first.url},${second.url}`, NOTIFY_SECRET: SECRET, ...env });
  const running: Notifications[] = [];
  onTestFinished(async () => {
    await Promise.all(running.map((one) => one.stop(GRACE_MS)));
    await service.stop();
    await Promise.all(receivers.map((receiver) => receiver.stop()));
  });
  const notify = async () => {
    const one = createNotifications(service.core, { pausesS: QUICK, collectMs: COLLECT });
    if (!one) throw new Error('no NOTIFY_URL');
    await one.start();
    running.push(one);
    return one;
  };
  await notify();
  const dead = async () => (await service.json('GET', '/v1/notifications/dead')).dead;
  return { receivers, first, second, service, running, notify, dead };
}

const typesAt = (receiver: Receiver) => receiver.received.map(({ json }) => json.type).sort();

describe.concurrent('notifications', () => {
  it('carry the bodies of the event stream to every target, signed, once, with the id of the event', async (test) => {
    const { expect } = test;
    const { notify, receivers, service } = await begin(test);
    await notify(); // a second worker process
    const { id } = await service.schedule({ title: 'Zwölf 🎥' });
    await service.request('DELETE', `/v1/broadcasts/${id}`);
    for (const receiver of receivers) await expect.poll(() => receiver.received.length).toBe(2);
    const stored = await service.core.redis.xrange(service.core.keys.named('events'), '-', '+');
    for (const receiver of receivers) {
      for (const { headers, body } of receiver.received) {
        const entry = stored.find(([eventId]) => eventId === headers['webhook-id']);
        expect(body).toBe(JSON.stringify(readEvent(entry?.[1][1] ?? '')));
        const at = Number(headers['webhook-timestamp']) * 1_000;
        expect(Math.abs(Date.now() - at)).toBeLessThan(30_000);
        const message = { id: String(headers['webhook-id']), at, body };
        expect(headers['webhook-signature']).toBe(
          (webhookHeaders(message, SECRET) as Record<string, string>)['webhook-signature'],
        );
        expect(headers['content-type']).toBe('application/json');
      }
      expect(typesAt(receiver)).toEqual(['broadcast.canceled', 'broadcast.scheduled']);
    }
  });

  it('are tried again under the same id with a new timestamp, until the target takes them', async (test) => {
    const { expect } = test;
    const { dead, first, second, service } = await begin(test);
    first.next = [500, 302, 404, { status: 429, headers: { 'retry-after': '1' } }];
    await service.schedule();
    await expect.poll(() => first.received.length, { timeout: 30_000 }).toBe(5);
    expect(new Set(first.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [, , , asked, last] = first.received;
    expect((last?.at ?? 0) - (asked?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(second.received).toHaveLength(1);
    expect(await dead()).toEqual([]);
  });

  it('become dead letters after the last try, named and without the secret address, and can be tried again', async (test) => {
    const { expect } = test;
    const { dead, first, service } = await begin(test, '?token=hunter2');
    first.usual = 500;
    const { id } = await service.schedule();
    await expect.poll(async () => (await dead()).length, { timeout: 30_000 }).toBe(1);
    expect(first.received).toHaveLength(13);
    const [letter] = await dead();
    expect(letter).toMatchObject({ type: 'broadcast.scheduled', reason: 'answered 500', attempts: 13, events: 1 });
    expect(letter.event.data.id).toBe(id);
    const host = new URL(first.url).host;
    expect(letter.target).toContain(host);
    expect(JSON.stringify([letter, service.log])).not.toContain('hunter2');
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'notification abandoned: it could not be delivered', level: 50 }),
    );
    first.usual = 200;
    expect(await service.json('POST', '/v1/notifications/dead/retry')).toEqual({ retried: 1 });
    await expect.poll(() => first.received.length).toBe(14);
    await expect.poll(dead).toEqual([]);
  });

  it('end for a target that says 410 Gone, until a test finds it well', async (test) => {
    const { expect } = test;
    const { dead, first, second, service } = await begin(test);
    first.next = [410];
    await service.schedule();
    await expect.poll(async () => (await dead()).length).toBe(1);
    await service.schedule();
    await expect.poll(async () => (await dead()).length).toBe(2);
    await expect.poll(() => second.received.length).toBe(2);
    expect(first.received).toHaveLength(1);
    const { targets } = await service.json('POST', '/v1/notifications/test');
    expect(targets).toEqual([
      { target: expect.any(String), delivered: true, status: 204, reason: null, tookMs: expect.any(Number) },
      { target: expect.any(String), delivered: true, status: 204, reason: null, tookMs: expect.any(Number) },
    ]);
    expect(typesAt(second)).toContain('notification.test');
    await service.schedule();
    await expect
      .poll(() => typesAt(first))
      .toEqual(['broadcast.scheduled', 'broadcast.scheduled', 'notification.test']);
  });

  it('a target that hangs holds up no other', async (test) => {
    const { expect } = test;
    const { first, receivers, second, service } = await begin(test);
    const begun = Date.now();
    first.next = Array(200).fill('hang');
    for (let i = 0; i < 60; i += 1) await service.schedule();
    await expect.poll(() => second.received.length, { timeout: 30_000 }).toBe(60);
    // Ten at once, each given up after ten seconds, which a busy machine may need for this.
    const rounds = 1 + Math.floor((Date.now() - begun) / 10_000);
    expect(first.received.length).toBeLessThanOrEqual(10 * rounds);
    first.next = [];
    await first.stop();
    receivers[0] = await startReceiver();
  });

  it('take Slack’s form where asked for', async (test) => {
    const { expect } = test;
    const { first, service } = await begin(test, '?format=slack');
    await service.schedule({ title: 'Sunday' });
    await expect.poll(() => first.received.length).toBe(1);
    expect(first.received[0]?.json).toMatchObject({
      text: expect.stringContaining('*Scheduled: “Sunday” (meeting '),
    });
    expect(first.received[0]?.path).toBe('/hook');
  });

  it('are those that a target asks for', async (test) => {
    const { expect } = test;
    const { first, second, service } = await begin(test, '?only=broadcast.canceled&only=alert.*');
    const { id } = await service.schedule();
    await service.request('DELETE', `/v1/broadcasts/${id}`);
    await expect.poll(() => second.received.length).toBe(2);
    await expect.poll(() => first.received.map(({ json }) => json.type)).toEqual(['broadcast.canceled']);
  });

  it('are unsigned without a secret, and none goes out without NOTIFY_URL', async (test) => {
    const { expect } = test;
    const { first, service } = await begin(test, '', { NOTIFY_SECRET: '' });
    await service.schedule();
    await expect.poll(() => first.received.length).toBe(1);
    expect(first.received[0]?.headers).not.toHaveProperty('webhook-signature');
    const silent = await startService();
    expect(createNotifications(silent.core)).toBeNull();
    await silent.stop();
  });
});

describe.concurrent('a crash', () => {
  it('of every worker loses nothing: events meanwhile go out afterwards, once', async (test) => {
    const { expect } = test;
    const { first, notify, running, service } = await begin(test);
    await running.splice(0)[0]?.stop(GRACE_MS);
    const { id } = await service.schedule();
    const key = service.core.keys.named('events');
    // A worker that died between reading and queueing leaves the event pending.
    await service.core.redis.xreadgroup('GROUP', 'notifications', 'workers', 'COUNT', 10, 'STREAMS', key, '>');
    const { id: later } = await service.schedule();
    await notify();
    await notify();
    await expect.poll(() => first.received.length, { timeout: 30_000 }).toBe(2);
    expect(first.received.map(({ json }) => json.data.id).sort()).toEqual([id, later].sort());
    // One that died between queueing and acknowledging: the same event comes again and finds its job.
    await service.core.redis.xgroup('SETID', key, 'notifications', '0');
    const { id: last } = await service.schedule();
    await expect.poll(() => first.received.some(({ json }) => json.data.id === last)).toBe(true);
    expect(first.received).toHaveLength(3);
  }, 120_000);

  it('of Redis neither', async (test) => {
    const { expect } = test;
    const { first, service } = await begin(test);
    await service.schedule();
    await expect.poll(() => first.received.length).toBe(1);
    await service.redis.kill9();
    await service.redis.restart();
    await expect
      .poll(async () => (await service.request('GET', '/v1/broadcasts')).status, { timeout: 30_000 })
      .toBe(200);
    await service.schedule();
    await expect.poll(() => first.received.length, { timeout: 30_000 }).toBe(2);
  }, 120_000);
});
