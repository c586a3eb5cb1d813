import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, aBroadcast, type FakeApi, HISTORY, problem, startFakeApi } from '../../support/fake-api.ts';
import { clockAt, NOON, run } from '../../support/fake-terminal.ts';
import { freePort } from '../../support/redis-server.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await startFakeApi();
  api.broadcasts.set('b1', aBroadcast());
});
afterEach(() => api.stop());

const cli = (...argv: string[]) => run(argv, { env: { LIVESTREAM_API_URL: api.url } });

describe('exit codes', () => {
  it.each([
    [400, 'validation_failed', 1],
    [401, 'unauthorized', 6],
    [403, 'forbidden', 6],
    [404, 'not_found', 3],
    [409, 'too_late', 4],
    [412, 'precondition_failed', 4],
    [422, 'idempotency_key_reused', 1],
    [503, 'redis_unavailable', 1],
  ])('of %i %s is %i', async (status, problemCode, exitCode) => {
    api.next.push(problem(status, problemCode, 'Refused', { detail: 'Because.' }));
    const { code, stdout, stderr } = await cli('start', 'b1');
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr.split('\n')[0]).toBe(status === 404 ? 'Because.' : 'Refused: Because.');
  });

  it('is 1 when the API asks for a longer wait than anybody has, and says so', async () => {
    api.next.push(tooMany('61'));
    const { code, stderr } = await cli('start', 'b1');
    expect([code, api.seen.length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^Too many requests\n.*API_RATE_LIMIT/);
  });

  it('is 5 with the address and advice when nobody answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await run(['list', '--api-url', url]);
    expect(code).toBe(5);
    expect(stderr).toContain(url);
    expect(stderr).toContain('livestream up');
  });

  it('is 5 when what answers is not the API', async () => {
    api.next.push({ status: 502, body: '<html>Bad gateway</html>', type: 'text/html' });
    const { code, stderr } = await cli('list');
    expect(code).toBe(5);
    expect(stderr).toContain('answered 502');
    expect(stderr).not.toContain('<html>');
  });

  it('is 5 and no second request for a start whose answer was lost', async () => {
    api.next.push({ status: 200, body: aBroadcast({ status: 'waiting', stopAt: null }) }, 'hang up');
    expect((await cli('start', 'b1')).code).toBe(5);
    expect(api.seen.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('is 2 for what is no command line, and 0 for help', async () => {
    for (const argv of [
      ['fly'],
      ['list', '--fly'],
      ['show'],
      ['list', '--limit', '0'],
      ['list', '--status', 'flying'],
      [],
    ]) {
      expect([argv, (await cli(...argv)).code]).toEqual([argv, 2]);
    }
    const help = await cli('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('4  conflict');
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+( \([0-9a-f]+(-dirty)?\))?\n$/);
    expect(api.seen).toEqual([]);
  });
});

describe('when the API is asked too much', () => {
  it('comes again after Retry-After, the same request, and says so', async () => {
    api.next.push(tooMany('7'), tooMany('2'));
    const slept: number[] = [];
    const clock = { ...clockAt(NOON), sleepUntil: async (at: number) => void slept.push(at - NOON) };
    const { code, stderr } = await run(['stop', 'b1'], { env: { LIVESTREAM_API_URL: api.url }, clock });
    expect([code, slept]).toEqual([0, [7_000, 2_000]]);
    expect(stderr).toBe(
      'too many requests to the API: trying again in 7 s\ntoo many requests to the API: trying again in 2 s\n',
    );
    expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(3).fill('POST /v1/broadcasts/b1/stop'),
    );
  });

  it('gives up after a minute of waiting', async () => {
    api.next.push(...Array.from({ length: 99 }, () => tooMany('20')));
    expect((await cli('list', '--json')).code).toBe(1);
    expect(api.seen).toHaveLength(4);
  });
});

const tooMany = (retryAfter: string): Answer =>
  Object.assign(problem(429, 'too_many_requests', 'Too many requests'), { headers: { 'retry-after': retryAfter } });

describe('--json', () => {
  it.each([
    [['list', '--json'], () => ({ broadcasts: [aBroadcast()], nextCursor: null })],
    [['--json', 'show', 'b1'], () => aBroadcast()],
    [['show', 'b1', '--history', '--json'], () => ({ history: HISTORY })],
    [['schedule', '1', '--start', '+1h', '--json'], () => aBroadcast({ id: 'b2' })],
    [['cancel', 'b1', '--json'], () => aBroadcast({ status: 'canceled', reason: 'canceled by api:me', revision: 2 })],
    [['start', '--json', '--yes', 'b1'], () => aBroadcast({ status: 'live', revision: 2 })],
    [['reschedule', 'b1', '--title', 'New', '--json'], () => aBroadcast({ title: 'New', revision: 2 })],
  ])('%j prints the API’s JSON and nothing else', async (argv, expected) => {
    const { code, stdout, stderr } = await cli(...argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(expected());
  });

  it('puts the problem object on stderr', async () => {
    const { code, stdout, stderr } = await cli('show', 'nope', '--json');
    expect([code, stdout]).toEqual([3, '']);
    expect(JSON.parse(stderr)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('holds for errors of the command line too', async () => {
    for (const argv of [
      ['schedule', '1', '--json'],
      ['--json', 'fly'],
      ['list', '--json', '--limit', 'x'],
    ]) {
      const { code, stdout, stderr } = await cli(...argv);
      expect([code, stdout]).toEqual([2, '']);
      expect(JSON.parse(stderr)).toMatchObject({ code: 'usage' });
    }
  });
});

describe('list', () => {
  it('asks for what the options say', async () => {
    const argv =
      'list --status live --status failed,missed --meeting 684-2308-5 --label room=A --from today --to +2h --limit 7';
    await cli(...argv.split(' '), '--account', 'east', '--external-id', 'x&y');
    const query = new URL(api.seen[0]?.path ?? '', api.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      status: 'live,failed,missed',
      // The API removes what stands between the digits.
      meetingId: '684-2308-5',
      account: 'east',
      externalId: 'x&y',
      label: 'room=A',
      from: '2026-12-02T05:00:00Z',
      to: '2026-12-02T19:00:00Z',
      limit: '7',
    });
  });

  it('shows an aligned table with relative times, without colour when it is no terminal', async () => {
    const live = {
      status: 'live',
      startAt: '2026-12-02T16:00:00Z',
      stopAt: '2026-12-02T17:25:00Z',
      startedAt: '2026-12-02T16:00:00Z',
    } as const;
    api.broadcasts.set('b22', aBroadcast({ id: 'b22', title: null, ...live }));
    const { stdout } = await cli('list');
    expect(stdout).toBe(
      'ID   MEETING   STATUS     START            STOP   WHEN             TITLE\n' +
        'b1   68423085  scheduled  Sun 6 Dec 09:00  10:30  in 3 days 21 h   Sunday service\n' +
        'b22  68423085  live       Wed 2 Dec 11:00  12:25  stops in 25 min\n' +
        'times in America/New_York\n',
    );
  });

  it('is coloured and fits the terminal, but never with NO_COLOR', async () => {
    const env = { LIVESTREAM_API_URL: api.url };
    const wide = await run(['list'], { env, isTTY: true, columns: 200 });
    expect(wide.stdout).toContain('\u001b[34mscheduled\u001b[39m');
    const plain = await run(['list'], { env: { ...env, NO_COLOR: '1' }, isTTY: true, columns: 75 });
    expect(plain.stdout).not.toContain('\u001b');
    expect(Math.max(...plain.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(75);
    expect(plain.stdout).toContain('Sunday service');
  });

  it('lets no title steer the terminal', async () => {
    api.broadcasts.set('b1', aBroadcast({ title: 'a\u001b[2Jb\nc' }));
    expect((await cli('list')).stdout).toContain('a�[2Jb�c\n');
    expect((await cli('show', 'b1')).stdout).not.toContain('\u001b');
  });

  it('has the warnings of what is to come, not of what is over', async () => {
    const warnings = ['meeting_not_found', 'not_configured'].map((code) => ({ code, message: code, advice: '' }));
    api.broadcasts.clear();
    api.broadcasts.set('b1', aBroadcast({ warnings }));
    api.broadcasts.set('b2', aBroadcast({ id: 'b2', status: 'failed', warnings }));
    const lines = (await cli('list')).stdout.split('\n');
    expect(lines[0]).toContain('WARNING');
    expect(lines[1]).toContain('meeting_not_found +1');
    expect(lines[2]).not.toContain('meeting_not_found');
  });

  it('says so when there are none', async () => {
    api.broadcasts.clear();
    expect((await cli('list')).stdout).toBe('no broadcasts\n');
  });
});

describe('show', () => {
  it('has plan against actual with lateness, warnings and history', async () => {
    const warnings = [{ code: 'not_configured', message: 'No custom stream.', advice: 'Configure it.' }];
    const times = { startedAt: '2026-12-06T14:00:45.000Z', startLatenessMs: 45_000, confirmed: true };
    api.broadcasts.set('b1', aBroadcast({ status: 'live', warnings, ...times }));
    const { stdout } = await cli('show', 'b1', '--history');
    expect(stdout).toMatch(/status +live, confirmed by Zoom\n/);
    expect(stdout).toMatch(
      /^start {2}Sun 6 Dec 2026 09:00 EST \(in 3 days 21 h\) {2}Sun 6 Dec 2026 09:00:45 EST .* 45 s late$/m,
    );
    expect(stdout).toContain('! not_configured  No custom stream. Configure it.');
    expect(stdout).toContain('Sun 6 Dec 2026 09:00:00.012');
    expect(stdout).toContain('PATCH /meetings/68423085/livestream/status {"action":"start"} → 204');
    expect(stdout).toMatch(/ changed stopAt *$/m);
  });
});

describe('cancel', () => {
  it('says so when it has ended already, and sends nothing', async () => {
    api.broadcasts.set('b1', aBroadcast({ status: 'ended', reason: 'stop time' }));
    const { code, stdout } = await cli('cancel', 'b1');
    expect([code, stdout]).toEqual([0, 'b1  ended  stop time\nit is already ended: nothing to cancel\n']);
    expect(api.seen.map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('what is mistyped', () => {
  it.each([
    [['schedule', '1', '--strat', 'now'], '(Did you mean --start?)'],
    [['scedule', '1'], '(Did you mean schedule?)'],
  ])('%j gets the nearest and --help', async (argv, hint) => {
    const { code, stderr } = await cli(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(stderr).toContain('--help');
  });
});

describe('several ids', () => {
  it('are all tried; the first error decides the exit code', async () => {
    api.broadcasts.set('b2', aBroadcast({ id: 'b2' }));
    const { code, stdout, stderr } = await cli('cancel', 'b1', 'nope', 'b2');
    expect(code).toBe(3);
    expect(stdout).toBe('b1  canceled  canceled by api:me\nb2  canceled  canceled by api:me\n');
    expect(stderr).toBe('nope: No broadcast nope.\n  livestream list shows the broadcasts with their ids\n');
  });
});

describe('a file that cannot be read', () => {
  it.each([
    [['import', '/none/such'], 'there is no file /none/such'],
    [['import', '/none/such.csv'], 'there is no file /none/such.csv'],
    [['import', '/none/such', '--source', 'rooms'], 'there is no file /none/such'],
    [['import', tmpdir()], `${tmpdir()} is a folder: name a file in it`],
    [['apply', '-f', '/none/such.yaml'], 'there is no file /none/such.yaml'],
  ])('%j', async (argv, detail) => {
    expect(await cli(...argv)).toEqual({ code: 2, stdout: '', stderr: `Cannot read the file: ${detail}\n` });
  });

  it('apply without -f says how', async () => {
    const { code, stderr } = await cli('apply', 'streams.yaml');
    expect([code, stderr]).toEqual([
      2,
      'Not done: streams.yaml: put -f before each file\n  livestream apply -f streams.yaml\n',
    ]);
  });
});

it.each(['show', 'cancel'])('%s of an id that nothing has points to the list', async (command) => {
  const { code, stderr } = await cli(command, 'bc_none');
  expect(code).toBe(3);
  expect(stderr).toMatch(/\n {2}livestream list shows the broadcasts with their ids\n$/);
});

describe('the API key', () => {
  it('comes from the option, the environment or a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'livestream-cli-'));
    const file = join(folder, 'key');
    await writeFile(file, 'key-of-file\n');
    const env = { LIVESTREAM_API_URL: api.url };
    await run(['list', '--api-key', 'key-of-option'], { env: { ...env, LIVESTREAM_API_KEY: 'other' } });
    await run(['list'], { env: { ...env, LIVESTREAM_API_KEY: 'key-of-environment' } });
    await run(['list'], { env: { ...env, LIVESTREAM_API_KEY_FILE: file } });
    await run(['list'], { env });
    const keys = api.seen.filter(({ path }) => path.includes('scheduled')).map(({ headers }) => headers.authorization);
    expect(keys).toEqual(['Bearer key-of-option', 'Bearer key-of-environment', 'Bearer key-of-file', undefined]);
    const missing = await run(['list'], { env: { ...env, LIVESTREAM_API_KEY_FILE: join(folder, 'none') } });
    expect([missing.code, missing.stderr.includes('ENOENT')]).toEqual([2, true]);
    await rm(folder, { recursive: true });
  });
});
