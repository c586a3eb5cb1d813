import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CalendarServer, calendar, startCalendarServer } from '../../support/calendar-server.ts';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
let server: CalendarServer;
let folder: string;
beforeAll(async () => {
  service = await startService({ CALENDAR_HOSTS: '127.0.0.1!' });
  server = await startCalendarServer();
  folder = mkdtempSync(join(tmpdir(), 'livestream-sources-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
  await service.stop();
});

const run = (...argv: string[]) =>
  runCli(argv, { env: { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC' }, clock: clockAt(Date.now()) });
const events = [0, 3, 6].map((hour, i) => ({ uid: `e${i}`, meetingId: '830000001', hour, title: `Lecture ${i}` }));

describe('livestream sources', () => {
  it('waits for a sync that runs already, and gives up after a minute', async () => {
    server.answer(calendar(events.map((one) => ({ ...one, meetingId: '830000009' }))));
    expect((await run('sources', 'add', 'busy', '--url', server.url)).code).toBe(0);
    const { redis, keys } = service.core;
    const lock = keys.named('source-lock:busy');
    const sync = async (endsAfterMs: number) => {
      await redis.set(lock, 'another');
      const began = Date.now();
      let now = began;
      const clock = { ...clockAt(0), now: () => now };
      clock.sleepUntil = async (at) => {
        now = at;
        if (now - began >= endsAfterMs) await redis.del(lock);
      };
      const env = { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC' };
      return runCli(['sources', 'sync', 'busy'], { env, clock });
    };
    const said = 'another sync of this source is running: waiting until it has ended\n';
    expect(await sync(5_000)).toEqual({ code: 0, stdout: expect.stringMatching(/3 new\n$/), stderr: said });
    const never = await sync(Number.POSITIVE_INFINITY);
    expect([never.code, never.stderr]).toEqual([4, expect.stringContaining('A sync of source busy is running')]);
    await redis.del(lock);
    expect((await run('sources', 'remove', 'busy', '--yes')).code).toBe(0);
  });

  it('says that a document is being applied already', async () => {
    const path = join(folder, 'busy.yaml');
    writeFileSync(path, 'name: busy-document\nbroadcasts: []\n');
    const { redis, keys } = service.core;
    const lock = keys.named('source-lock:busy-document');
    await redis.set(lock, 'another');
    const clock = { ...clockAt(Date.now()), sleepUntil: async () => void (await redis.del(lock)) };
    const env = { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC' };
    const { code, stderr } = await runCli(['apply', '-f', path], { env, clock });
    expect([code, stderr]).toEqual([0, 'this document is already being applied: waiting until it has ended\n']);
    expect((await run('sources', 'remove', 'busy-document', '--yes')).code).toBe(0);
  });

  it('adds, plans, syncs, shows, pauses and removes', async () => {
    server.answer(calendar(events));
    const added = await run(
      'sources',
      'add',
      'law',
      '--url',
      server.url,
      '--every',
      '30m',
      '--brake',
      '50%',
      '--label',
      'f=law',
    );
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(added.stdout).toMatch(
      /syncs it in a moment, and then every PT30M\nto see the result: livestream sources show law\n/,
    );
    const change = ['sources', 'change', 'law'];
    const zone = 'Customized Time Zone=Europe/Berlin';
    const changed = await run(...change, '--every', '45m', '--prune', '--label', 'g=1', '--timezone', zone);
    expect([changed.code, changed.stdout, changed.stderr]).toEqual([
      0,
      expect.stringMatching(/^law {2}is changed/),
      '',
    ]);
    expect((await run('sources', 'show', 'law')).stdout).toMatch(
      /every +PT45M\nzones +Customized Time Zone=Europe\/Berlin\nlabels +f=law, g=1\nprune +yes\nbrake +50%\n/,
    );
    const back = ['--every', '30m', '--no-prune', '--label', 'g=', '--timezone', 'customized time zone=none', '--json'];
    expect(JSON.parse((await run(...change, ...back)).stdout)).toMatchObject({
      ...{ every: 'PT30M', prune: false, labels: { f: 'law' }, zones: {}, brake: 0.5 },
    });
    expect((await run(...change)).stderr).toContain('nothing to change');
    const planned = await run('sources', 'plan', 'law');
    expect(planned.stdout).toMatch(/new +1 .*Lecture 0 +it is planned/);
    expect(planned.stdout).toContain('3 new; nothing was changed\n');
    expect((await run('sources', 'sync', 'law')).stdout).toMatch(/3 new\n$/);
    server.answer(calendar([]));
    const braked = await run('sources', 'sync', 'law');
    expect([braked.code, braked.stdout]).toEqual([7, expect.stringContaining('braked  the file has no events')]);
    expect((await run('sources')).stdout).toMatch(/law +every PT30M .*the file has no events/);
    expect((await run('sources', 'pause', 'law')).stdout).toContain('law  is paused');
    expect((await run('sources', 'show', 'law')).stdout).toMatch(/every +PT30M, paused\n/);
    expect(JSON.parse((await run('sources', 'resume', 'law', '--json')).stdout)).toMatchObject({
      paused: false,
      brake: 0.5,
    });
    expect((await run('sources', 'add', 'dean', '--zoom-user', 'a@example.org', '--topic', '^L')).code).toBe(0);
    expect((await run('sources', 'show', 'dean')).stdout).toMatch(/Zoom user +a@example.org\ntopic +\^L\n/);
    expect((await run('sources', 'remove', 'dean', '--yes')).code).toBe(0);
    // Zoom does not answer here: the source is there all the same, and is synced later.
    const series = await run('series', 'from-meeting', '812 3456 7890');
    expect([series.code, series.stdout]).toEqual([expect.any(Number), 'followed as source meeting-81234567890\n']);
    expect((await run('sources', 'show', 'meeting-81234567890')).stdout).toMatch(/meeting +81234567890\n/);
    expect((await run('sources', 'remove', 'meeting-81234567890', '--yes')).code).toBe(0);
    const alone = await run('sources', 'remove', 'law');
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringMatching(/Source law would no longer be .*nothing was done/),
    ]);
    expect((await run('sources', 'remove', 'law', '--yes')).stdout).toContain('law  removed');
    expect((await run('sources')).stdout).toBe('no sources\n');
  });

  it('says what is wrong', async () => {
    expect((await run('sources', 'show', 'none')).code).toBe(3);
    expect((await run('sources', 'add', 'x', '--brake', '200%')).stderr).toContain('--brake: expected 0% to 100%');
    expect((await run('sources', 'add', 'x', '--url', 'https://elsewhere.example.org/a.ics')).stderr).toContain(
      'CALENDAR_HOSTS',
    );
    expect((await run('sources', 'add', 'x', '--zoom-user', 'a@example.org', '--topic', '(')).stderr).toContain(
      'topic',
    );
    expect((await run('import', 'x.ics', '--prune')).stderr).toContain('--prune: needs --source');
  });
});

describe('livestream import FILE --source', () => {
  it('is one sync by hand of a source that it makes', async () => {
    const file = join(folder, 'rooms.csv');
    const rows = ['externalId,meetingId,startAt,stopAt,title', 'b1,830000002,2035-06-01T09:00Z,2035-06-01T10:00Z,One'];
    writeFileSync(file, [...rows, 'b2,830000002,2035-06-02T09:00Z,2035-06-02T10:00Z,Two'].join('\n'));
    const dry = await run('import', file, '--source', 'rooms', '--prune', '--dry-run');
    expect(dry.stdout).toContain('2 new; nothing was changed\n');
    expect((await run('import', file, '--source', 'rooms', '--prune')).stdout).toMatch(/2 new\n$/);
    writeFileSync(file, rows.join('\n'));
    expect((await run('import', file, '--source', 'rooms', '--prune')).code).toBe(7);
    const forced = await run('import', file, '--source', 'rooms', '--prune', '--force');
    expect([forced.code, forced.stdout]).toEqual([0, expect.stringMatching(/1 vanished, 1 unchanged\n$/)]);
    const { broadcasts } = await service.json('GET', '/v1/broadcasts?meetingId=830000002&status=scheduled');
    expect(broadcasts).toMatchObject([{ title: 'One', source: { name: 'rooms', uid: 'b1' } }]);
  });
});
