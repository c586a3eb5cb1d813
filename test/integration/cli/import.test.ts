import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';
import { type RunningSeries, startSeries } from '../../support/running-series.ts';

const NOW = '2026-12-02T17:00:00Z';
let service: RunningSeries;
let api: RunningApi;
let folder: string;
beforeAll(async () => {
  service = await startSeries(NOW);
  api = await runApi({ scheduler: service.scheduler });
  folder = await mkdtemp(join(tmpdir(), 'livestream-import-'));
});
afterAll(async () => {
  await api.close();
  await service.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => service.forgetAll());

async function importText(text: string, argv: string[] = [], more: { name?: string; isTTY?: boolean } = {}) {
  const path = join(folder, more.name ?? 'file.csv');
  await writeFile(path, text);
  const env = { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}` };
  const clock = clockAt(Date.parse(NOW));
  return runCli(['import', path, '--timezone', 'America/New_York', ...argv], {
    env,
    clock,
    isTTY: more.isTTY ?? false,
  });
}

const HEAD = 'externalId,meeting,start,duration,title\n';
const TWO = `${HEAD}a,1,2026-12-06 09:00,90m,First\nb,2,2026-12-06 09:00,90m,Second\n`;
const counts = (stdout: string) => {
  const all = JSON.parse(stdout).counts as Record<string, number>;
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
};

describe('livestream import', () => {
  it('stores what is new, and nothing the second time', async () => {
    const first = await importText(TWO, ['--json']);
    expect([first.code, first.stderr, counts(first.stdout)]).toEqual([0, '', { new: 2 }]);
    expect((await service.broadcasts()).map(({ externalId, title }) => [externalId, title])).toEqual(
      expect.arrayContaining([
        ['a', 'First'],
        ['b', 'Second'],
      ]),
    );
    expect(counts((await importText(TWO, ['--json'])).stdout)).toEqual({ unchanged: 2 });
    expect(await service.broadcasts()).toHaveLength(2);
  });

  it('changes only what has changed, and leaves alone what the file does not speak of', async () => {
    await importText(TWO);
    const [one] = (await service.broadcasts()).filter(({ externalId }) => externalId === 'a');
    await service.scheduler.change(one?.id ?? '', { labels: { room: 'A' } }, { by: 'api:test' });
    const { code, stdout } = await importText(TWO.replace('a,1,2026-12-06 09:00', 'a,1,2026-12-06 10:00'));
    expect([code, stdout]).toEqual([0, '1 changed, 1 unchanged\n']);
    expect(await service.scheduler.get(one?.id ?? '')).toMatchObject({
      ...{ startAt: Date.parse('2026-12-06T15:00Z'), stopAt: Date.parse('2026-12-06T16:30Z'), labels: { room: 'A' } },
    });
  });

  it('moves the stop along with the start when the file names no stop', async () => {
    await importText(TWO);
    const moved = 'externalId,meeting,start\na,1,2026-12-07 11:00\n';
    expect((await importText(moved)).stdout).toBe('1 changed\n');
    const [one] = (await service.broadcasts()).filter(({ externalId }) => externalId === 'a');
    expect(one).toMatchObject({ startAt: Date.parse('2026-12-07T16:00Z'), stopAt: Date.parse('2026-12-07T17:30Z') });
    expect((await importText(moved)).stdout).toBe('1 unchanged\n');
  });

  it('shows everything and stores nothing with --dry-run', async () => {
    await importText(TWO);
    const before = await service.broadcasts();
    const file = `${TWO.replace('Second', 'Changed')}c,1,2026-12-06 10:00,1h,In the way\nd,3,2027-03-14 02:30,1h,Gap\n`;
    const { code, stdout } = await importText(file, ['--dry-run']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/3 +changed +2 .*title/);
    expect(stdout).toMatch(/4 +conflicting +1 .*overlaps row 2/);
    expect(stdout).toContain('row 5: startAt must be a time that exists exactly once');
    const sums = '1 changed, 1 unchanged, 1 conflicting, 1 in a clock-change gap, 1 with errors; nothing was stored\n';
    expect(stdout.endsWith(sums)).toBe(true);
    expect(await service.broadcasts()).toEqual(before);
  });

  it('stores nothing at all when a row has an error, or stands in the way of a broadcast', async () => {
    const invalid = await importText(`${TWO}c,x,tomorrow,1h,\n`);
    expect([invalid.code, invalid.stdout]).toEqual([1, '']);
    expect(invalid.stderr).toContain('row 4: meetingId: must be');
    expect(invalid.stderr).toContain('row 4: startAt: must be');
    const times = { startAt: '2026-12-06T14:30:00Z', stopAt: '2026-12-06T15:00:00Z' };
    const { broadcast } = await service.scheduler.schedule({ meetingId: '2', ...times }, { by: 'api:test' });
    const conflicting = await importText(TWO);
    expect(conflicting.code).toBe(4);
    expect(conflicting.stdout).toContain(`overlaps broadcast ${broadcast.id}`);
    expect(await service.broadcasts()).toHaveLength(1);
  });

  it('leaves what a person canceled canceled', async () => {
    await importText(TWO);
    const [one] = await service.broadcasts();
    await service.scheduler.cancel(one?.id ?? '', { by: 'api:test' });
    expect(counts((await importText(TWO, ['--json'])).stdout)).toEqual({ unchanged: 1, kept: 1 });
    expect((await service.scheduler.get(one?.id ?? '')).status).toBe('canceled');
  });

  it('warns of rows without externalId, and reads times in LIVESTREAM_TIMEZONE', async () => {
    const path = join(folder, 'plain.csv');
    await writeFile(path, 'meeting,start\n1,2026-12-06 09:00\n2,2026-12-06 09:00\n');
    const env = { LIVESTREAM_API_URL: `http://127.0.0.1:${api.port}`, LIVESTREAM_TIMEZONE: 'Asia/Tokyo' };
    const { code, stdout } = await runCli(['import', path], { env, clock: clockAt(Date.parse(NOW)) });
    const unnamed = 'warning  rows 2, 3 have no externalId: they cannot be recognized once their time changes\n';
    expect([code, stdout]).toEqual([0, `${unnamed}2 new\n`]);
    expect((await service.broadcasts()).map(({ startAt }) => startAt)).toEqual(
      Array.from({ length: 2 }, () => Date.parse('2026-12-06T09:00+09:00')),
    );
  });

  it('takes a calendar, and cancels what it cancels', async () => {
    const calendar = (status: string) =>
      [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:u', 'DTSTART;TZID=America/New_York:20261206T090000'],
        ...['DURATION:PT1H', `STATUS:${status}`, 'DESCRIPTION:Meeting ID: 684 2308 5', 'END:VEVENT', 'END:VCALENDAR'],
      ].join('\r\n');
    await importText(calendar('CONFIRMED'), [], { name: 'a.ics' });
    expect((await service.broadcasts()).map(({ meetingId, status }) => [meetingId, status])).toEqual([
      ['68423085', 'scheduled'],
    ]);
    const { stdout } = await importText(calendar('CANCELLED'), [], { name: 'a.ics' });
    expect(stdout).toBe('1 canceled\n');
    expect((await service.broadcasts())[0]?.status).toBe('canceled');
    expect((await importText(calendar('CANCELLED'), [], { name: 'a.ics' })).stdout).toBe('1 unchanged\n');
  });

  it('takes 10,000 rows, with a bar on a terminal', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `r${i},${1_000_000 + i},2026-12-06 09:00,90m,Row ${i}\n`);
    const { code, stdout } = await importText(HEAD + lines.join(''), [], { isTTY: true });
    expect(code).toBe(0);
    expect(stdout).toContain('█ 10000 of 10000\n');
    expect(stdout.endsWith('10000 new\n')).toBe(true);
    expect(counts((await importText(HEAD + lines.join(''), ['--json'])).stdout)).toEqual({ unchanged: 10_000 });
  }, 120_000);

  it('says what it needs to know', async () => {
    expect((await importText('x', [], { name: 'file' })).stderr).toContain('--format csv or --format ics');
    expect((await runCli(['import', '/nowhere.csv'], {})).code).toBe(2);
    expect((await importText(TWO, ['--days', 'x'])).code).toBe(2);
  });
});
