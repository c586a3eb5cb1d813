import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aBroadcast, type FakeApi, startFakeApi } from '../../../support/fake-api.ts';
import { type RunOptions, run } from '../../../support/fake-terminal.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await startFakeApi();
});
afterEach(() => api.stop());

const cli = (argv: string[], options: RunOptions = {}) =>
  run(argv, { ...options, env: { LIVESTREAM_API_URL: api.url, ...options.env } });
type Change = NonNullable<Parameters<typeof aBroadcast>[0]>;
const has = (...changes: Change[]) => {
  for (const [index, change] of changes.entries()) {
    const id = change.id ?? `b${index + 1}`;
    api.broadcasts.set(id, aBroadcast({ ...change, id }));
  }
};
const idsIn = (stdout: string) => stdout.match(/^b\d+/gm);
const queries = () => api.seen.map(({ path }) => Object.fromEntries(new URL(path, api.url).searchParams));

/** Live since long ago; to come; three that are over. */
const DAY: Change[] = [
  { startAt: '2026-11-01T14:00:00Z', status: 'ended' },
  { startAt: '2026-11-02T14:00:00Z', stopAt: null, status: 'live', startedAt: '2026-11-02T14:00:00Z' },
  { startAt: '2026-12-01T14:00:00Z', status: 'failed', reason: 'scopes_missing: add them' },
  { startAt: '2026-12-02T14:00:00Z', status: 'waiting', reason: 'waiting for the host' },
  { startAt: '2026-12-02T15:00:00Z', status: 'missed', reason: 'its window closed' },
  { startAt: '2026-12-06T14:00:00Z' },
];

describe('list', () => {
  it('starts with what is on and what comes, then goes back in time', async () => {
    has(...DAY);
    const { code, stdout } = await cli(['list']);
    expect([code, idsIn(stdout)]).toEqual([0, ['b2', 'b4', 'b6', 'b5', 'b3', 'b1']]);
    const { broadcasts, nextCursor } = JSON.parse((await cli(['list', '--json'])).stdout);
    expect([broadcasts.map(({ id }: { id: string }) => id), nextCursor]).toEqual([idsIn(stdout), null]);
  });

  it('says why of what failed, was missed or waits, and keeps it on the screen', async () => {
    has(...DAY.map((one) => ({ ...one, title: 'A title that is far too long to leave any room' })));
    const { stdout } = await cli(['list'], { isTTY: true, columns: 140, env: { NO_COLOR: '1' } });
    for (const reason of ['scopes_missing: add them', 'waiting for the host', 'its window closed']) {
      expect(stdout).toContain(reason);
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(140);
  });

  it.each([80, 100])('fits %i columns, with the reason on a line of its own', async (columns) => {
    const real = { id: 'bc_3sxtrsd1jp2c031w', meetingId: '85000000001', title: 'A title that is far too long to fit' };
    has(...DAY.map((one, i) => ({ ...one, ...real, id: `bc_3sxtrsd1jp2c03${i}w` })));
    const { stdout } = await cli(['list'], { isTTY: true, columns, env: { NO_COLOR: '1' } });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(stdout).toMatch(/failed .*A title.*\n {4}scopes_missing: add them\n/);
  });

  it('says why of what is starting, and of what should have started', async () => {
    has(
      { startAt: '2026-12-02T16:59:00Z', status: 'starting', reason: 'Zoom answered 503' },
      { startAt: '2026-12-02T16:50:00Z' },
    );
    const { stdout } = await cli(['list']);
    expect(stdout).toContain('Zoom answered 503');
    expect(stdout).toContain('should have started 10 min ago');
  });

  it('has the same order with --status, and cuts what is over first', async () => {
    has(...DAY);
    const statuses = ['ended', 'live', 'failed', 'scheduled'].flatMap((status) => ['--status', status]);
    expect(idsIn((await cli(['list', ...statuses])).stdout)).toEqual(['b2', 'b6', 'b3', 'b1']);
  });

  it('--past is what is over, newest first', async () => {
    has(...DAY);
    expect(idsIn((await cli(['list', '--past'])).stdout)).toEqual(['b5', 'b3', 'b1']);
    expect(idsIn((await cli(['list', '--past', '--status', 'failed'])).stdout)).toEqual(['b3']);
    expect(queries()[0]).toMatchObject({ order: 'desc', status: 'ended,canceled,missed,failed' });
  });

  it('goes by when it was over: what is canceled of next month does not stand above a failure of today', async () => {
    has(
      { startAt: '2026-12-02T14:00:00Z', status: 'failed', updatedAt: '2026-12-02T14:00:01Z' },
      { startAt: '2027-01-10T14:00:00Z', status: 'canceled', updatedAt: '2026-11-20T10:00:00Z' },
      { startAt: '2027-01-11T14:00:00Z', status: 'canceled', updatedAt: '2026-12-02T16:00:00Z' },
    );
    for (const argv of [['list'], ['list', '--past']])
      expect(idsIn((await cli(argv)).stdout)).toEqual(['b3', 'b1', 'b2']);
    expect(idsIn((await cli(['list', '--past', '--limit', '2'])).stdout)).toEqual(['b3', 'b1']);
  });

  it('--search and --series narrow it down', async () => {
    has({ title: 'Choir' }, { title: 'Service' });
    expect(idsIn((await cli(['list', '--search', 'choir'])).stdout)).toEqual(['b1']);
    api.next.push({ status: 200, body: { id: 'sr_1' } });
    await cli(['list', '--series', 'sr_1']);
    expect(queries().at(-1)).toMatchObject({ seriesId: 'sr_1' });
  });

  it('never cuts silently: it says how many of how many, or that there are more', async () => {
    has(...Array.from({ length: 5 }, () => ({})));
    const summary = { broadcasts: { now: { scheduled: 5, ended: 607 }, today: {} } };
    const cut = ['list', '--limit', '3'];
    // Two on a page: what is open, then whether more of it is there.
    expect((await cli(cut)).stdout).toContain('Showing the first 4. See --all, --limit.');
    api.next.push(
      { status: 200, body: { broadcasts: [aBroadcast()], nextCursor: 'x' } },
      { status: 200, body: summary },
    );
    expect((await cli(['list', '--limit', '1'])).stdout).toContain('Showing 1 of 612. See --all, --limit.');
    expect(JSON.parse((await cli([...cut, '--json'])).stdout)).toMatchObject({ truncated: true });
    const all = JSON.parse((await cli(['list', '--all', '--json'])).stdout);
    expect(all.broadcasts).toHaveLength(5);
    expect(all.truncated).toBeUndefined();
  });

  it('does not hide that something is over when what is open fills the list', async () => {
    has({}, { status: 'ended' });
    expect((await cli(['list', '--limit', '1'])).stdout).toContain('Showing the first 1.');
  });

  it('refuses an account that nobody knows, and names those there are', async () => {
    const accounts = { accounts: [{ name: 'east' }, { name: 'west' }] };
    const empty = { status: 200, body: { broadcasts: [], nextCursor: null } };
    api.next.push(empty, empty, empty, { status: 200, body: accounts });
    const { code, stderr } = await cli(['list', '--account', 'est']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('unknown account "est"; configured: east, west')]);
    api.next.push(empty, empty, empty, { status: 200, body: accounts });
    expect((await cli(['list', '--account', 'west'])).stdout).toBe('no broadcasts\n');
  });
});

describe('an id', () => {
  const one = 'bc_3sxtrsd1jp2c031w';
  const two = 'bc_3sxt9999jp2c031w';
  beforeEach(() => has({ id: one, title: 'Choir' }, { id: two, title: 'Service' }, { id: 'b3', title: 'service' }));

  it.each([
    [one, one],
    ['bc_3sxtr', one],
    ['BC_3SXTR', one],
    ['choir', one],
    [' Choir ', one],
  ])('may be given as "%s"', async (given, id) => {
    for (const argv of [
      ['show', given],
      ['stop', given],
      ['extend', given, '15m'],
    ]) {
      const { code, stdout } = await cli(argv);
      expect([argv, code, stdout]).toEqual([argv, 0, expect.stringContaining(id)]);
    }
  });

  it.each([
    ['bc_3sxt', [one, two]],
    ['Service', [two, 'b3']],
  ])('that fits several ("%s") is refused with those it could be', async (given, candidates) => {
    const { code, stdout, stderr } = await cli(['stop', given]);
    expect([code, stdout]).toEqual([2, '']);
    for (const id of candidates) expect(stderr).toContain(`${id}  scheduled  Sun 6 Dec 2026 09:00 EST`);
    expect(api.seen.filter(({ method, path }) => method === 'POST' && path.includes(one))).toEqual([]);
  });

  it('of a title does not count what the command cannot change, nor copies that a series canceled', async () => {
    has(
      { id: 'b1', title: 'Mass', status: 'ended' },
      { id: 'b2', title: 'Mass', status: 'canceled', seriesId: 'sr_1' },
      { id: 'b3', title: 'Mass' },
      { id: 'b4', title: 'Vespers', status: 'canceled', seriesId: 'sr_1' },
      { id: 'b5', title: 'Vespers', status: 'failed' },
    );
    expect((await cli(['extend', 'Mass', '15m'])).stdout).toContain('b3 ');
    expect((await cli(['stop', 'Mass'])).stdout).toMatch(/^b3 /);
    expect((await cli(['show', 'Vespers'])).stdout).toMatch(/^id +b5\n/);
    expect((await cli(['show', 'Mass'])).code).toBe(2);
  });

  it('of show --timezone are not called those of this machine', async () => {
    has({ id: 'b1', timezone: null });
    const { stdout } = await cli(['show', 'b1', '--timezone', 'Asia/Tokyo']);
    expect(stdout).toMatch(/^timezone +none$/m);
    expect(stdout).not.toContain("this machine's");
  });

  it('that is exact wins over titles, and costs no more requests', async () => {
    api.broadcasts.set('b9', aBroadcast({ id: 'b9', title: 'b3' }));
    expect((await cli(['show', 'b3'])).stdout).toMatch(/^id +b3\n/);
    expect(api.seen).toHaveLength(1);
  });

  it.each(['nothing', 'bc_zzz', '..', ' '])('that fits nothing is not found: "%s"', async (given) => {
    expect([2, 3]).toContain((await cli(['stop', given])).code);
    expect(api.seen.filter(({ method }) => method !== 'GET').map(({ path }) => path)).not.toContain('/v1/broadcasts/');
  });
});

describe('extend', () => {
  beforeEach(() => has({ id: 'b1', revision: 7 }));

  it.each([
    ['15m', '2026-12-06T10:45:00-05:00'],
    ['PT1H', '2026-12-06T11:30:00-05:00'],
    ['+1h30m', '2026-12-06T12:00:00-05:00'],
    ['-15m', '2026-12-06T10:15:00-05:00'],
  ])('moves the stop by %s and prints both', async (length, stopAt) => {
    const { code, stdout } = await cli(['extend', 'b1', length]);
    expect(code).toBe(0);
    expect(api.seen.at(-1)).toMatchObject({ method: 'PATCH', body: { stopAt } });
    expect(api.seen.at(-1)?.headers['if-match']).toBe('"7"');
    expect(stdout).toMatch(/^stop +Sun 6 Dec 2026 10:30 EST +Sun 6 Dec 2026 1\d:\d\d EST/m);
    expect(stdout).toMatch(/^length +1 h 30 min/m);
  });

  it.each([
    ['-90m', {}, 'not be after the start: the broadcast is on air for only 1 h 30 min\n'],
    [
      '-2h',
      { status: 'live', startAt: '2026-12-02T16:00:00Z', stopAt: '2026-12-02T18:00:00Z' } as const,
      'livestream stop b1',
    ],
    ['soon', {}, 'is not a duration'],
    ['--soon', {}, 'is not a duration'],
    ['15m', { stopAt: null }, 'livestream reschedule b1 --duration 1h'],
    ['15m', { stopAt: null, status: 'live' } as const, 'livestream reschedule b1 --stop now+15m'],
  ])('%s is refused where it makes no sense', async (length, change, why) => {
    has({ id: 'b1', ...change });
    const { code, stdout, stderr } = await cli(['extend', 'b1', length]);
    expect([code, stdout]).toEqual([length === '15m' ? 4 : 2, '']);
    expect(stderr).toContain(why);
    expect(api.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('asks when it would be on air more than twice as long', async () => {
    const asked = await cli(['extend', 'b1', '24h']);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/24 h|1 day|25 h[\s\S]*--yes/)]);
    expect(asked.stderr).toContain('instead of 1 h 30 min');
    expect(api.seen.every(({ method }) => method === 'GET')).toBe(true);
    expect((await cli(['extend', 'b1', '24h', '--yes'])).code).toBe(0);
    expect(api.seen.at(-1)).toMatchObject({ method: 'PATCH' });
  });

  it('reads it again when somebody else has changed it meanwhile', async () => {
    api.next.push(
      { status: 200, body: aBroadcast() },
      { status: 412, body: { title: 'Changed', status: 412, code: 'precondition_failed' } },
      { status: 200, body: aBroadcast({ revision: 8, stopAt: '2026-12-06T16:00:00.000Z' }) },
    );
    expect((await cli(['extend', 'b1', '15m'])).code).toBe(0);
    expect(api.seen.at(-1)?.body).toEqual({ stopAt: '2026-12-06T11:15:00-05:00' });
  });
});

describe('status', () => {
  const moment = { broadcastId: 'b1', meetingId: '1', title: 'Choir', at: '2026-12-02T17:10:00Z' };
  const SUMMARY = {
    broadcasts: { now: { scheduled: 480, live: 12, ended: 3_000 }, today: { ended: 40, failed: 2 } },
    alerts: { open: 30, byCode: { failed: 2 } },
    workers: { seen: 0 },
    nextStart: moment,
    nextStop: moment,
    oldestOverdue: { ...moment, action: 'start', overdueMs: 72_000 },
  };
  const alert = { id: 'a1', code: 'failed', broadcastId: 'b7', message: 'Zoom said no.', advice: 'Ask again.' };
  const answers: Record<string, unknown> = {
    '/v1/summary': SUMMARY,
    '/v1/accounts': { accounts: [{ name: 'east', credentials: { good: false, since: null, detail: 'wrong secret' } }] },
    '/v1/alerts': { alerts: [{ ...alert, raisedAt: '2026-12-02T16:58:00Z' }], nextCursor: 'x' },
  };

  it('has counts, workers, the next five and what needs a hand', async () => {
    has({});
    Object.assign(api.paths, answers);
    const { code, stdout } = await cli(['status']);
    expect(code).toBe(0);
    for (const text of [
      'now         480 scheduled, 12 live',
      'over today  40 ended, 2 failed',
      'workers     none',
      'Sunday service',
      'no worker is running',
      'the start of "Choir" (b1) is 1 min 12 s overdue',
      'Zoom refuses the credentials of account east: wrong secret',
      '! failed  2 min ago  b7  Zoom said no.\n  Ask again.\n',
      'Showing 1 of 30 open alerts.',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(JSON.parse((await cli(['status', '--json'])).stdout)).toMatchObject({ summary: SUMMARY });
  });

  it('names Redis first, not the workers, when it refuses writes', async () => {
    has({});
    Object.assign(api.paths, answers);
    const detail = 'Redis is out of memory. Raise maxmemory.';
    const missing = ['redis_writes', 'workers'];
    api.next.push({ status: 503, body: { title: 'Not ready', status: 503, code: 'not_ready', detail, missing } });
    const { stdout } = await cli(['status']);
    expect(stdout).toMatch(/^Redis is out of memory\. Raise maxmemory\.\n/);
    expect(stdout).toMatch(/NEEDS ATTENTION\nRedis is out of memory\. Raise maxmemory\.\n/);
    expect(stdout).not.toContain('no worker is running');
  });

  it('of an older API says so, and shows what there is', async () => {
    has({}, { status: 'failed', reason: 'scopes_missing' });
    const { code, stdout } = await cli(['status']);
    expect(code).toBe(0);
    expect(stdout).toContain('This API is older than this command line');
    expect(stdout).toContain('failed  b2  scopes_missing');
  });
});

describe('open', () => {
  beforeEach(() => has({ id: 'b1' }));

  it('opens the page in the browser, and prints the address where there is none', async () => {
    const opened: string[] = [];
    const withBrowser = (isThere: boolean): RunOptions => ({
      openPage: async (url) => {
        opened.push(url);
        return isThere;
      },
    });
    expect((await cli(['open'], withBrowser(true))).stdout).toBe(`opened ${api.url}/\n`);
    expect((await cli(['open', 'b1'], withBrowser(false))).stdout).toBe(`${api.url}/#/broadcasts/b1\n`);
    expect((await cli(['open', '--print'], withBrowser(true))).stdout).toBe(`${api.url}/\n`);
    expect(opened).toEqual([`${api.url}/`, `${api.url}/#/broadcasts/b1`]);
    expect((await cli(['open', 'nope'], withBrowser(true))).code).toBe(3);
  });
});

describe('the time zone', () => {
  beforeEach(() => has({ id: 'b1', timezone: null }));
  const env = { LIVESTREAM_TIMEZONE: 'Europe/Berlin' };

  it('of LIVESTREAM_TIMEZONE holds for reading and showing', async () => {
    const listed = await cli(['list'], { env });
    expect(listed.stdout).toContain('Sun 6 Dec 15:00');
    expect(listed.stdout).toContain('times in Europe/Berlin');
    const planned = await cli(['schedule', '1', '--start', 'friday 14:30'], { env });
    expect(planned.stdout).toContain('timezone  Europe/Berlin (LIVESTREAM_TIMEZONE)');
    expect(api.seen.at(-1)?.body).toMatchObject({ startAt: '2026-12-04T14:30:00+01:00', timezone: 'Europe/Berlin' });
    const moved = await cli(['reschedule', 'b1', '--start', '16:00'], { env });
    expect(moved.stdout).toContain('timezone  Europe/Berlin (LIVESTREAM_TIMEZONE)');
    expect(api.seen.at(-1)?.body).toMatchObject({ startAt: '2026-12-06T16:00:00+01:00' });
  });

  it('that does not exist is refused by name, before anything is asked', async () => {
    const { code, stderr } = await cli(['list'], { env: { LIVESTREAM_TIMEZONE: 'Mars/Base' } });
    expect([code, stderr]).toEqual([2, expect.stringContaining('LIVESTREAM_TIMEZONE: "Mars/Base"')]);
    expect(api.seen).toEqual([]);
  });

  it('of show --timezone holds for all times', async () => {
    has({ id: 'b1' });
    const { stdout } = await cli(['show', 'b1', '--timezone', 'Asia/Tokyo']);
    expect(stdout).toContain('Sun 6 Dec 2026 23:00 GMT+9');
    expect(stdout).toMatch(/times in +Asia\/Tokyo/);
  });
});
