import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Broadcast, BroadcastStatus } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { allMatches } from '../../../src/broadcasts/store/matches.ts';
import type { BulkAnswer } from '../../../src/scheduling/bulk.ts';
import { type RealCore, startCore } from '../../support/real-context.ts';

let real: RealCore;
beforeAll(async () => {
  real = await startCore();
});
afterAll(() => real.stop());

const MINUTE = 60_000;
const BASE = Date.parse('2035-03-10T12:00:00Z');
const STATUSES: BroadcastStatus[] = ['scheduled', 'scheduled', 'scheduled', 'live', 'waiting', 'missed', 'canceled'];

/** Slots of half an hour of one meeting, some with a gap before them; some are not among those that the filter matches. */
const slots = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 30, 90),
    length: fc.constantFrom(30, 60, 120),
    hasStop: fc.boolean(),
    isMeant: fc.constantFrom(true, true, true, false),
    status: fc.constantFrom(...STATUSES),
    timezone: fc.constantFrom(null, 'America/New_York', 'Europe/Berlin'),
  }),
  { minLength: 1, maxLength: 6 },
);
const actions = fc.oneof(
  fc.record({
    action: fc.constantFrom('shift', 'extend'),
    by: fc.constantFrom('PT30M', '-PT30M', 'PT1H', '-PT1H', 'PT3H', '-PT3H', 'P1D', '-P1D', 'P1DT30M'),
  }),
  fc.record({ action: fc.constantFrom('cancel', 'stop', 'retry', 'start') }),
);

type Slots = typeof slots extends fc.Arbitrary<infer One> ? One : never;

let runs = 0;
/** Stores them; the label that the meant ones have. */
async function store(meetings: Slots[]): Promise<string> {
  const run = `run=${runs++}`;
  const [, value = ''] = run.split('=');
  for (const [index, planned] of meetings.entries()) {
    let from = BASE;
    for (const { gap, length, hasStop, isMeant, status, timezone } of planned) {
      const startAt = from + gap * MINUTE;
      from = startAt + length * MINUTE;
      const input = {
        meetingId: 1_000 * runs + index,
        startAt: new Date(startAt).toISOString(),
        // Without a stop it takes its start window, here as long.
        ...(hasStop ? { stopAt: new Date(from).toISOString() } : { startWindow: `PT${length}M` }),
        ...(isMeant ? { labels: { run: value } } : {}),
        timezone,
      };
      const { broadcast } = await real.scheduler.schedule(input, { by: 'test' });
      if (status !== 'scheduled') await become(broadcast, status);
    }
  }
  return run;
}

async function become(before: Broadcast, status: BroadcastStatus): Promise<void> {
  const decision = new DecisionBuilder(before, Date.now(), 'test').become(status, null).build();
  expect((await real.core.store.commit([{ before, decision }])).kind).toBe('ok');
}

/** What is due now is due a little later in the second run. */
function comparable({ changed, ...others }: BulkAnswer, isNow: boolean) {
  const times = (state: BulkAnswer['changed'][number]['after']) => (isNow ? { ...state, startAt: 'now' } : state);
  return { ...others, changed: changed.map(({ after, ...one }) => ({ ...one, after: times(after) })) };
}

it('does what its dry run says; and when everything is canceled, a second cancel changes nothing', async () => {
  let moved = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(slots, { minLength: 1, maxLength: 2 }), actions, async (meetings, action) => {
      const filter = { label: await store(meetings) };
      const isNow = action.action === 'start' || action.action === 'retry';
      const bulk = (more: object) =>
        real.scheduler.bulk({ filter, ...more }, { by: 'test' }).then(({ answer }) => answer);
      const before = await allMatches(real.core, filter, 100);
      const dry = await bulk({ ...action, dryRun: true });
      expect(await allMatches(real.core, filter, 100)).toEqual(before);
      const done = await bulk({ ...action, expect: dry.matched });
      expect(comparable({ ...done, dryRun: true }, isNow)).toEqual(comparable(dry, isNow));
      moved += done.changed.length;
      refused += done.refused.filter(({ code }) => code === 'overlap').length;
      const stored = new Map(((await allMatches(real.core, filter, 100)) ?? []).map((one) => [one.id, one]));
      for (const { id, after } of done.changed) expect(stored.get(id)).toMatchObject(after);
      const places = done.changed.map((one) => `${one.before.startAt}:${one.id}`);
      expect(places).toEqual([...places].sort());
      await bulk({ action: 'cancel', expect: dry.matched });
      expect(await bulk({ action: 'cancel', expect: dry.matched })).toMatchObject({ changed: [], refused: [] });
    }),
    { numRuns: 40 },
  );
  // The plans are such that both come about.
  expect(moved).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
