/** Calendars that change, imported again: what stands there goes on air, what was canceled does not, nothing twice. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';
import { type RunningSeries, startSeries } from '../../support/running-series.ts';

const NOW = '2030-11-28T00:00:00Z';
let service: RunningSeries;
let api: RunningApi;
beforeAll(async () => {
  service = await startSeries(NOW);
  api = await runApi({ scheduler: service.scheduler });
});
afterAll(async () => {
  await api.close();
  await service.stop();
});
beforeEach(() => service.forgetAll());

/** The counts of the import of a file of test/fixtures/real-world. */
async function imported(name: string): Promise<Record<string, number>> {
  const path = fileURLToPath(new URL(`../../fixtures/real-world/${name}`, import.meta.url));
  const env = { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}` };
  const { stdout, stderr } = await runCli(['import', path, '--json'], { env, clock: clockAt(Date.parse(NOW)) });
  expect(stderr).toBe('');
  const all = JSON.parse(stdout).counts as Record<string, number>;
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** Starts of what will go on air, `12-02T12:00`. */
async function onAir(): Promise<string[]> {
  const all = (await service.broadcasts()).filter(({ status }) => status === 'scheduled');
  return all.map(({ startAt }) => new Date(startAt).toISOString().slice(5, 16)).sort();
}

describe('a calendar that is imported again', () => {
  it.each<[string, Record<string, number>, string[]]>([
    ['recurrence-id-utc', { changed: 1, unchanged: 2 }, ['12-02T12:00', '12-09T15:00', '12-16T12:00']],
    ['occurrence-canceled-without-link', { canceled: 1, unchanged: 2 }, ['12-02T12:00', '12-16T12:00']],
    ['method-cancel', { canceled: 1 }, []],
    ['status-canceled-one-l', { canceled: 1 }, []],
    ['series-moved-half-an-hour', { changed: 3 }, ['12-02T12:30', '12-09T12:30', '12-16T12:30']],
    ['series-moved-three-hours', { changed: 3 }, ['12-02T15:00', '12-09T15:00', '12-16T15:00']],
  ])('%s', async (name, second, expected) => {
    await imported(`${name}-1.ics`);
    expect(await imported(`${name}-2.ics`)).toEqual(second);
    expect(await onAir()).toEqual(expected);
    // A third time nothing is left to do.
    const again = await imported(`${name}-2.ics`);
    expect(Object.keys(again)).toEqual(['unchanged']);
  });

  it('takes a cancellation back', async () => {
    expect(await imported('canceled-then-confirmed-1.ics')).toEqual({ new: 1 });
    expect(await imported('canceled-then-confirmed-2.ics')).toEqual({ canceled: 1 });
    expect(await onAir()).toEqual([]);
    expect(await imported('canceled-then-confirmed-3.ics')).toEqual({ new: 1 });
    expect(await onAir()).toEqual(['12-03T12:00']);
    expect(await imported('canceled-then-confirmed-3.ics')).toEqual({ unchanged: 1 });
  });

  it('never takes back what a person canceled', async () => {
    await imported('canceled-then-confirmed-1.ics');
    const [one] = await service.broadcasts();
    await service.scheduler.cancel(one?.id ?? '', { by: 'api:desk' });
    expect(await imported('canceled-then-confirmed-3.ics')).toEqual({ kept: 1 });
    expect(await onAir()).toEqual([]);
  });

  it('keeps two calendars without UID apart', async () => {
    expect(await imported('no-uid-room-a.ics')).toEqual({ new: 1 });
    expect(await imported('no-uid-room-b.ics')).toEqual({ new: 1 });
    expect(await onAir()).toEqual(['12-04T12:00', '12-04T17:00']);
  });

  it('keeps what a person moved, and says what the calendar wants', async () => {
    await imported('series-moved-three-hours-1.ics');
    const moved = (await service.broadcasts()).find(({ startAt }) => startAt === Date.parse('2030-12-09T12:00Z'));
    const times = { startAt: '2030-12-09T18:00:00Z', stopAt: '2030-12-09T19:00:00Z' };
    await service.scheduler.change(moved?.id ?? '', times, { by: 'api:desk' });
    expect(await imported('series-moved-three-hours-1.ics')).toEqual({ unchanged: 2, kept: 1 });
    expect(await onAir()).toEqual(['12-02T12:00', '12-09T18:00', '12-16T12:00']);
  });

  it('cancels one that is excluded later, and moves hours into one another', async () => {
    await imported('series-moved-three-hours-1.ics');
    // The same UID, a day of the week later and one fewer.
    expect(await imported('series-shorter.ics')).toEqual({ changed: 2, canceled: 1 });
    expect(await onAir()).toEqual(['12-03T12:00', '12-10T12:00']);
    expect(await imported('back-to-back-1.ics')).toEqual({ new: 3 });
    expect(await imported('back-to-back-2.ics')).toEqual({ changed: 3 });
  });
});
