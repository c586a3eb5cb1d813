import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aBroadcast, type FakeApi, problem, startFakeApi } from '../../../support/fake-api.ts';
import { clockAt, type RunOptions, run } from '../../../support/fake-terminal.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await startFakeApi();
});
afterEach(() => api.stop());

const cli = (argv: string[], options: RunOptions = {}) => run([...argv, '--api-url', api.url], options);
const plan = (startAt: string, stopAt: string | null, more: object = {}) =>
  api.broadcasts.set('b1', aBroadcast({ startAt, stopAt, ...more }));
const sent = () => api.seen.find(({ method }) => method === 'PATCH')?.body;

describe('a time alone', () => {
  it('means the broadcast’s own day in its own zone, and the stop moves with the start', async () => {
    // Thu 3 Dec, 09:00 to 10:30 in New York; now it is noon of the day before.
    plan('2026-12-03T14:00:00Z', '2026-12-03T15:30:00Z');
    const { code, stdout } = await cli(['reschedule', 'b1', '--start', '10:00'], { env: { TZ: 'Asia/Tokyo' } });
    expect(code).toBe(0);
    expect(sent()).toEqual({ startAt: '2026-12-03T10:00:00-05:00', stopAt: '2026-12-03T11:30:00-05:00' });
    expect(stdout).toBe(
      '          BEFORE                    AFTER\n' +
        'start     Thu 3 Dec 2026 09:00 EST  Thu 3 Dec 2026 10:00 EST (in 22 h)\n' +
        'stop      Thu 3 Dec 2026 10:30 EST  Thu 3 Dec 2026 11:30 EST (in 23 h 30 min)\n' +
        'length    1 h 30 min                1 h 30 min\n' +
        "timezone  America/New_York (the broadcast's)\n" +
        'b1  scheduled  starts in 22 h\n',
    );
  });

  it.each([
    [
      'crosses midnight for a stop',
      ['--start', '23:30', '--stop', '00:45'],
      '2026-12-03T23:30:00',
      '2026-12-04T00:45:00',
    ],
    [
      'takes the length that is given',
      ['--start', '8am', '--duration', 'PT2H'],
      '2026-12-03T08:00:00',
      '2026-12-03T10:00:00',
    ],
    ['leaves the start alone for a stop', ['--stop', '11:00'], undefined, '2026-12-03T11:00:00'],
    ['is not what "today 22:00" is', ['--start', 'today 22:00'], '2026-12-02T22:00:00', '2026-12-02T23:30:00'],
  ])('%s', async (_what, options, startAt, stopAt) => {
    plan('2026-12-03T14:00:00Z', '2026-12-03T15:30:00Z');
    expect((await cli(['reschedule', 'b1', ...options])).code).toBe(0);
    expect(sent()).toEqual({ ...(startAt ? { startAt: `${startAt}-05:00` } : {}), stopAt: `${stopAt}-05:00` });
  });

  it.each([
    [['--start', '09:00'], '--start: 09:00 means Wed 2 Dec 2026 09:00 EST'],
    [['--stop', '11:30'], '--stop: 11:30 means Wed 2 Dec 2026 11:30 EST'],
  ])('%j is refused when that is past on its own day', async (options, message) => {
    plan('2026-12-02T16:00:00Z', '2026-12-02T19:00:00Z');
    const { code, stdout, stderr } = await cli(['reschedule', 'b1', ...options]);
    expect([code, stdout, sent()]).toEqual([2, '', undefined]);
    expect(stderr).toContain(message);
    expect(stderr).toContain('tomorrow');
  });

  it.each([
    ['does not exist', '2027-03-14T05:00:00Z', ['--start', '02:30'], '2027-03-14T03:30:00-04:00'],
    [
      'comes twice',
      '2026-11-01T15:00:00Z',
      ['--start', '01:30'],
      '2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00',
    ],
    // It began at 01:45, before the clock was put back: 01:30 comes once more a quarter of an hour before its own hour is over.
    [
      'comes twice',
      '2026-11-01T05:45:00Z',
      ['--stop', '01:30'],
      '2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00',
    ],
  ])('that %s on the day of a clock change is refused with both readings', async (why, startAt, options, readings) => {
    plan(startAt, null);
    const clock = clockAt(Date.parse('2026-10-01T12:00:00Z'));
    const { code, stderr } = await cli(['reschedule', 'b1', ...options], { clock });
    expect([code, sent()]).toEqual([2, undefined]);
    expect(stderr).toContain(why);
    expect(stderr).toContain(readings);
  });

  it('keeps the length over a clock change, and a broadcast without a stop without one', async () => {
    plan('2026-10-31T16:00:00Z', '2026-10-31T17:00:00Z');
    const clock = clockAt(Date.parse('2026-10-01T12:00:00Z'));
    await cli(['reschedule', 'b1', '--start', '2026-11-01 00:30'], { clock });
    expect(sent()).toEqual({ startAt: '2026-11-01T00:30:00-04:00', stopAt: '2026-11-01T01:30:00-04:00' });
    api.seen.length = 0;
    plan('2026-12-03T14:00:00Z', null);
    const { stdout } = await cli(['reschedule', 'b1', '--start', '10:00']);
    expect(sent()).toEqual({ startAt: '2026-12-03T10:00:00-05:00' });
    expect(stdout).toContain('none: it ends with the meeting');
  });

  it('"now" takes the length along as a length, and waits for what becomes of it', async () => {
    plan('2026-12-03T14:00:00Z', '2026-12-03T15:30:00Z');
    const answer = (status: 'scheduled' | 'live') => ({ status: 200, body: aBroadcast({ status }) });
    api.next.push(answer('scheduled'), answer('scheduled'), answer('scheduled'), answer('live'));
    const { code, stdout } = await cli(['reschedule', 'b1', '--start', 'now']);
    expect(sent()).toEqual({ startAt: 'now', duration: 'PT1H30M' });
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, 'b1  live  stops in 3 days 22 h']);
  });
});

describe('a length that more than doubles', () => {
  const longer = ['reschedule', 'b1', '--stop', '13:00'];
  beforeEach(() => plan('2026-12-03T14:00:00Z', '2026-12-03T15:30:00Z'));

  it('needs --yes where nobody can be asked, and says so', async () => {
    for (const argv of [longer, [...longer, '--json']]) {
      const { code, stdout, stderr } = await cli(argv, { canAnswer: argv !== longer });
      expect([code, stdout, sent()]).toEqual([2, '', undefined]);
      expect(stderr).toContain('It would be on air for 4 h instead of 1 h 30 min');
      if (argv === longer) expect(stderr).toContain('--yes');
    }
    expect((await cli([...longer, '--yes'])).code).toBe(0);
    expect(sent()).toEqual({ stopAt: '2026-12-03T13:00:00-05:00' });
  });

  it.each([
    ['y\n', 0],
    ['YES\n', 0],
    ['\n', 1],
    ['no\n', 1],
    ['', 1],
  ])('is asked about on a terminal: %j', async (stdin, code) => {
    const asked = await cli(longer, { canAnswer: true, stdin });
    expect(asked.code).toBe(code);
    expect(asked.stderr).toMatch(/AFTER\n[\s\S]*4 h instead of 1 h 30 min. Go on\? \[y\/N\] /);
    expect(sent()).toEqual(code === 0 ? { stopAt: '2026-12-03T13:00:00-05:00' } : undefined);
  });

  it('is fine up to the double', async () => {
    expect((await cli(['reschedule', 'b1', '--duration', '3h'])).code).toBe(0);
  });
});

describe('what is refused', () => {
  it.each([
    ['schedule', ['schedule', '68423085', '--start', '2026-12-06 09:00', '--duration', '1h']],
    ['reschedule', ['reschedule', 'b1', '--start', '2026-12-06 09:00']],
  ])('%s prints no plan, and names what is in the way', async (_name, argv) => {
    plan('2026-12-03T14:00:00Z', '2026-12-03T15:30:00Z');
    const other = aBroadcast({ id: 'b9', title: 'Choir' });
    api.broadcasts.set('b9', other);
    if (argv[0] === 'reschedule') api.next.push({ status: 200, body: api.broadcasts.get('b1') });
    api.next.push(problem(409, 'overlap', 'Overlap', { detail: 'overlaps b9', conflictsWith: 'b9' }));
    const { code, stdout, stderr } = await cli(argv);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('conflicts with: "Choir" (b9), Sun 6 Dec 2026 09:00 EST to Sun 6 Dec 2026 10:30 EST');
  });
});
