import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import { REDIS_CHECKS } from '../../../src/health/redis-checks.ts';
import { readMetrics } from '../../../src/observability/metric-readings.ts';
import type { StreamConsumer } from '../../../src/redis/stream-consumer.ts';
import { applyZoomEvent, EventContention } from '../../../src/scheduling/apply-zoom-event.ts';
import { eventQuarantineKey, quarantinedEvents, quarantineEvent } from '../../../src/zoom/events/event-quarantine.ts';
import { inboxKey, storeZoomEvents } from '../../../src/zoom/events/inbox.ts';
import { createInbox } from '../../../workers/zoom-events/inbox.ts';
import { KEYS, type RealCore, startCore } from '../../support/real-context.ts';
import { eventually } from '../../support/wait-for.ts';

/** An event that cannot be read or taken in leaves the inbox for the quarantine; Redis being away is no reason for that. */

let running: RealCore;
beforeAll(async () => {
  running = await startCore();
});
afterAll(() => running.stop());

const seenOf = (meetingId: string, more: Partial<ZoomEvent> = {}): ZoomEvent => ({
  ...{ account: 'default', meetingId, kind: 'meeting', what: 'meeting_started', at: Date.now(), uuid: 'u' },
  ...{ service: null, operator: false, occurrenceAt: null, movedTo: null, movedFrom: null },
  ...more,
});

let connection: Redis;
let inbox: StreamConsumer | undefined;
let taken: string[];
/** Fails to take in the events of these meetings. */
let failing: Map<string, () => unknown>;

beforeEach(async () => {
  await running.raw.flushall();
  running.log.length = 0;
  taken = [];
  failing = new Map();
  connection = new Redis(running.redis.url);
});
afterEach(async () => {
  connection.disconnect();
  await inbox?.stop(10_000);
  inbox = undefined;
});

async function work(): Promise<void> {
  const { core, raw } = running;
  inbox = createInbox({
    redis: connection,
    commands: raw,
    keys: KEYS,
    clock: core.clock,
    logger: core.logger,
    take: async (seen) => {
      taken.push(seen.meetingId);
      const fail = failing.get(seen.meetingId);
      if (fail) throw fail();
      return applyZoomEvent(core, seen);
    },
    retryMs: 50,
  });
  await inbox.start();
}

const emptied = () => eventually(async () => (await running.raw.xlen(inboxKey(KEYS))) === 0);
const warnings = () => running.log.filter(({ msg }) => msg.includes('is now in quarantine'));

it('an entry that cannot be read goes there at once, and the others go on', async () => {
  await running.raw.xadd(inboxKey(KEYS), '*', 'o', '{"half":');
  await running.raw.xadd(inboxKey(KEYS), '*', 'o', JSON.stringify(seenOf('1', { occurrenceAt: 1e300 })));
  await running.raw.xadd(inboxKey(KEYS), '*', 'x', 'y'.repeat(100_000));
  await storeZoomEvents(running.raw, KEYS, [seenOf('2')]);
  await work();
  await emptied();
  expect(taken).toEqual(['2']);
  const { count, latest } = await quarantinedEvents(running.raw, KEYS);
  expect([count, latest?.why, latest?.entry.length]).toEqual([3, 'it is unreadable', 4_000]);
  expect(warnings().map(({ level }) => level)).toEqual([40, 40, 40]);
});

it('an event that fails by itself is tried three times, and reported once', async () => {
  failing.set('1', () => new RangeError('Invalid time value'));
  await storeZoomEvents(running.raw, KEYS, [seenOf('1'), seenOf('2')]);
  await work();
  await emptied();
  expect(taken.filter((id) => id === '1')).toHaveLength(3);
  expect(taken.filter((id) => id === '2')).toHaveLength(1);
  expect(await quarantinedEvents(running.raw, KEYS)).toMatchObject({ count: 1, latest: { why: 'Invalid time value' } });
  expect(running.log.filter(({ level }) => level >= 40)).toEqual(warnings());
  expect(warnings()).toHaveLength(1);
});

it('a damaged record of the meeting in Redis sends its events there, and no others', async () => {
  await running.raw.set(KEYS.meeting('default', '1'), 'no hash');
  await storeZoomEvents(running.raw, KEYS, [seenOf('1'), seenOf('2')]);
  await work();
  await emptied();
  expect((await quarantinedEvents(running.raw, KEYS)).latest).toMatchObject({
    why: expect.stringContaining('WRONGTYPE'),
    entry: expect.stringContaining('"meetingId":"1"'),
  });
  expect((await running.core.store.meeting('default', '2')).running).toBe('yes');
});

it('an event comes again for as long as Redis refuses to write or others write first', async () => {
  let left = 4;
  const causes = [
    () => Object.assign(new Error("OOM command not allowed when used memory > 'maxmemory'."), { name: 'ReplyError' }),
    () => new EventContention('its broadcasts change all the time'),
  ];
  failing.set('1', () => {
    left -= 1;
    if (left === 0) failing.delete('1');
    return causes[left % 2]?.();
  });
  await storeZoomEvents(running.raw, KEYS, [seenOf('1')]);
  await work();
  await emptied();
  expect(taken).toHaveLength(5);
  expect((await running.core.store.meeting('default', '1')).running).toBe('yes');
  expect((await quarantinedEvents(running.raw, KEYS)).count).toBe(0);
});

it('an event that a build before this one stored with a date far ahead counts as of now', async () => {
  const before = Date.now();
  await storeZoomEvents(running.raw, KEYS, [
    seenOf('1', { what: 'stream_started', at: 9e15 }),
    seenOf('2', { what: 'stream_started', at: Date.UTC(2099, 0) }),
  ]);
  await work();
  await emptied();
  for (const id of ['1', '2']) {
    const { stream, streamAt } = await running.core.store.meeting('default', id);
    expect(stream).toBe('on');
    expect(streamAt).toBeGreaterThanOrEqual(before - 1_000);
    expect(streamAt).toBeLessThanOrEqual(Date.now() + 1_000);
  }
  expect((await quarantinedEvents(running.raw, KEYS)).count).toBe(0);
});

it('holds a thousand, the latest ones, and shows in doctor and in the metrics', async () => {
  for (let i = 0; i < 1_003; i += 1) await quarantineEvent(running.raw, KEYS, { why: `cause ${i}`, entry: '{}' });
  const check = REDIS_CHECKS.find(({ name }) => name === 'event quarantine');
  const finding = await check?.run(running.core.redis, KEYS, running.core.clock);
  expect(finding).toMatchObject({
    severity: 'warning',
    message: expect.stringMatching(/^1000 Zoom events,? .*cause 1002$/),
  });
  expect(finding?.fix).toContain(eventQuarantineKey(KEYS));
  const { quarantined } = await readMetrics(running.core);
  expect(quarantined).toContainEqual({ kind: 'event', count: 1_000 });
  await running.raw.del(eventQuarantineKey(KEYS));
  expect(await check?.run(running.core.redis, KEYS, running.core.clock)).toMatchObject({ severity: 'ok' });
});
