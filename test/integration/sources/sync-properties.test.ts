import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppContext } from '../../../src/app/context.ts';
import { createSources } from '../../../src/app/create-sources.ts';
import { type Broadcast, type BroadcastStatus, isFinal } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { allMatches } from '../../../src/broadcasts/store/matches.ts';
import type { ZoomReads } from '../../../src/broadcasts/zoom-port.ts';
import type { SyncPlan } from '../../../src/sources/source.ts';
import type { SourceService } from '../../../src/sources/source-service.ts';
import { type AnEvent, at, calendar } from '../../support/calendar-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type RealCore, startCore } from '../../support/real-context.ts';

/** Whole syncs of random calendars with random edits, on a real Redis: what must hold whatever a timetable says. */

const HOUR = 3_600_000;
/** The day before that of the events: series are followed for 90 days. */
const clock = new ManualClock(at(-24));
let real: RealCore;
let sources: SourceService;

beforeAll(async () => {
  real = await startCore();
  const core = { ...real.core, clock: clock as unknown as AppContext['clock'] };
  sources = createSources(core, real.scheduler, {} as ZoomReads);
}, 60_000);
afterAll(() => real.stop());

/** They take 5 s on a quiet machine, and many times that on a loaded one, ms. */
const LOADED_MS = 60_000;

interface Drawn {
  uid: string;
  meeting: number;
  hour: number;
  title: string;
  count: number;
  isExcluded: boolean;
  isCanceled: boolean;
}

const UIDS = ['a', 'b', 'c', 'd', 'e'];
/** One event has one of them, so that two never overlap; there are so few that they often take each other's. */
const PLACES = [0, 1].flatMap((meeting) => [0, 2, 4].map((hour) => ({ meeting, hour }))).slice(1);

const drawn: fc.Arbitrary<Drawn[]> = fc
  .tuple(
    fc.shuffledSubarray(UIDS, { minLength: 4 }),
    fc.shuffledSubarray(PLACES, { minLength: UIDS.length }),
    fc.array(
      fc.record({
        title: fc.constantFrom('x', 'y'),
        count: fc.constantFrom(1, 1, 2, 3),
        isExcluded: fc.boolean(),
        isCanceled: fc.constantFrom(false, false, false, true),
      }),
      { minLength: UIDS.length, maxLength: UIDS.length },
    ),
  )
  .map(([uids, places, more]) =>
    uids.map((uid, i) => ({ uid, ...(places[i] as (typeof PLACES)[number]), ...(more[i] as (typeof more)[number]) })),
  );

let meetings = 820_000_000;
/** Two meetings that nothing else has. */
function freshMeetings(): number {
  meetings += 10;
  return meetings;
}

/** @param base of `freshMeetings` @param shift hours: another source has other hours of the same meetings */
function textOf(events: Drawn[], base: number, shift = 0): string {
  const exdate = (hour: number) => `EXDATE:${at(hour).slice(0, 19).replace(/[-:]/g, '')}Z`;
  return calendar(
    events.map(({ uid, meeting, hour, title, count, isExcluded, isCanceled }): AnEvent => {
      const rule = count > 1 ? [`RRULE:FREQ=WEEKLY;COUNT=${count}`] : [];
      const more = [...rule, ...(count > 1 && isExcluded ? [exdate(hour + shift + 168)] : [])];
      return { uid, meetingId: String(base + meeting), hour: hour + shift, title, canceled: isCanceled, more };
    }),
  );
}

let names = 0;
async function newSource(): Promise<string> {
  const name = `p${names++}`;
  await sources.create({ name, kind: 'ics', prune: true, brake: 1 });
  return name;
}

/** Forced: that all is gone is one of the edits. Whatever it does, what is of others stays as it is. */
async function sync(name: string, base: number, content: string): Promise<SyncPlan> {
  const ofOthers = async () => (await stored(base)).filter(({ source }) => source?.name !== name);
  const before = await ofOthers();
  const plan = await sources.sync(name, { content, force: true }, 'test');
  expect(await ofOthers()).toEqual(before);
  return plan;
}

/** Every record of the two meetings. */
async function stored(base: number): Promise<Broadcast[]> {
  const found = [base, base + 1].map((id) => allMatches(real.core, { meetingId: String(id) }, 1_000));
  return (await Promise.all(found)).flatMap((some) => some ?? []);
}

const of = async (name: string, base: number) => (await stored(base)).filter(({ source }) => source?.name === name);

/** What will go on air by a source, in words that do not depend on its name and meetings. */
async function planned(name: string, base: number): Promise<string[]> {
  const open = (await of(name, base)).filter((one) => !isFinal(one));
  return open.map(({ externalId, meetingId, ...one }) => {
    const times = [one.startAt, one.stopAt].map((ms) => new Date(ms ?? 0).toISOString());
    return [externalId?.slice(name.length), Number(meetingId) - base, one.title, ...times].join(' ');
  });
}

const workOf = ({ counts }: SyncPlan) => {
  const { new: fresh, changed, canceled, vanished, conflicting } = counts;
  return { fresh, changed, canceled, vanished, conflicting };
};
const NO_WORK = { fresh: 0, changed: 0, canceled: 0, vanished: 0, conflicting: 0 };

async function become(before: Broadcast, status: BroadcastStatus): Promise<void> {
  const decision = new DecisionBuilder(before, Date.now(), 'test').become(status, null).build();
  expect((await real.core.store.commit([{ before, decision }])).kind).toBe('ok');
}

it(
  'A and then B leaves what B alone leaves, and B again changes nothing, whatever the order of its events',
  async () => {
    await fc.assert(
      fc.asyncProperty(drawn, drawn, async (a, b) => {
        const [base, alone] = [freshMeetings(), freshMeetings()];
        const [name, other] = [await newSource(), await newSource()];
        await sync(name, base, textOf(a, base));
        await sync(name, base, textOf(b, base));
        await sync(other, alone, textOf(b, alone));
        expect(await planned(name, base)).toEqual(await planned(other, alone));
        const before = await stored(base);
        expect(workOf(await sync(name, base, textOf([...b].reverse(), base)))).toEqual(NO_WORK);
        expect(await stored(base)).toEqual(before);
      }),
      { numRuns: 8 },
    );
  },
  LOADED_MS,
);

it(
  'in whatever order two sources with the same UIDs are pulled, each leaves its own, and what a person made stays',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(drawn, drawn), fc.tuple(drawn, drawn), fc.boolean(), async (one, two, isTwoFirst) => {
        const [base, again] = [freshMeetings(), freshMeetings()];
        const pull = async (meeting: number, order: (0 | 1)[]) => {
          const both = [await newSource(), await newSource()];
          const mine = { meetingId: meeting, startAt: at(20), duration: 'PT1H', externalId: `${both[0]}:a` };
          await real.scheduler.schedule(mine, { by: 'desk' });
          const rounds = [[...one], [...two]];
          for (const which of order) {
            const text = textOf(rounds[which]?.shift() ?? [], meeting, which);
            await sync(both[which] as string, meeting, text);
          }
          return Promise.all(both.map((name) => planned(name, meeting)));
        };
        const first = await pull(base, [0, 1, 0, 1]);
        expect(await pull(again, isTwoFirst ? [1, 1, 0, 0] : [0, 0, 1, 1])).toEqual(first);
      }),
      { numRuns: 4 },
    );
  },
  LOADED_MS,
);

it(
  'a change by hand survives whatever the timetable says about an event that it still has',
  async () => {
    const hands = fc.array(fc.constantFrom('move', 'extend', 'title', 'cancel', null), {
      minLength: 15,
      maxLength: 15,
    });
    await fc.assert(
      fc.asyncProperty(drawn, drawn, hands, async (a, edits, by) => {
        const base = freshMeetings();
        const name = await newSource();
        await sync(name, base, textOf(a, base));
        const changed = new Map<string, object>();
        for (const [i, { id, startAt, stopAt }] of (await of(name, base)).entries()) {
          const changes = {
            move: { startAt: startAt + 12 * HOUR, stopAt: startAt + 12.5 * HOUR },
            extend: { stopAt: (stopAt ?? 0) + HOUR / 2 },
            title: { title: 'by hand' },
          };
          const what = by[i];
          if (what === 'cancel') await real.scheduler.cancel(id, { by: 'desk' });
          else if (what) {
            const times = Object.entries(changes[what]).map(([field, value]) => [
              field,
              typeof value === 'number' ? new Date(value).toISOString() : value,
            ]);
            await real.scheduler.change(id, Object.fromEntries(times), { by: 'desk' });
          }
          if (what)
            changed.set(id, what === 'cancel' ? { status: 'canceled', reason: 'canceled by desk' } : changes[what]);
        }
        // The same occurrences, at other times, in other meetings, with other words.
        const b = a.map((event, i) => ({ ...event, ...edited(edits[i % edits.length] as Drawn) }));
        await sync(name, base, textOf(b, base));
        const after = new Map((await stored(base)).map((one) => [one.id, one]));
        for (const [id, change] of changed) expect(after.get(id)).toMatchObject(change);
        const canceled = [...after.values()].filter(({ reason }) => reason === 'canceled by desk');
        for (const { externalId } of canceled)
          expect([...after.values()].filter((one) => one.externalId === externalId)).toHaveLength(1);
      }),
      { numRuns: 8 },
    );
  },
  LOADED_MS,
);

const edited = ({ meeting, title }: Drawn) => ({ meeting, title });

it(
  'what is on air is never stopped, nor put elsewhere; its end may move',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.option(drawn),
        fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
        async (a, b, live) => {
          const base = freshMeetings();
          const name = await newSource();
          await sync(name, base, textOf(a, base));
          const onAir: Broadcast[] = [];
          for (const [i, one] of (await of(name, base)).entries())
            if (live[i]) {
              await become(one, 'live');
              onAir.push(one);
            }
          await sync(name, base, textOf(b ?? [], base));
          const after = new Map((await stored(base)).map((one) => [one.id, one]));
          for (const { id, startAt, meetingId } of onAir)
            expect(after.get(id)).toMatchObject({ status: 'live', stopDueAt: null, startAt, meetingId });
        },
      ),
      { numRuns: 10 },
    );
  },
  LOADED_MS,
);

it.each([
  ['two', { a: 2, b: 0 }],
  ['three', { a: 2, b: 4, c: 0 }],
])('%s events that exchange their times do so', async (_, hours) => {
  const base = freshMeetings();
  const name = await newSource();
  const same = { meeting: 0, title: 'x', count: 1, isExcluded: false, isCanceled: false };
  const one = (uid: string, hour: number): Drawn => ({ uid, hour, ...same });
  const before = Object.keys(hours).map((uid, i) => one(uid, i * 2));
  await sync(name, base, textOf(before, base));
  const ids = (await of(name, base)).map(({ id }) => id).sort();
  const after = Object.entries(hours).map(([uid, hour]) => one(uid, hour));
  expect(workOf(await sync(name, base, textOf(after, base)))).toEqual({ ...NO_WORK, changed: after.length });
  const found = await of(name, base);
  // None was canceled and made anew.
  expect(found.map(({ id }) => id).sort()).toEqual(ids);
  const startOf = new Map(found.map(({ source, startAt }) => [source?.uid, new Date(startAt).toISOString()]));
  for (const [uid, hour] of Object.entries(hours)) expect(startOf.get(uid)).toBe(at(hour));
});
