import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(join(tmpdir(), 'livestream-calendars-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.stop();
});

const run = (...argv: string[]) =>
  runCli(argv, { env: { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC' }, clock: clockAt(Date.now()) });
const json = async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout);
const done = async () => {
  const { entries } = await service.json('GET', '/v1/audit?limit=100');
  return entries.map(({ action, object }: { action: string; object: { id: string } }) => `${action} ${object.id}`);
};
const SUNDAYS = ['--rule', 'FREQ=WEEKLY;BYDAY=SU', '--start', '2035-12-02 09:00', '--duration', '90m'];

it('adds, lists, shows and removes calendars; one in use stays, and the message says why', async () => {
  const file = join(folder, 'closed.ics');
  const event = 'BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Closed\r\nDTSTART;VALUE=DATE:20351209\r\nEND:VEVENT\r\n';
  writeFileSync(file, `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${event}END:VCALENDAR\r\n`);
  const added = await run('calendars', 'add', 'closed', file, '--timezone', 'UTC');
  expect([added.code, added.stdout]).toEqual([0, expect.stringMatching(/calendar +closed\n.*2035-12-09 +Closed\n/s)]);
  const again = await run('calendars', 'add', 'closed', file);
  expect([again.code, again.stderr]).toEqual([4, expect.stringMatching(/^This name is in use: .* calendar closed/)]);
  expect((await run('calendars', 'list')).stdout).toMatch(/\nclosed +2035-12-09 Closed +UTC +a text\n/);
  expect((await run('calendars', 'show', 'closed')).stdout).toContain('Closed');
  const { id } = await json('series', 'create', '85000000001', ...SUNDAYS, '--skip-calendar', 'closed');
  const used = await run('calendars', 'remove', 'closed');
  expect([used.code, used.stderr]).toEqual([4, expect.stringMatching(new RegExp(`^It is in use: .*closed.*${id}`))]);
  expect((await run('series', 'delete', id, '--yes')).code).toBe(0);
  expect((await run('calendars', 'remove', 'closed')).stdout).toBe('calendar closed removed\n');
  expect((await run('calendars', 'show', 'closed')).code).toBe(3);
  expect(await done()).toEqual(expect.arrayContaining(['calendar.create closed', 'calendar.delete closed']));
});

it('makes, lists and deletes feeds; the address is printed alone, this once', async () => {
  const made = await run('feeds', 'create', 'Room A', '--label', 'room=A');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^http:\S+\/v1\/feeds\/lsf_\S+\.ics\n$/) });
  expect(made.stderr).toContain('It is shown only now');
  const { feeds } = await json('feeds', 'list');
  expect((await run('feeds', 'list')).stdout).toMatch(new RegExp(`Room A +all +room=A +now by api +${feeds[0].id}\n`));
  expect((await run('feeds', 'delete', feeds[0].id)).stdout).toBe(`the feed Room A (${feeds[0].id}) is deleted\n`);
  expect((await fetch(made.stdout.trim())).status).toBe(404);
  expect((await run('feeds', 'list')).stdout).toMatch(/^no feeds/);
});

it('changes a series from one occurrence on', async () => {
  const { id } = await json('series', 'create', '85000000002', ...SUNDAYS);
  const from = ['series', 'change', id, '--from', '2035-12-16 09:00', '--start', '10:00'];
  const { code, stdout, stderr } = await run(...from);
  expect([code, stderr]).toEqual([0, '']);
  const next = /^sr_\w+ ends before 2035-12-16 09:00; (sr_\w+) continues it\n/.exec(stdout)?.[1] ?? '';
  const starts = async (series: string) => {
    const { occurrences } = await json('series', 'occurrences', series, '--limit', '3');
    return occurrences.map(({ local }: { local: string }) => local.slice(5, 16));
  };
  expect(await starts(id)).toEqual(['12-02T09:00', '12-09T09:00']);
  expect((await starts(next))[0]).toBe('12-16T10:00');
  expect((await run('series', 'change', id, '--from', 'Sunday', '--duration', '2h')).code).toBe(2);
});

it('writes down every change of a source', async () => {
  await run('sources', 'add', 'term', '--kind', 'csv');
  await run('sources', 'pause', 'term');
  const file = join(folder, 'term.csv');
  writeFileSync(file, 'externalId,meetingId,startAt,duration\nb1,85000000003,2035-12-02T09:00:00Z,PT1H\n');
  const synced = await run('import', file, '--source', 'term');
  expect(synced).toMatchObject({ code: 0, stderr: '' });
  await run('sources', 'remove', 'term', '--yes');
  const ofSource = (await done()).filter((line: string) => line.startsWith('source.'));
  expect(ofSource).toEqual(['source.delete term', 'source.sync term', 'source.change term', 'source.create term']);
});
