import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesRoutes } from '../../../src/http/routes/series-routes.ts';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';
import { type RunningSeries, startSeries } from '../../support/running-series.ts';

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
    expect(stdout).toMatch(/\S+ is this machine’s time zone; use --timezone for another\n$/);
    const list = await run('series', 'list', '--meeting', '684-23085');
    expect(list.stdout).toMatch(
      /sr_\w+ +68423085 +FREQ=WEEKLY;BYDAY=SU +Sun 6 Dec 2026 09:00 for 1 h 30 min +America\/New_York +Service/,
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

  it('moves the stop and what is skipped along with the time of day, on their own days', async () => {
    const { id } = await create();
    await run('series', 'change', id, '--stop-time', '10:30', '--except', '2026-12-13 09:00');
    const { code, stdout } = await run('series', 'change', id, '--start', '11:00');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'first   2026-12-06 09:00  2026-12-06 11:00\nstop    2026-12-06 10:30  2026-12-06 12:30\n',
    );
    expect(await series.service.get(id)).toMatchObject({
      ...{ startAt: '2026-12-06T11:00:00', stopTime: '12:30:00', exceptions: ['2026-12-13T11:00:00'] },
    });
  });

  it('asks before each is on air more than twice as long', async () => {
    const { id } = await create();
    const longer = ['series', 'change', id, '--duration', '4h'];
    const refused = await run(...longer);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('on air for 4 h instead of 1 h 30 min');
    expect(refused.stderr).toContain('--yes');
    expect((await series.service.get(id)).duration).toBe('PT1H30M');
    expect((await run(...longer, '--yes')).code).toBe(0);
  });
});

describe('livestream series skip', () => {
  const statuses = async (id: string) =>
    (await series.broadcasts())
      .filter(({ seriesId }) => seriesId === id)
      .map((one) => `${one.id.slice(20)} ${one.status}`);

  it('takes a day once, says so the second time, and unskip puts it back', async () => {
    const { id } = await create();
    const skipped = await run('series', 'skip', id, '2026-12-20');
    expect([skipped.code, skipped.stdout]).toEqual([
      0,
      `Skipped: Sun 20 Dec 2026 09:00 EST. To undo: livestream series unskip ${id} 2026-12-20\n`,
    ]);
    const { revision, exceptions } = await series.service.get(id);
    expect(exceptions).toEqual(['2026-12-20']);
    for (const day of ['2026-12-20', '20 dec', '2026-12-20 09:00']) {
      const again = await run('series', 'skip', id, day);
      expect([again.code, again.stdout]).toEqual([
        0,
        expect.stringContaining('is already skipped; nothing was changed'),
      ]);
    }
    expect((await series.service.get(id)).revision).toBe(revision);
    const back = await run('series', 'unskip', id, '2026-12-20');
    expect([back.code, back.stdout]).toEqual([0, `Restored: Sun 20 Dec 2026 09:00 EST  ${id}-20261220T090000-2\n`]);
    expect((await run('series', 'unskip', id, '2026-12-20')).stdout).toContain('is not skipped; nothing was changed');
    expect(await statuses(id)).toEqual([
      '20261206T090000 scheduled',
      '20261213T090000 scheduled',
      '20261220T090000 canceled',
      '20261220T090000-2 scheduled',
      '20261227T090000 scheduled',
    ]);
  });

  it('names the next one and asks; where nobody can be asked it needs --yes', async () => {
    const { id } = await create();
    const refused = await run('series', 'skip', id);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('The next one is Sun 6 Dec 2026 09:00 EST; this skips it');
    expect(refused.stderr).toContain('--yes');
    const answered = (stdin: string) =>
      runCli(['series', 'skip', id], {
        ...{ stdin, canAnswer: true, clock: clockAt(Date.parse(NOW)) },
        env: { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}` },
      });
    expect((await answered('n\n')).code).toBe(1);
    expect((await series.service.get(id)).exceptions).toEqual([]);
    expect((await answered('y\n')).stdout).toContain('Skipped: Sun 6 Dec');
    expect((await run('series', 'skip', id, '--yes')).stdout).toContain('Skipped: Sun 13 Dec');
  });

  it('knows days that have no broadcast yet, and those that the series does not have', async () => {
    const { id } = await create();
    expect((await run('series', 'skip', id, '2027-02-07')).code).toBe(0);
    const { stdout } = await run('series', 'occurrences', id, '--limit', '10');
    expect(stdout).toContain('not on Sun 7 Feb 2027 09:00: an exception of the series');
    expect((await run('series', 'unskip', id, '2027-02-07')).stdout).toBe('Restored: Sun 7 Feb 2027 09:00 EST\n');
    for (const command of ['skip', 'unskip']) {
      const none = await run('series', command, id, '2027-02-08');
      expect([none.code, none.stderr]).toEqual([3, expect.stringContaining(`livestream series occurrences ${id}`)]);
      const friday = await run('series', command, id, 'friday');
      expect(friday.stderr).toMatch(/has no occurrence on friday \(2026-12-04\)/);
      expect((await run('series', command, id, '09:00')).code).toBe(2);
    }
  });

  it('of a day with several wants to know which, and brings back only that one', async () => {
    const rule = ['--rule', 'FREQ=DAILY;BYHOUR=9,14', '--start', '2026-12-06 09:00', '--duration', '1h', '--json'];
    const { id } = JSON.parse((await run('series', 'create', String(meeting++), ...rule)).stdout);
    const unclear = await run('series', 'skip', id, '2026-12-08');
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('2026-12-08T14:00:00')]);
    await run('series', 'change', id, '--except', '2026-12-08');
    const { code } = await run('series', 'unskip', id, '2026-12-08 14:00');
    expect([code, (await series.service.get(id)).exceptions]).toEqual([0, ['2026-12-08T09:00:00']]);
  });

  it('leaves alone what was canceled by hand, and says how to plan it anew', async () => {
    const { id } = await create();
    await series.scheduler.cancel(`${id}-20261206T090000`, { by: 'api:me' });
    expect((await run('series', 'skip', id, '2026-12-06')).stdout).toContain('is already canceled');
    const { code, stderr } = await run('series', 'unskip', id, '2026-12-06');
    expect(code).toBe(4);
    const advice = /livestream (schedule .*)$/m.exec(stderr)?.[1] ?? '';
    expect((await run(...advice.split(' '))).code).toBe(0);
  });

  it('asks before it cancels one that was changed by hand, which cannot come back', async () => {
    const { id } = await create();
    await series.scheduler.change(`${id}-20261206T090000`, { title: 'Mine' }, { by: 'api:me' });
    expect((await run('series', 'skip', id, '2026-12-06')).code).toBe(2);
    expect((await series.scheduler.get(`${id}-20261206T090000`)).status).toBe('scheduled');
    expect((await run('series', 'skip', id, '2026-12-06', '--yes')).stdout).toContain('cannot restore it');
    expect((await series.scheduler.get(`${id}-20261206T090000`)).status).toBe('canceled');
    expect((await run('series', 'unskip', id, '2026-12-06')).code).toBe(4);
  });

  it('takes the beginning of an id and a title', async () => {
    const { id } = await create();
    expect((await run('series', 'skip', id.slice(0, 12), '2026-12-06')).code).toBe(0);
    await run('series', 'change', id, '--title', 'Evensong');
    expect((await run('series', 'show', 'evensong')).stdout).toContain(id);
    const unclear = await run('series', 'show', 'sr_');
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringMatching(/"sr_" could be any of \d+ series/)]);
  });
});

describe('livestream series delete', () => {
  it('deletes', async () => {
    const [first, second] = [await create(), await create()];
    const env = { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}` };
    const asked = await runCli(['series', 'delete', first.id, second.id], { env, canAnswer: true, stdin: 'n\n' });
    expect([asked.code, asked.stderr]).toEqual([
      1,
      expect.stringMatching(/would be deleted, and \d+ broadcasts? canceled\. Go on\?/),
    ]);
    expect((await run('series', 'delete', first.id, 'sr_none')).code).toBe(3);
    expect((await run('series', 'show', first.id)).code).toBe(0);
    const { code, stdout } = await run('series', 'delete', first.id, second.id);
    expect([code, stdout.split('\n').length]).toEqual([0, 3]);
    expect((await run('series', 'show', first.id)).code).toBe(3);
  });

  it('reports errors with the exit code of the API', async () => {
    const { code, stderr } = await run('series', 'create', 'x', '--rule', 'FREQ=NEVER', '--start', 'tomorrow 09:00');
    expect(code).toBe(1);
    expect(stderr).toContain('rule: must be an RFC 5545 rule');
    expect(stderr).toContain('meetingId: must be');
  });
});
