import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesRoutes } from '../../src/http/series-routes.ts';
import { clockAt, run as runCli } from '../cli/played-terminal.ts';
import { type RunningApi, runApi } from '../http/running-api.ts';
import { type RunningSeries, startSeries } from './running-series.ts';

const NOW = '2026-12-02T17:00:00Z';
let series: RunningSeries;
let api: RunningApi;
beforeAll(async () => {
  series = await startSeries(NOW);
  api = await runApi({ scheduler: series.scheduler, routes: [seriesRoutes(series.service)] });
});
afterAll(async () => {
  await api.close();
  await series.stop();
});

const run = (...argv: string[]) =>
  runCli(argv, {
    env: { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}` },
    clock: clockAt(Date.parse(NOW)),
  });
const SUNDAYS = ['--rule', 'FREQ=WEEKLY;BYDAY=SU', '--start', '2026-12-06 09:00', '--duration', '90m'];
let meeting = 500;
const create = async () => {
  const { stdout } = await run('series', 'create', String(meeting++), ...SUNDAYS, '--json');
  return JSON.parse(stdout) as { id: string };
};

describe('livestream series', () => {
  it('creates and shows what it will do', async () => {
    const { code, stdout, stderr } = await run(
      'series',
      'create',
      '684 2308 5',
      ...SUNDAYS,
      '--title',
      'Service',
      '--lead',
      '10m',
    );
    expect([code, stderr]).toEqual([0, '']);
    for (const text of [
      '68423085',
      'FREQ=WEEKLY;BYDAY=SU',
      'Sun 6 Dec 2026 08:50 EST',
      '10:30',
      'in 3 days',
      'not yet',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toMatch(/\S+ is the zone of this machine; --timezone names another\n$/);
    const list = await run('series', 'list', '--meeting', '684-23085');
    expect(list.stdout).toMatch(
      /sr_\w+ +68423085 +FREQ=WEEKLY;BYDAY=SU +Sun 6 Dec 2026 09:00 for PT1H30M +America\/New_York +Service/,
    );
  });

  it('shows the body, and stores nothing, with --dry-run', async () => {
    const { stdout } = await run(
      'series',
      'create',
      '1',
      ...SUNDAYS,
      '--except',
      '2026-12-27',
      '--skipped',
      'skip',
      '--dry-run',
    );
    expect(JSON.parse(stdout)).toEqual({
      ...{ meetingId: '1', rule: 'FREQ=WEEKLY;BYDAY=SU', startAt: '2026-12-06T09:00:00', duration: 'PT1H30M' },
      ...{ timezone: 'America/New_York', exceptions: ['2026-12-27'], onClockChange: { skipped: 'skip' } },
    });
    expect((await series.service.list({ meetingId: '1', limit: 1 })).series).toEqual([]);
  });

  it('changes only what is given', async () => {
    const { id } = await create();
    await run('series', 'change', id, '--except', '2026-12-13');
    const { code, stdout } = await run('series', 'change', id, '--stop-time', '11:00', '--label', 'room=A', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ stopTime: '11:00:00', duration: null, labels: { room: 'A' }, exceptions: ['2026-12-13'], revision: 3 },
    });
    expect((await run('series', 'change', id)).code).toBe(2);
    expect((await run('series', 'change', id, '--open', '--json')).stdout).toContain('"stopTime": null');
  });

  it('skips the next one, a day that has a broadcast, and a day that has none yet', async () => {
    const { id } = await create();
    const canceled = await run('series', 'skip', id);
    expect(canceled.stdout).toContain(`${id}-20261206T090000  canceled`);
    expect((await run('series', 'skip', id, '2026-12-20')).stdout).toContain('20261220T090000  canceled');
    expect((await run('series', 'skip', id, '2027-02-07')).stdout).toBe(`${id} leaves out 2027-02-07T09:00:00\n`);
    expect((await run('series', 'skip', id, '2027-02-08')).code).toBe(3);
    const { stdout } = await run('series', 'occurrences', id, '--limit', '10');
    expect(stdout).toContain('not on Sun 7 Feb 2027 09:00: an exception of the series');
  });

  it('deletes', async () => {
    const [first, second] = [await create(), await create()];
    const { code, stdout } = await run('series', 'delete', first.id, second.id);
    expect([code, stdout.split('\n').length]).toEqual([0, 3]);
    expect((await run('series', 'show', first.id)).code).toBe(3);
  });

  it('tells of faults with the exit code of the API', async () => {
    const { code, stderr } = await run('series', 'create', 'x', '--rule', 'FREQ=NEVER', '--start', 'tomorrow 09:00');
    expect(code).toBe(1);
    expect(stderr).toContain('rule: must be an RFC 5545 rule');
    expect(stderr).toContain('meetingId: must be');
  });
});
