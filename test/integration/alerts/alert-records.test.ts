import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertStore, type Alerts, type StoredAlert } from '../../../src/alerts/alert-store.ts';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { type AlertCode, DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { onPreflight } from '../../../src/broadcasts/rules/on-preflight.ts';
import { pauseAccount } from '../../../src/broadcasts/rules/response.ts';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import { KEYS, type RealCore, startCore } from '../../support/real-context.ts';

let real: RealCore;
let alerts: Alerts;
beforeAll(async () => {
  real = await startCore(['--appendfsync', 'no']);
  alerts = real.core.alerts;
});
afterAll(() => real.stop());

let meetings = 710_000_000;
/** A stored broadcast that starts in an hour. */
async function schedule(title = 'Sunday service'): Promise<Broadcast> {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  const input = { meetingId: meetings++, title, startAt, duration: 'PT1H' };
  return (await real.scheduler.schedule(input, { by: 'test' })).broadcast;
}

/** One step in the life of a stored broadcast. */
async function step(id: string, change: (builder: DecisionBuilder) => unknown): Promise<Broadcast> {
  const before = await real.core.store.get(id);
  const builder = new DecisionBuilder(before, Date.now(), 'test');
  change(builder);
  const result = await real.core.store.commit([{ before, decision: builder.build() }]);
  if (result.kind !== 'ok') throw new Error(result.kind);
  return result.written[0] as Broadcast;
}

async function stored(broadcastId: string | null): Promise<StoredAlert[]> {
  const ids = await real.raw.zrange(KEYS.named('alerts:all'), '0', '-1');
  return (await alerts.getMany(ids)).filter((alert) => alert.broadcastId === broadcastId);
}

const isOpen = async (id: string, code: string) =>
  (await stored(id)).some((alert) => alert.code === code && alert.resolvedAt === null);

describe('alerts of broadcasts', () => {
  it('the version is another one after every change, also when as many are open as before', async () => {
    const seen = new Set<string>();
    const isAnother = async () => {
      const version = await alerts.version();
      const isNew = !seen.has(version);
      seen.add(version);
      return isNew;
    };
    await isAnother();
    expect(await isAnother()).toBe(false);
    const [one, other] = [await schedule(), await schedule()];
    await step(one.id, (builder) => builder.become('failed', 'no').alert('failed', 'Zoom refused it'));
    expect(await isAnother()).toBe(true);
    const before = await alerts.openByCode();
    await step(other.id, (builder) => builder.become('failed', 'no').alert('failed', 'Zoom refused it'));
    await step(one.id, (builder) => builder.become('scheduled', 'retried'));
    expect(await alerts.openByCode()).toEqual(before);
    expect(await isAnother()).toBe(true);
    const [open] = await stored(other.id);
    await alerts.acknowledge(open?.id ?? '', 'desk', null);
    expect(await isAnother()).toBe(true);
    await alerts.tidy(Date.now() + 1_000);
    expect(await isAnother()).toBe(true);
  });

  it('each is stored with its event, names the broadcast and says what to do', async () => {
    const { id, meetingId } = await schedule();
    await step(id, (builder) => builder.become('failed', 'no').alert('failed', 'Zoom refused it'));
    const [alert] = await stored(id);
    expect(alert).toMatchObject({
      code: 'failed',
      broadcastId: id,
      resolvedAt: null,
      acknowledgedAt: null,
      note: null,
    });
    expect(alert?.message).toBe(`"Sunday service" (meeting ${meetingId}): Zoom refused it`);
    expect(alert?.advice).toContain(`livestream retry ${id}`);
    const events = await real.raw.xrevrange(KEYS.named('events'), '+', '-', 'COUNT', 1);
    const event = readEvent(events[0]?.[1][1] ?? '');
    expect(event).toMatchObject({ type: 'alert.failed', data: { alertId: alert?.id, broadcastId: id } });
    expect(await alerts.openByCode()).toMatchObject({ failed: 1 });
  });

  it.each<[AlertCode, string, (builder: DecisionBuilder) => unknown]>([
    ['late_start', 'it went live', (builder) => builder.become('live', 'on')],
    ['late_start', 'its own alert says more', (builder) => builder.become('missed', 'x').alert('missed', 'x')],
    ['unconfirmed', 'Zoom confirmed it', (builder) => Object.assign(builder.next, { confirmed: true })],
    ['unconfirmed', 'it ended', (builder) => builder.become('ended', 'off')],
    ['late_stop', 'it ended', (builder) => builder.become('ended', 'off')],
    ['preflight', 'the start worked', (builder) => builder.become('live', 'on')],
    ['preflight', 'it was canceled', (builder) => builder.become('canceled', 'no')],
    ['missed', 'it was planned anew', (builder) => Object.assign(builder.next, { status: 'scheduled', alerted: [] })],
    ['failed', 'it was planned anew', (builder) => Object.assign(builder.next, { status: 'scheduled', alerted: [] })],
  ])('%s is resolved when %s', async (code, _why, change) => {
    const { id } = await schedule();
    await step(id, (builder) => {
      if (code === 'missed' || code === 'failed') builder.become(code, 'x');
      builder.alert(code, 'it is so');
    });
    expect(await isOpen(id, code)).toBe(true);
    await step(id, (builder) => builder.note('changed', 'something else'));
    expect(await isOpen(id, code)).toBe(true);
    await step(id, change);
    expect(await isOpen(id, code)).toBe(false);
    expect((await stored(id)).find((alert) => alert.code === code)?.resolvedAt).toEqual(expect.any(Number));
  });

  it('a preflight that passes resolves the alert of one that did not; the next problem is reported again', async () => {
    const { id } = await schedule();
    const check = async (prevents: boolean) => {
      const before = await real.core.store.get(id);
      const finding = { code: 'meeting_not_found' as const, message: 'There is none.', advice: 'Create it.', prevents };
      const snapshot = { broadcast: before, now: Date.now() } as Parameters<typeof onPreflight>[0];
      const decision = onPreflight(snapshot, prevents ? [finding] : [], [], 'test');
      if (decision) await real.core.store.commit([{ before, decision }]);
    };
    await check(true);
    expect(await stored(id)).toMatchObject([{ code: 'preflight', advice: 'Create it.', resolvedAt: null }]);
    await check(false);
    expect(await isOpen(id, 'preflight')).toBe(false);
    await check(true);
    expect(await isOpen(id, 'preflight')).toBe(true);
    expect(await stored(id)).toHaveLength(2);
  });

  it('a used-up day is one alert of its account and is over with the day', async () => {
    const [one, other] = [await schedule(), await schedule()];
    const midnight = Date.now() + 60_000;
    for (const { id } of [one, other])
      await step(id, (builder) => builder.alert('daily_limit', 'used up', { resolvesAt: midnight }));
    expect(await stored(one.id)).toHaveLength(1);
    expect(await stored(other.id)).toHaveLength(0);
    await alerts.tidy(0);
    expect(await isOpen(one.id, 'daily_limit')).toBe(true);
    await real.raw.zadd(KEYS.named('alerts:until'), Date.now() - 1, (await stored(one.id))[0]?.id ?? '');
    await alerts.tidy(0);
    expect(await isOpen(one.id, 'daily_limit')).toBe(false);
  });

  describe('the daily limit of an account, when Zoom sets it again', () => {
    const until = (ms: number) => Date.now() + ms;
    const meet = ({ id }: Broadcast, resolvesAt: number) =>
      step(id, (builder) => pauseAccount(builder, { scope: 'day', until: resolvesAt }));
    /** As if this much time had passed. */
    const age = async (alert: StoredAlert | undefined, ms: number) => {
      const key = KEYS.named(`alert:${alert?.id}`);
      const had = Number(await real.raw.hget(key, 'until'));
      await real.raw.hset(key, 'until', had - ms);
      await real.raw.zincrby(KEYS.named('alerts:until'), -ms, alert?.id ?? '');
    };
    const sent = async (id: string) =>
      (await real.raw.xrange(KEYS.named('events'), '-', '+'))
        .map(([, fields]) => readEvent(fields[1] as string))
        .filter((event) => event?.type === 'alert.daily_limit' && event.data['broadcastId'] === id).length;
    let account = 0;
    /** Each scenario has an account of its own. */
    const alone = async () => {
      const { id } = await schedule();
      account += 1;
      return step(id, (builder) => Object.assign(builder.next, { account: `daily-${account}` }));
    };

    it('keeps the alert open for as long as the longer pause, and says until when', async () => {
      const made = await alone();
      await meet(made, until(120_000));
      const longer = until(3_600_000);
      await meet(made, longer);
      const alert = (await stored(made.id))[0];
      await age(alert, 200_000);
      await alerts.tidy(0);
      expect(await stored(made.id)).toMatchObject([{ id: alert?.id, resolvedAt: null }]);
      expect((await stored(made.id))[0]?.message).toContain(new Date(longer).toISOString());
      expect(await sent(made.id)).toBe(1);
    });

    it('raises one anew when the first pause was over', async () => {
      const made = await alone();
      await meet(made, until(3_000));
      await age((await stored(made.id))[0], 4_000);
      await meet(made, until(3_600_000));
      const [first, second, ...more] = await stored(made.id);
      expect([first?.resolvedAt, second?.resolvedAt, more]).toEqual([expect.any(Number), null, []]);
      expect(await sent(made.id)).toBe(2);
    });

    it('is one alert when Zoom ends it after a second, again and again', async () => {
      const made = await alone();
      for (let times = 0; times < 5; times += 1) {
        await meet(made, until(1_000));
        await age((await stored(made.id))[0], 2_000);
        await alerts.tidy(0);
      }
      expect(await stored(made.id)).toMatchObject([{ resolvedAt: null }]);
      expect(await sent(made.id)).toBe(1);
      await age((await stored(made.id))[0], 61_000);
      await alerts.tidy(0);
      expect(await stored(made.id)).toMatchObject([{ resolvedAt: expect.any(Number) }]);
    });

    it('goes out once, however many broadcasts meet it', async () => {
      const [one, other] = [await alone(), await schedule()];
      await step(other.id, (builder) => Object.assign(builder.next, { account: one.account }));
      const ends = until(3_600_000);
      for (const { id } of [one, other]) await meet(await real.core.store.get(id), ends);
      expect([await sent(one.id), await sent(other.id)]).toEqual([1, 0]);
    });
  });

  it('a damaged record leaves an open alert', async () => {
    const { id } = await schedule();
    await real.raw.hset(KEYS.broadcast(id), 'd', 'no JSON');
    expect(await real.core.store.load(id)).toBeNull();
    expect(await stored(id)).toMatchObject([{ code: 'failed', broadcastId: id, resolvedAt: null }]);
  });

  it('what was acknowledged keeps who, when and why, and is forgotten after the retention', async () => {
    const { id } = await schedule();
    await step(id, (builder) => builder.become('failed', 'no').alert('failed', 'Zoom refused it'));
    const [alert] = await stored(id);
    const before = await alerts.count('acknowledged');
    const done = await alerts.acknowledge(alert?.id ?? '', 'api:anna', 'seen to');
    expect(done).toMatchObject({ acknowledgedBy: 'api:anna', note: 'seen to', resolvedAt: null });
    expect(done.acknowledgedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(await alerts.count('acknowledged')).toBe(before + 1);
    expect(await alerts.tidy(Date.now() - 300_000)).toBe(0);
    expect(await alerts.tidy(Date.now() + 60_000)).toBeGreaterThan(0);
    expect(await stored(id)).toEqual([]);
    await expect(alerts.acknowledge('al_none', 'x', null)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a removed broadcast takes its open alerts with it', async () => {
    const { id } = await schedule();
    const failed = await step(id, (builder) => builder.become('failed', 'no').alert('failed', 'Zoom refused it'));
    await real.core.store.remove(failed);
    expect(await stored(id)).toEqual([]);
  });
});

describe('alerts of the installation', () => {
  const clock = { code: 'clock', message: 'The clocks differ.', advice: 'Turn NTP on.', key: 'clock:a' } as const;

  it('are raised once by all processes together, until they are resolved', async () => {
    const other = new AlertStore((await real.another()).redis, KEYS);
    const raised = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? alerts : other).raiseInstallationAlert(clock)),
    );
    expect(raised.filter(Boolean)).toHaveLength(1);
    expect(await stored(null)).toMatchObject([{ code: 'clock', message: 'The clocks differ.', account: null }]);
    expect(await other.openByCode()).toMatchObject({ clock: 1 });
    expect(await other.resolve(clock.key)).toBe(true);
    expect(await alerts.resolve(clock.key)).toBe(false);
    expect(await alerts.openByCode()).not.toHaveProperty('clock');
    expect(await alerts.raiseInstallationAlert(clock)).toBe(true);
    expect(await stored(null)).toHaveLength(2);
    const events = await real.raw.xrevrange(KEYS.named('events'), '+', '-', 'COUNT', 1);
    expect(JSON.parse(events[0]?.[1][1] ?? '{}')).toMatchObject({ type: 'alert.clock', data: { broadcastId: null } });
  });
});
