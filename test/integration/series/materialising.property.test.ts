import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSeries, startSeries } from '../../support/running-series.ts';

let run: RunningSeries;
beforeAll(async () => {
  run = await startSeries('2027-03-10T00:00:00Z', ['--appendonly', 'no']);
});
afterAll(() => run.stop());

const series = fc.record({
  meetingId: fc.constantFrom('1', '2'),
  rule: fc.constantFrom(
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=SU,WE',
    'FREQ=HOURLY;INTERVAL=6',
    'FREQ=MONTHLY;BYDAY=-1FR',
    'FREQ=DAILY;BYHOUR=1,2,3;COUNT=60',
  ),
  startAt: fc.constantFrom('2027-03-01T02:30', '2027-03-12T09:00', '2027-03-14T01:59'),
  timezone: fc.constantFrom('America/New_York', 'Europe/London', 'Australia/Lord_Howe'),
  duration: fc.constantFrom('PT30M', 'PT5H', 'P1D'),
  leadMinutes: fc.constantFrom(0, 15),
  onClockChange: fc.record({
    skipped: fc.constantFrom('after' as const, 'skip' as const),
    repeated: fc.constantFrom('first' as const, 'second' as const),
  }),
});

const by = { by: 'api:test' };
const everything = async () => [await run.broadcasts(), (await run.service.list({ limit: 1_000 })).series];

it('materialising twice, or at two places at once, changes nothing', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('change' as const), which: fc.nat(), to: series }),
    fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }),
    fc.record({ do: fc.constant('wait' as const), hours: fc.nat({ max: 24 * 40 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(series, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 4 }),
      async (all, steps) => {
        await run.forgetAll();
        run.clock.set('2027-03-10T00:00:00Z');
        const ids: string[] = [];
        for (const one of all) ids.push((await run.service.create(one, by)).series.id);
        for (const next of steps) {
          if (next.do === 'change') await run.service.change(ids[next.which % ids.length] ?? '', next.to, by);
          else if (next.do === 'wait') {
            run.clock.set(new Date(run.clock.now() + next.hours * 3_600_000).toISOString());
            await Promise.all([run.task.runOnce(), run.another().task.runOnce()]);
          } else {
            const open = (await run.broadcasts()).filter(({ status }) => status === 'scheduled');
            const chosen = open[next.which % (open.length || 1)];
            if (chosen) await run.scheduler.cancel(chosen.id, by);
          }
        }
        // What one run could not create because a later one stood in the way may find its place in the next.
        await run.task.runOnce();
        await run.task.runOnce();
        const settled = await everything();
        await run.task.runOnce();
        await Promise.all([run.task.runOnce(), run.another().task.runOnce()]);
        expect(await everything()).toEqual(settled);
        expect(run.logged).toEqual([]);
        await expectOneEach();
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

/** No occurrence has two unfinished broadcasts, and none of one meeting overlap. */
async function expectOneEach(): Promise<void> {
  const open = (await run.broadcasts()).filter(({ status }) => status === 'scheduled');
  const places = open.map(({ id }) => id.replace(/(T\d{6})-\d+$/, '$1'));
  expect(new Set(places).size).toBe(places.length);
  for (const a of open) {
    for (const b of open) {
      const apart = a.id === b.id || a.meetingId !== b.meetingId;
      expect(apart || (a.stopAt ?? 0) <= b.startAt || (b.stopAt ?? 0) <= a.startAt).toBe(true);
    }
  }
}
