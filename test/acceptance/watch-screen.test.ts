import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { SystemClock } from '../../src/clock.ts';
import { aBroadcast } from '../support/fake-api.ts';
import { type FakeEvents, startFakeEvents } from '../support/fake-events.ts';
import { MAIN } from '../support/livestream-process.ts';

const HOUR = 3_600_000;
const PATIENCE = { timeout: 20_000, interval: 20 };
const iso = (at: number) => new Date(at).toISOString();

async function events(aheadMs = 0): Promise<FakeEvents> {
  const fake = await startFakeEvents(aheadMs);
  onTestFinished(() => fake.stop());
  return fake;
}

/** `watch` on a terminal of 80 columns, until SIGINT. */
function watchOn({ url }: FakeEvents, argv: string[] = [], isTTY = true) {
  const frames: string[] = [];
  const stderr: string[] = [];
  const ended = main(['watch', '--api-url', url, '--timezone', 'UTC', ...argv], {
    stdout: { write: (text) => frames.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    stdin: (async function* () {})(),
    env: {},
    isTTY,
    columns: 80,
    rows: 30,
    clock: new SystemClock(),
  });
  const last = () => frames.filter((frame) => frame.includes('\n')).at(-1) ?? '';
  const stop = () => {
    process.emit('SIGINT');
    return ended;
  };
  return { frames, stderr, ended, last, stop };
}

const liveEvent = (id: string, change: object = {}) => {
  const data = aBroadcast({ id, status: 'live', startAt: iso(Date.now()), updatedAt: iso(Date.now()), ...change });
  return { type: 'broadcast.live', timestamp: iso(Date.now()), data };
};

describe('watch on a terminal', () => {
  it('draws at most four times a second in a rush of 12,000 events, and shows the last state', async () => {
    const api = await events();
    const watch = watchOn(api, ['--count', '12000']);
    await vi.waitFor(() => expect(api.opened).toHaveLength(1), PATIENCE);
    const [began, before] = [performance.now(), watch.frames.length];
    for (let i = 0; i < 12_000; i += 1) api.send(liveEvent(`b${i}`));
    expect(await watch.ended).toBe(0);
    const seconds = (performance.now() - began) / 1_000;
    expect(watch.frames.length - before).toBeLessThanOrEqual(4 * seconds + 3);
    expect(watch.last()).toContain('12000 live');
  }, 180_000);

  it('goes on after events of any kind and after what is no event at all', async () => {
    const api = await events();
    const watch = watchOn(api);
    await vi.waitFor(() => expect(api.opened).toHaveLength(1), PATIENCE);
    for (const type of [
      'series.created',
      'series.changed',
      'series.deleted',
      'source.synced',
      'alert.no_worker',
      'new',
    ])
      api.send({
        type,
        timestamp: iso(Date.now()),
        data: { id: 'se_1', updatedAt: iso(Date.now()), title: 'Sundays' },
      });
    api.raw('id: 2-1\nevent: odd\ndata: {"type": \n\nid: 2-2\ndata: null\n\nid: 2-3\ndata: [1]\n\n');
    api.send({ type: 7, timestamp: 9, data: null }, '2-4');
    api.send(liveEvent('b1'), '2-5');
    await vi.waitFor(() => expect(watch.last()).toContain('1 live'), PATIENCE);
    expect(watch.last()).toMatch(/odd {2}cannot read this event: \{"type":/);
    expect(api.opened).toHaveLength(1);
    expect(await watch.stop()).toBe(0);
  }, 30_000);

  it('says since when the rows may be old while it is cut off, and resumes where it was', async () => {
    const api = await events();
    api.broadcasts = [aBroadcast({ title: 'Mass', startAt: iso(Date.now() + HOUR) })];
    const watch = watchOn(api);
    await vi.waitFor(() => expect(watch.last()).toContain('Mass'), PATIENCE);
    expect(watch.last()).not.toMatch(/lost|as of/);
    api.send(liveEvent('b7'), '7-7');
    await vi.waitFor(() => expect(watch.last()).toContain('1 live'), PATIENCE);
    api.down = true;
    api.cut();
    const lost = /Connection lost at (\d\d:\d\d:\d\d), reconnecting; rows are as of \d\d:\d\d:\d\d/;
    await vi.waitFor(() => expect(watch.last()).toMatch(lost), PATIENCE);
    expect(watch.last()).toMatch(/scheduled .*\?.*Mass/);
    const since = lost.exec(watch.last())?.[1];
    const attempts = api.asked.length;
    await vi.waitFor(() => expect(api.asked.length).toBeGreaterThan(attempts + 1), PATIENCE);
    expect(lost.exec(watch.last())?.[1]).toBe(since);
    api.broadcasts = [aBroadcast({ title: 'Vespers', startAt: iso(Date.now() + HOUR) })];
    api.down = false;
    await vi.waitFor(() => expect(watch.last()).toContain('Vespers'), PATIENCE);
    expect(watch.last()).not.toMatch(/lost|as of|Mass|1 live/);
    expect(api.opened).toEqual([null, '7-7']);
    await watch.stop();
  }, 60_000);

  it('shows alerts raised before it began, counts by the summary, and takes a resolved one off the board', async () => {
    const api = await events();
    const summary = (open: number, seen: number) => ({
      broadcasts: { now: { scheduled: 612, live: 30 }, today: {} },
      ...{ alerts: { open, byCode: {} }, workers: { seen }, nextStart: null, nextStop: null, oldestOverdue: null },
    });
    const alert = { code: 'clock', broadcastId: null, advice: '', raisedAt: iso(Date.now() - HOUR) };
    api.alerts = [{ id: 'al_1', message: 'The clock of Redis is wrong', ...alert }];
    api.summary = summary(1, 0);
    const watch = watchOn(api);
    const first = /2 problems · 30 live · 612 planned\S*\s\S*No worker is running[\s\S]*The clock of Redis is wrong/;
    await vi.waitFor(() => expect(watch.last()).toMatch(first), PATIENCE);
    api.alerts = [];
    api.summary = summary(0, 1);
    await vi.waitFor(() => expect(watch.last()).not.toMatch(/problem|No worker|clock of Redis/), PATIENCE);
    await watch.stop();
  }, 60_000);

  it('says so when the list cannot be read, and reads it again', async () => {
    const api = await events();
    api.listStatus = 503;
    api.broadcasts = [aBroadcast({ title: 'Mass', startAt: iso(Date.now() + HOUR) })];
    const watch = watchOn(api);
    await vi.waitFor(() => expect(watch.last()).toContain('Cannot read the broadcasts (Redis is away)'), PATIENCE);
    api.listStatus = null;
    await vi.waitFor(() => expect(watch.last()).toContain('Mass'), PATIENCE);
    expect(watch.last()).not.toContain('Cannot');
    await watch.stop();
  }, 30_000);

  it('counts down by the time of the API, not of this machine', async () => {
    const api = await events(HOUR);
    api.broadcasts = [aBroadcast({ title: 'Mass', startAt: iso(Date.now() + HOUR + 30 * 60_000 + 30_000) })];
    const watch = watchOn(api);
    await vi.waitFor(() => expect(watch.last()).toMatch(/in (30|29) min +Mass/), PATIENCE);
    await watch.stop();
  }, 30_000);

  it('keeps the rows right also with --type, and lists only those events', async () => {
    const api = await events();
    const watch = watchOn(api, ['--type', 'alert.*', '--count', '1']);
    // Until the list is read there are no rows, and it ends with the first alert.
    await vi.waitFor(() => expect(watch.last()).toContain('0 live'), PATIENCE);
    api.send(liveEvent('b1'));
    api.send({ type: 'alert.no_worker', timestamp: iso(Date.now()), data: { message: 'no worker runs' } });
    expect(await watch.ended).toBe(0);
    expect(watch.last()).toContain('1 live');
    expect(watch.last()).toContain('alert.no_worker  no worker runs');
    expect(watch.last()).not.toContain('broadcast.live');
    expect(await watchOn(api, ['--type', 'broadcast']).ended).toBe(2);
  }, 30_000);
});

describe('watch in a pipe', () => {
  it('writes one line for each event, with the date where the day changes', async () => {
    const api = await events();
    const watch = watchOn(api, ['--count', '4'], false);
    await vi.waitFor(() => expect(api.opened).toHaveLength(1), PATIENCE);
    for (const timestamp of ['2026-11-01T10:00:00.000Z', '2026-11-01T23:59:00.000Z', '2026-11-02T00:00:01.000Z', '?'])
      api.send({ type: 'something.new', timestamp, data: { id: 'x' } });
    expect(await watch.ended).toBe(0);
    expect(watch.frames.join('')).toBe(
      '2026-11-01 10:00:00.000  something.new\n23:59:00.000  something.new\n2026-11-02 00:00:01.000  something.new\n?  something.new\n',
    );
  });

  it('reports a lost connection once, and the new one', async () => {
    const api = await events();
    const watch = watchOn(api, [], false);
    await vi.waitFor(() => expect(api.opened).toHaveLength(1), PATIENCE);
    api.down = true;
    api.cut();
    const attempts = api.asked.length;
    await vi.waitFor(() => expect(api.asked.length).toBeGreaterThan(attempts + 1), PATIENCE);
    api.down = false;
    await vi.waitFor(() => expect(watch.stderr.at(-1)).toMatch(/^connected again, after \d+ m?s/), PATIENCE);
    expect(watch.stderr).toEqual([
      'Following events. Press Ctrl-C to stop.\n',
      expect.stringMatching(/^connection lost at \d\d:\d\d:\d\d, reconnecting\n$/),
      expect.stringMatching(/^connected again, after .*s\n$/),
    ]);
    await watch.stop();
  }, 30_000);

  it('ends quietly when its reader is gone', async () => {
    const api = await events();
    const child = spawn(process.execPath, [MAIN, 'watch', '--json', '--api-url', api.url]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const exited = once(child, 'exit');
    await vi.waitFor(() => expect(api.opened).toHaveLength(1), PATIENCE);
    child.stdout.destroy();
    const sending = setInterval(() => api.send(liveEvent('b1')), 50);
    expect(await exited).toEqual([0, null]);
    clearInterval(sending);
    expect(said).toBe('');
  }, 30_000);
});
