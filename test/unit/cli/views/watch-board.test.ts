import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BROADCAST_STATUSES } from '../../../../src/broadcasts/broadcast.ts';
import type { AlertJson, BroadcastJson, SummaryJson } from '../../../../src/cli/api/api-types.ts';
import type { FollowedEvent } from '../../../../src/cli/api/event-source.ts';
import { displayWidth } from '../../../../src/cli/text/terminal-text.ts';
import { dayOf, eventLine, WatchBoard } from '../../../../src/cli/views/watch-board.ts';
import { aBroadcast } from '../../../support/fake-api.ts';

const NOW = Date.parse('2026-12-06T14:00:03.000Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;

/** Contract section 6, and what the code sends besides. */
const EVENT_TYPES = [
  ...BROADCAST_STATUSES.map((status) => `broadcast.${status}`),
  ...['broadcast.changed', 'broadcast.confirmed', 'broadcast.upcoming', 'broadcast.ending'],
  ...['late_start', 'unconfirmed', 'late_stop', 'missed', 'failed', 'preflight', 'daily_limit'].map(
    (a) => `alert.${a}`,
  ),
  ...['alert.no_worker', 'alert.clock', 'alert.source', 'alert.versions'],
  ...['series.created', 'series.changed', 'series.deleted', 'series.warning'],
  ...['source.synced', 'stream.gap', 'notification.test', 'something.new', 'noDot', ''],
];

const series = { id: 'se_1', title: 'Sundays', meetingId: '1', rule: 'FREQ=WEEKLY', revision: 1, updatedAt: ago(0) };

function eventOf(type: string, data: Record<string, unknown>, timestamp = ago(0)): FollowedEvent {
  return { id: '1-1', event: { type, timestamp, data } };
}

function shown(board: WatchBoard, options: { columns?: number; rows?: number } = {}): string {
  const { columns = 80, rows = 40 } = options;
  return board.text({ paint: (_tint, text) => text, now: () => NOW, columns, displayZone: 'UTC' }, rows, null);
}

function boardWith(...changes: Partial<BroadcastJson>[]): WatchBoard {
  const board = new WatchBoard();
  const broadcasts = changes.map((change, i) => aBroadcast({ id: `b${i}`, updatedAt: ago(1_000), ...change }));
  board.fill(broadcasts, board.beginReading(), NOW);
  return board;
}

describe('the board of watch', () => {
  it.each(EVENT_TYPES)('takes the event "%s" with any data', (type) => {
    const broadcast = aBroadcast({ id: 'b9', updatedAt: ago(0) }) as unknown as Record<string, unknown>;
    // What is wrong with one field is shown at once: 2,000 renderings take seconds.
    const strange = [
      [{}, series, broadcast, { id: 'b0' }, { ...series, startAt: 'soon' }],
      ...Object.keys(broadcast).map((name) =>
        [undefined, 7, null, 'x', [{}]].map((wrong, i) => ({ ...broadcast, id: `b9${i}`, [name]: wrong })),
      ),
    ];
    const board = boardWith({ id: 'b0', title: 'Known' });
    for (const together of strange) {
      for (const timestamp of [ago(0), 'not a time'])
        for (const data of together) board.take(eventOf(type, data, timestamp), NOW);
      expect(shown(board)).toContain('Known');
    }
  });

  it('takes anything that looks a little like an event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_TYPES), fc.object(), (type, data) => {
        const board = boardWith({ title: 'Known' });
        board.take(eventOf(type, data as Record<string, unknown>), NOW);
        expect(shown(board)).toContain('Known');
      }),
    );
  });

  it('makes no row of a series, and one of a broadcast that an alert or an unknown event carries', () => {
    const board = boardWith();
    board.take(eventOf('series.changed', { ...series, startAt: ago(-MINUTE), status: 'active', warnings: [] }), NOW);
    expect(shown(board)).toContain('0 live · 0 planned');
    board.take(eventOf('broadcast.postponed', aBroadcast({ title: 'Carried', updatedAt: ago(0) })), NOW);
    expect(shown(board)).toMatch(/Next\nscheduled .*Carried/);
  });

  it('shows problems first, then what starts, then what comes; live ones as a count', () => {
    const text = shown(
      boardWith(
        { title: 'Later', startAt: ago(-90 * MINUTE) },
        { title: 'On air', status: 'live', startAt: ago(30 * MINUTE), stopAt: ago(-12 * MINUTE) },
        { title: 'Soon', startAt: ago(-2 * MINUTE) },
        { title: 'Host is late', status: 'waiting', startAt: ago(MINUTE) },
        { title: 'Refused', status: 'failed', reason: 'No such user (1001)', updatedAt: ago(30 * MINUTE) },
        { title: 'Never left', startAt: ago(2 * MINUTE) },
        { title: 'Never stopped', status: 'live', startAt: ago(60 * MINUTE), stopAt: ago(2 * MINUTE) },
        { title: 'Of yesterday', status: 'missed', updatedAt: ago(61 * MINUTE) },
      ),
    );
    expect(text).toMatch(/^3 problems · 1 starting\/stopping · 1 live · 2 planned · next stop in 12 min\n/);
    expect(text).toMatch(
      /Needs attention\nfailed .*Refused.*\n {2}b4 {2}No such user \(1001\)\nlive .*Never stopped.*\n.*should have stopped 2 min ago\nscheduled .*Never left.*\n.*should have started 2 min ago\n/,
    );
    expect(text).toMatch(
      /Starting and stopping\nwaiting .*Host is late.*\nNext\nscheduled .*Soon.*\nscheduled .*Later/,
    );
    expect(text).not.toMatch(/On air|Of yesterday/);
  });

  it('shows what an alert says about a broadcast until its state changes', () => {
    const live = aBroadcast({ id: 'b1', status: 'live', startAt: ago(2 * MINUTE), stopAt: null, updatedAt: ago(0) });
    const board = boardWith({ id: 'b1' });
    board.take(eventOf('broadcast.live', live), NOW);
    board.take(eventOf('alert.unconfirmed', { ...live, message: 'Zoom has not confirmed it' }), NOW);
    expect(shown(board)).toMatch(/^1 problem [\s\S]*b1 {2}Zoom has not confirmed it/);
    board.take(eventOf('broadcast.confirmed', { ...live, confirmed: true }), NOW);
    expect(shown(board)).toMatch(/^1 live/);
  });

  /** What the board reads of it. */
  const summaryOf = (change: object = {}) =>
    ({
      broadcasts: { now: { scheduled: 612, live: 30, starting: 2, waiting: 1, failed: 9 }, today: {} },
      alerts: { open: 3, byCode: {} },
      workers: { seen: 2 },
      ...{ nextStart: null, nextStop: null, oldestOverdue: null },
      ...change,
    }) as unknown as SummaryJson;
  const alertOf = (id: string, change: object = {}) =>
    ({
      ...{ id, code: 'failed', broadcastId: null, message: `${id} says`, advice: '', raisedAt: ago(2 * MINUTE) },
      ...change,
    }) as unknown as AlertJson;

  it('shows the open alerts of the API, also of broadcasts it has not read and of none, and counts by the summary', () => {
    const board = boardWith({ id: 'b0', title: 'Known', status: 'failed', updatedAt: ago(30 * MINUTE) });
    const alerts = [alertOf('a1', { broadcastId: 'b0' }), alertOf('a2', { broadcastId: 'far' })];
    board.fillAttention([...alerts, alertOf('a3', { code: 'clock' })], summaryOf(), board.beginAttention());
    const text = shown(board);
    expect(text).toMatch(/^3 problems · 3 starting\/stopping · 30 live · 612 planned\n/);
    expect(text).toMatch(
      /attention\nclock {2}2 min ago\n {2}a3 says\nfailed .*Known.*\n {2}b0 {2}a1 says\nfailed .*far\n {2}a2/,
    );
    const summary = summaryOf({ alerts: { open: 0, byCode: {} } });
    board.fillAttention([], summary, board.beginAttention());
    expect(shown(board)).not.toMatch(/problem|Needs attention|says|Known/);
  });

  it('says when no worker runs, once, and what is overdue when no alert reports it', () => {
    const board = boardWith();
    const oldestOverdue = {
      broadcastId: 'far',
      meetingId: '1',
      title: 'Mass',
      at: ago(MINUTE),
      action: 'start',
      overdueMs: MINUTE,
    };
    const alerts = [alertOf('a1', { code: 'no_worker', message: 'Nobody works' })];
    board.fillAttention(
      alerts,
      summaryOf({ workers: { seen: 0 }, oldestOverdue, alerts: { open: 1, byCode: {} } }),
      board.beginAttention(),
    );
    expect(shown(board)).toMatch(/^2 problems .*\nNo worker is running: .*livestream worker\n/);
    expect(shown(board)).toMatch(/Needs attention\noverdue .*\n.*Mass: the start is 1 min overdue/);
    expect(shown(board)).not.toContain('Nobody works');
    board.fillAttention(
      [],
      summaryOf({ workers: { seen: 0 }, oldestOverdue, alerts: { open: 0, byCode: {} } }),
      board.beginAttention(),
    );
    expect(shown(board)).toMatch(/^2 problems/);
  });

  it('keeps an alert that is raised while the alerts are read, and counts those that were not read', () => {
    const board = boardWith();
    const round = board.beginAttention();
    board.take(eventOf('alert.clock', { alertId: 'a9', message: 'Clocks differ' }), NOW);
    board.fillAttention([], summaryOf({ alerts: { open: 500, byCode: {} } }), round);
    expect(shown(board)).toMatch(/^500 problems[\s\S]*Clocks differ\nand 499 more/);
  });

  it('forgets what a new reading of the list no longer has, but not what came meanwhile', () => {
    const board = boardWith({ id: 'gone', title: 'Gone' });
    const round = board.beginReading();
    board.take(eventOf('broadcast.scheduled', aBroadcast({ id: 'new', title: 'New', updatedAt: ago(0) })), NOW);
    board.fill([], round, NOW);
    expect(shown(board)).toContain('New');
    expect(shown(board)).not.toContain('Gone');
  });

  it('does not go through everything on air at each event', () => {
    const board = boardWith();
    let reads = 0;
    const many = 4_000;
    for (let i = 0; i < many; i += 1) {
      const data = Object.defineProperty({ ...aBroadcast({ id: `l${i}`, updatedAt: ago(0) }) }, 'status', {
        enumerable: true,
        get: () => {
          reads += 1;
          return 'live';
        },
      });
      board.take(eventOf('broadcast.live', data), NOW);
    }
    expect(reads).toBeLessThan(20 * many);
    expect(shown(board)).toContain(`${many} live`);
  });

  it('holds what is near of 12,000 planned ones', () => {
    const board = boardWith();
    for (let i = 12_000; i > 0; i -= 1) {
      const one = aBroadcast({ id: `b${i}`, title: `No ${i}.`, startAt: ago(-i * MINUTE), updatedAt: ago(0) });
      board.take(eventOf('broadcast.scheduled', one), NOW);
    }
    expect(shown(board)).toMatch(/200 or more planned[\s\S]*Next\n.*No 1\..*\n.*No 2\./);
  });

  it.each([80, 60, 40, 20, 5])('fits %i columns, whatever is in the titles', (columns) => {
    const titles = [
      '👨‍👩‍👧‍👦 Familiengottesdienst 🇩🇪 mit allen Kindern und Großeltern',
      '日本語の礼拝とても長い題名がここにあります',
      'x'.repeat(200),
    ];
    const statuses = ['failed', 'waiting', 'scheduled', 'ended'] as const;
    const board = boardWith(
      ...titles.flatMap((title) =>
        statuses.map((status) => ({ title, status, startAt: '2027-01-06T14:00:00.000Z', reason: title })),
      ),
    );
    board.take(eventOf('alert.failed', { message: titles.join(' ') }), NOW);
    const widths = shown(board, { columns })
      .split('\n')
      .map((line) => displayWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  it.each([10, 24, 60])('fits %i lines with hundreds of problems, and still shows what starts', (rows) => {
    const failed = Array.from({ length: 113 }, () => ({ status: 'failed' as const, reason: 'No such user' }));
    const board = boardWith(...failed, { status: 'starting', startAt: ago(1_000), title: 'Starts now' });
    for (let i = 0; i < 9; i += 1) board.take(eventOf('alert.failed', { message: 'x' }), NOW);
    const lines = shown(board, { rows }).trimEnd().split('\n');
    expect(lines.length).toBeLessThan(rows);
    expect(lines[0]).toContain('113 problems');
    if (rows >= 24) expect(lines.join('\n')).toContain('Starts now');
  });
});

describe('a line of watch', () => {
  const frame = { paint: (_tint: unknown, text: string) => text, columns: undefined, displayZone: 'Europe/Berlin' };
  const line = (event: FollowedEvent, lastDay: string) => eventLine(event, { ...frame, lastDay });

  it('has the date when the day is another than that of the line before, in the zone shown', () => {
    const late = eventOf('broadcast.live', { title: 'Mass' }, '2026-12-06T22:59:59.000Z');
    const early = eventOf('broadcast.ended', { title: 'Mass' }, '2026-12-06T23:00:01.000Z');
    expect(line(late, '2026-12-06')).toBe('23:59:59.000  broadcast.live  Mass\n');
    expect(line(early, dayOf(late.event.timestamp, 'Europe/Berlin'))).toBe(
      '2026-12-07 00:00:01.000  broadcast.ended  Mass\n',
    );
  });

  it('is one line for whatever an event carries', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.object(), (type, timestamp, data) => {
        expect(line(eventOf(type, data as Record<string, unknown>, timestamp), '').split('\n')).toHaveLength(2);
      }),
    );
    expect(line(eventOf('series.warning', { title: 'Sundays', warning: { message: 'overlaps' } }), '')).toMatch(
      /series\.warning {2}Sundays {2}overlaps\n$/,
    );
  });
});
