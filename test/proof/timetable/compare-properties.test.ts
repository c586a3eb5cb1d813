/** Following a timetable, with random calendars and random edits. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { type Comparison, compareEvents, type StoredBroadcast } from '../../../src/timetable/compare.ts';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';

const NOW = Date.parse('2030-11-28T00:00Z');
const HOUR = 3_600_000;

interface Drawn {
  uid: number;
  day: number;
  hour: number;
  count: number;
  excluded: boolean;
  canceled: boolean;
}

/** Each UID has a meeting of its own, so that nothing overlaps. */
const drawn = fc.uniqueArray(
  fc.record<Drawn>({
    ...{
      uid: fc.integer({ min: 1, max: 5 }),
      day: fc.integer({ min: 1, max: 5 }),
      hour: fc.integer({ min: 8, max: 20 }),
    },
    ...{ count: fc.integer({ min: 1, max: 4 }), excluded: fc.boolean(), canceled: fc.boolean() },
  }),
  { selector: ({ uid }) => uid, maxLength: 5 },
);

function textOf(events: Drawn[]): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const lines = events.flatMap(({ uid, day, hour, count, excluded, canceled }) => [
    ...['BEGIN:VEVENT', `UID:u${uid}`, `DTSTART:203012${two(day)}T${two(hour)}0000Z`, 'DURATION:PT1H'],
    ...(count > 1 ? [`RRULE:FREQ=WEEKLY;COUNT=${count}`] : []),
    ...(excluded && count > 1 ? [`EXDATE:203012${two(day + 7)}T${two(hour)}0000Z`] : []),
    ...(canceled ? ['STATUS:CANCELLED'] : []),
    ...[`LOCATION:https://zoom.us/j/8123456789${uid}`, 'END:VEVENT'],
  ]);
  return ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n');
}

function compared(events: Drawn[], stored: StoredBroadcast[], hands: string[] = []): Comparison {
  const reading = readCalendar(textOf(events), { now: NOW, until: NOW + 90 * 24 * HOUR, timezone: null });
  expect(reading.issues).toEqual([]);
  const moved = new Map(hands.map((id) => [id, { fields: new Set(['startAt', 'stopAt']) }]));
  return compareEvents(checkEvents(reading, NOW), stored, { now: NOW, manualChanges: moved });
}

let ids = 0;

/** What is stored once the differences have been carried out. */
function carriedOut({ differences }: Comparison, stored: StoredBroadcast[]): StoredBroadcast[] {
  const after = new Map(stored.map((one) => [one.id, { ...one }]));
  for (const { state, event, stored: former, change } of differences) {
    const one = former && after.get(former.id);
    if (state === 'changed' && one) Object.assign(one, change);
    if (state === 'canceled' && one) Object.assign(one, { status: 'canceled', reason: 'canceled by api/import' });
    if (state !== 'new' || !event?.plan) continue;
    const { plan } = event;
    const id = `bc_${++ids}`;
    after.set(id, {
      ...{
        id,
        revision: 1,
        status: 'scheduled',
        reason: null,
        externalId: event.externalId,
        meetingId: plan.meetingId,
      },
      ...{ kind: plan.kind, account: 'default', title: plan.title, timezone: plan.timezone, settings: {}, labels: {} },
      ...{ destination: null, startWindow: null, onDrop: plan.onDrop, onMove: plan.onMove },
      ...{ startAt: new Date(plan.startAt).toISOString() },
      stopAt: plan.stopAt === null ? null : new Date(plan.stopAt).toISOString(),
    });
  }
  return [...after.values()];
}

const onAir = (stored: StoredBroadcast[]) =>
  stored
    .filter(({ status }) => status === 'scheduled')
    .map((one) => `${one.meetingId} ${one.startAt} ${one.stopAt} ${one.externalId}`)
    .sort();

it('a second time nothing is to be done, whatever the order of the events', () => {
  fc.assert(
    fc.property(drawn, (events) => {
      const stored = carriedOut(compared(events, []), []);
      const again = compared([...events].reverse(), stored).differences.map(({ state }) => state);
      expect(again.filter((state) => state !== 'unchanged')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('A and then B leaves what B alone leaves, of the events that stand in B', () => {
  fc.assert(
    fc.property(drawn, drawn, (a, b) => {
      const both = b.filter(({ uid }) => a.some((one) => one.uid === uid)).map(({ uid }) => uid);
      const ofB = (stored: StoredBroadcast[]) =>
        onAir(stored).filter((one) =>
          both.some((uid) => one.includes(`/8123456789${uid}`) || one.startsWith(`8123456789${uid}`)),
        );
      const first = carriedOut(compared(a, []), []);
      const comparison = compared(b, first);
      expect(comparison.differences.filter(({ state }) => state === 'conflicting')).toEqual([]);
      expect(ofB(carriedOut(comparison, first))).toEqual(ofB(carriedOut(compared(b, []), [])));
    }),
    { numRuns: 150 },
  );
});

it('what was moved by hand stays where it is while the calendar has it', () => {
  fc.assert(
    fc.property(drawn, (events) => {
      const stored = carriedOut(compared(events, []), []);
      const [one] = stored;
      if (!one) return;
      const at = Date.parse(one.startAt) + 20 * 60_000;
      const moved = { ...one, startAt: new Date(at).toISOString(), stopAt: new Date(at + HOUR).toISOString() };
      const rest = [moved, ...stored.slice(1)];
      const comparison = compared(events, rest, [one.id]);
      expect(comparison.differences.find((found) => found.stored?.id === one.id)?.state).toBe('kept');
      expect(onAir(carriedOut(comparison, rest))).toEqual(onAir(rest));
    }),
    { numRuns: 100 },
  );
});

it('what others made is never touched', () => {
  fc.assert(
    fc.property(drawn, drawn, (a, b) => {
      const foreign = carriedOut(compared(a, []), []).map((one) => ({
        ...one,
        externalId: `desk-${one.id}`,
        meetingId: '999',
      }));
      const touched = compared(b, foreign).differences.filter(({ stored }) => stored !== null);
      expect(touched).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
