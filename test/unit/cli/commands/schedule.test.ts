import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBroadcast, type FakeApi, HISTORY, problem, startFakeApi } from '../../../support/fake-api.ts';
import { NOON, type RunOptions, run } from '../../../support/fake-terminal.ts';

let api: FakeApi;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  api = await startFakeApi();
});
afterEach(() => api.stop());

const cli = (argv: string[], options: RunOptions = {}) => run([...argv, '--api-url', api.url], options);
const sent = () => api.seen.at(-1)?.body;

describe('schedule', () => {
  it('sends the reading with its offset, and echoes it first', async () => {
    const argv = [
      'schedule',
      '684 2308 5',
      '--start',
      '2026-12-06 09:00',
      '--stop',
      '10:30',
      '--timezone',
      'America/New_York',
    ];
    const { code, stdout } = await cli(argv);
    expect(code).toBe(0);
    expect(api.seen[0]).toMatchObject({ method: 'POST', path: '/v1/broadcasts' });
    expect(sent()).toEqual({
      meetingId: '684 2308 5',
      startAt: '2026-12-06T09:00:00-05:00',
      stopAt: '2026-12-06T10:30:00-05:00',
      timezone: 'America/New_York',
    });
    expect(stdout).toBe(
      'start     Sun 6 Dec 2026 09:00 EST (in 3 days 21 h)\n' +
        'stop      Sun 6 Dec 2026 10:30 EST (in 3 days 22 h)\n' +
        'timezone  America/New_York\n' +
        'b1  scheduled  starts in 3 days 21 h\n',
    );
  });

  it.each([
    ['https://us02web.zoom.us/j/68423085?pwd=hunter2', '68423085', undefined, 'meeting'],
    ['zoom.us/w/91234567890?tk=hunter2', '91234567890', 'webinar', 'webinar'],
  ])('takes the number out of a join link, and nothing else: %s', async (link, meetingId, kind, shown) => {
    const { code, stdout, stderr } = await cli(['schedule', link, '--start', 'tomorrow 09:00']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^meeting +${meetingId} \\(${shown}, from the link\\)\n`));
    expect(sent()).toMatchObject({ meetingId });
    expect((sent() as { kind?: string }).kind).toBe(kind);
    expect(JSON.stringify(api.seen)).not.toContain('hunter2');
  });

  it('does not repeat a link without a number', async () => {
    const { code, stderr } = await cli(['schedule', 'https://example.org/x?pwd=hunter2', '--start', 'now']);
    expect([code, api.seen.length]).toEqual([2, 0]);
    expect(stderr).not.toContain('hunter2');
  });

  it('--dry-run refuses what the API would refuse', async () => {
    const argv = ['schedule', '12a', '--start', 'tomorrow 09:00', '--duration', '40d', '--dry-run'];
    const { code, stdout, stderr } = await cli(argv);
    expect([code, api.seen.length]).toEqual([1, 0]);
    expect(stdout).not.toContain('{');
    expect(stderr).toContain('meetingId: must be');
    expect(stderr).toContain('stopAt: must');
    expect((await cli([...argv, '--json'])).stderr).toContain('"code":"validation_failed"');
  });

  it('waits for the preflight when it is due at once, and shows what it found', async () => {
    api.broadcasts.set('b1', aBroadcast());
    const soon = ['schedule', '1', '--start', '+5m'];
    const warning = { code: 'not_configured', message: 'No custom stream.', advice: 'Configure it.' };
    const startAt = new Date(NOON + 300_000).toISOString();
    const created = aBroadcast({ startAt });
    const checked = { status: 200, body: { history: [{ ...HISTORY[0], type: 'preflight' }] } };
    const answers = [
      { status: 201, body: created },
      { status: 200, body: { history: HISTORY } },
      checked,
      { status: 200, body: { ...created, warnings: [warning] } },
    ];
    api.next.push(...answers);
    expect((await cli(soon)).stdout).toMatch(/^! not_configured {2}No custom stream\. Configure it\.$/m);
    api.next.push(...answers);
    expect(JSON.parse((await cli([...soon, '--json'])).stdout).warnings).toEqual([warning]);
    const asked = api.seen.length;
    api.next.push({ status: 201, body: created });
    await cli([...soon, '--no-wait']);
    expect(api.seen.length).toBe(asked + 1);
    api.next.push({ status: 201, body: created });
    expect((await cli(soon)).code).toBe(0);
    expect(api.seen.length).toBe(asked + 14);
  });

  it('sends every option in the API’s words', async () => {
    const options =
      '--webinar --title T --account east --close-caption off --display-name Hall --no-active-speaker-name';
    const more = '--external-id x-1 --label room=A --label day=sun --start-window 30m --idempotency-key k1';
    await cli([
      'schedule',
      '1',
      '--start',
      '2026-12-06T14:00:00Z',
      '--duration',
      '90m',
      ...options.split(' '),
      ...more.split(' '),
    ]);
    expect(sent()).toEqual({
      meetingId: '1',
      kind: 'webinar',
      account: 'east',
      title: 'T',
      startAt: '2026-12-06T09:00:00-05:00',
      stopAt: '2026-12-06T10:30:00-05:00',
      settings: { activeSpeakerName: false, displayName: 'Hall', closeCaption: 'off' },
      externalId: 'x-1',
      labels: { room: 'A', day: 'sun' },
      startWindow: 'PT30M',
    });
    expect(api.seen[0]?.headers['idempotency-key']).toBe('k1');
  });

  it('sends "now" as a word, and what counts from it as a length', async () => {
    await cli(['schedule', '1', '--start', 'now', '--stop', '+1h30m', '--no-wait']);
    expect(sent()).toEqual({ meetingId: '1', startAt: 'now', duration: 'PT1H30M' });
  });

  it('says when it is this machine’s zone that decided', async () => {
    const { stdout } = await cli(['schedule', '1', '--start', 'friday 14:30']);
    expect(sent()).toEqual({ meetingId: '1', startAt: '2026-12-04T14:30:00-05:00', timezone: 'America/New_York' });
    expect(stdout).toContain("timezone  America/New_York (this machine's)");
    expect(stdout).toContain('stop      none');
  });

  it.each([
    ['an option', ['--stream-key', 'abcd-secret'], undefined],
    ['standard input', ['--stream-key', '-'], 'abcd-secret\n'],
    ['standard input by the file option', ['--stream-key-file', '-'], 'abcd-secret\n'],
  ])('takes the stream key from %s and shows it nowhere', async (_where, option, stdin) => {
    const argv = [
      'schedule',
      '1',
      '--start',
      '+1h',
      '--stream-url',
      'rtmps://a.example/live',
      '--page-url',
      'https://a.example',
    ];
    const done = await cli([...argv, ...option], { stdin });
    expect(sent()).toMatchObject({ destination: { streamKey: 'abcd-secret', streamUrl: 'rtmps://a.example/live' } });
    const dry = await cli([...argv, ...option, '--dry-run'], { stdin });
    expect(dry.stdout).toContain('"streamKey": "********"');
    expect(done.stdout + done.stderr + dry.stdout + dry.stderr).not.toContain('abcd');
  });

  it('takes the stream key from a file, and wants the whole destination', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'abcd-secret\n');
    const argv = ['schedule', '1', '--start', '+1h', '--stream-key-file', file];
    await cli([
      ...argv,
      '--stream-url',
      'rtmps://a.example/live',
      '--page-url',
      'https://a.example',
      '--resolution',
      '720p',
    ]);
    expect(sent()).toMatchObject({ destination: { streamKey: 'abcd-secret', resolution: '720p' } });
    const { code, stderr } = await cli(argv);
    expect(code).toBe(2);
    expect(stderr).toContain('you did not set: --stream-url, --page-url');
  });

  it('stores nothing on a dry run and on an error', async () => {
    const start = ['schedule', '1', '--start'];
    expect((await cli([...start, '+1h', '--dry-run', '--json'])).stdout).toBe(
      `${JSON.stringify({ meetingId: '1', startAt: '2026-12-02T13:00:00-05:00' }, null, 2)}\n`,
    );
    const gap = await cli([...start, '2027-03-14 02:30']);
    expect(gap.code).toBe(2);
    expect(gap.stderr).toContain('--start: 2027-03-14 02:30 does not exist in America/New_York');
    expect(gap.stderr).toContain('2027-03-14T03:30:00-04:00');
    for (const argv of [
      [...start, '+1h', '--stop', '2026-12-02 12:30'],
      [...start, '+1h', '--stop', '+1h', '--duration', '1h'],
      [...start, '+1h', '--duration', 'long'],
      [...start, '+1h', '--timezone', 'Mars/Base'],
      [...start, '+1h', '--webinar', '--kind', 'meeting'],
      [...start, '+1h', '--layout', 'diagonal'],
      [...start, '+1h', '--label', 'room'],
      [...start, 'soon'],
      ['schedule', '1'],
      ['schedule', '--start', '+1h'],
      ['schedule', '684', '2308', '--start', '+1h'],
    ]) {
      expect([argv.join(' '), (await cli(argv)).code]).toEqual([argv.join(' '), 2]);
    }
    expect(api.seen).toEqual([]);
  });

  it('sends the same request with the same key again when the answer was lost', async () => {
    api.next.push('hang up');
    const { code } = await cli(['schedule', '1', '--start', '+1h']);
    expect(code).toBe(0);
    expect(api.seen).toHaveLength(2);
    expect(api.seen[0]?.headers['idempotency-key']).toMatch(/^[\w-]{21}$/);
    expect(api.seen[1]).toEqual(api.seen[0]);
  });

  it('prints errors once, not in the detail too', async () => {
    const errors = [{ path: 'meetingId', message: 'must be 1 to 19 digits, got "x"' }];
    const one = { detail: 'meetingId must be 1 to 19 digits, got "x".', errors };
    api.next.push(problem(400, 'validation_failed', 'The change is invalid', one));
    const { stderr } = await cli(['schedule', 'x', '--start', '+1h']);
    expect(stderr).toBe('The change is invalid\n  meetingId: must be 1 to 19 digits, got "x"\n');
    const two = {
      detail: '2 fields are invalid: meetingId, kind.',
      errors: [...errors, { path: 'kind', message: 'no' }],
    };
    api.next.push(problem(400, 'validation_failed', 'The change is invalid', two));
    expect((await cli(['schedule', 'x', '--start', '+1h'])).stderr).toBe(`${stderr}  kind: no\n`);
  });

  it('prints every issue of the input as path: message', async () => {
    const errors = [
      { path: 'meetingId', message: 'must be 1 to 19 digits' },
      { path: 'settings.layout', message: 'must be left out' },
    ];
    api.next.push(
      problem(400, 'validation_failed', 'The change is invalid', {
        detail: '2 fields are invalid: meetingId, settings.layout.',
        errors,
      }),
    );
    const { code, stderr } = await cli(['schedule', 'x', '--start', '+1h']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'The change is invalid\n  meetingId: must be 1 to 19 digits\n  settings.layout: must be left out\n',
    );
  });
});

describe('reschedule', () => {
  beforeEach(() => {
    api.broadcasts.set('b1', aBroadcast({ revision: 7 }));
  });

  it('reads times in the broadcast’s zone and guards what it has read', async () => {
    const { code, stdout } = await cli(['reschedule', 'b1', '--start', '6 dec 10:00', '--keep-length'], {
      env: { TZ: 'Asia/Tokyo' },
    });
    expect(code).toBe(0);
    expect(api.seen.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
    expect(api.seen[1]?.headers['if-match']).toBe('"7"');
    expect(sent()).toEqual({ startAt: '2026-12-06T10:00:00-05:00', stopAt: '2026-12-06T11:30:00-05:00' });
    expect(stdout).toContain("timezone  America/New_York (the broadcast's)");
  });

  it.each([
    [['--stop', '+2h'], { stopAt: '2026-12-06T11:00:00-05:00' }],
    [['--stop', '11:15'], { stopAt: '2026-12-06T11:15:00-05:00' }],
    [['--duration', 'PT45M'], { stopAt: '2026-12-06T09:45:00-05:00' }],
    [['--no-stop'], { stopAt: null }],
    [['--title', ''], { title: null }],
    [['--label', 'room=B', '--label', 'x=1'], { labels: { room: 'B', x: '1' } }],
    [['--label', 'room='], { labels: {} }],
    [['--display-name', 'Hall'], { settings: { layout: 'speaker_view', displayName: 'Hall' } }],
    [['--webinar'], { kind: 'webinar', settings: {} }],
  ])('%j', async (options, body) => {
    expect((await cli(['reschedule', 'b1', ...options])).code).toBe(0);
    expect(sent()).toEqual(body);
  });

  it('leaves it to the API to refuse another start of what is over', async () => {
    api.broadcasts.set('b1', aBroadcast({ status: 'ended' }));
    const { stderr } = await cli(['reschedule', 'b1', '--start', '2026-12-08 10:00']);
    expect(stderr).not.toContain('is not before the stop');
    expect(api.seen.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
  });

  it('needs something to change, and a broadcast', async () => {
    expect((await cli(['reschedule', 'b1'])).code).toBe(2);
    expect((await cli(['reschedule', 'b1', '--keep-length'])).code).toBe(2);
    expect((await cli(['reschedule', 'nope', '--title', 'x'])).code).toBe(3);
    expect(api.seen.every(({ method }) => method === 'GET')).toBe(true);
  });
});
