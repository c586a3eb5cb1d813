import { describe, expect, it } from 'vitest';
import { blocksOf, lanesOf, placeOf } from '../../../dashboard/views/timeline/layout.ts';
import { storyOf } from '../../../dashboard/views/timeline/story.ts';
import type { Broadcast, HistoryEntry } from '../../../src/client/index.ts';

const T = Date.parse('2026-12-06T09:00:00Z');
const MINUTE = 60_000;
const iso = (minutes: number) => new Date(T + minutes * MINUTE).toISOString();
const broadcast = (id: string, from: number, to: number | null, more: Partial<Broadcast> = {}): Broadcast =>
  ({
    id,
    meetingId: '1',
    labels: {},
    status: 'scheduled',
    startAt: iso(from),
    stopAt: to === null ? null : iso(to),
    startedAt: null,
    stoppedAt: null,
    ...more,
  }) as Broadcast;
const line = (at: number, type: string, reason: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  at: iso(at),
  type,
  reason,
  from: null,
  to: null,
  by: 'worker',
  request: null,
  answer: null,
  requestId: null,
  ...more,
});
const minutes = (ms: number) => (ms - T) / MINUTE;

describe('lanes', () => {
  it('what overlaps in a group stands in lanes of its own, what does not shares one; what is outside of the span is left out', () => {
    const all = [broadcast('a', 0, 30), broadcast('b', 10, 40), broadcast('c', 30, 60), broadcast('d', 100, 110)];
    const lanes = lanesOf(all, () => 'Hall', { from: T, to: T + 90 * MINUTE }, T);
    expect(lanes.map(({ isFirst, items }) => [isFirst, items.map(({ id }) => id)])).toEqual([
      [true, ['a', 'c']],
      [false, ['b']],
    ]);
  });

  it('what runs over is drawn until now, what ended early until its planned end', () => {
    expect(minutes(placeOf(broadcast('a', 0, 30, { status: 'live', startedAt: iso(0) }), T + 50 * MINUTE).to)).toBe(50);
    expect(minutes(placeOf(broadcast('a', 0, 30, { status: 'ended', stoppedAt: iso(10) }), T + 50 * MINUTE).to)).toBe(
      30,
    );
  });

  it('a week of a busy room becomes blocks that hold every broadcast once', () => {
    const items = Array.from({ length: 2_000 }, (_, i) => placeOf(broadcast(`b${i}`, i * 5, i * 5 + 5), T));
    const blocks = blocksOf(items, { from: T, to: T + 7 * 1_440 * MINUTE }, (7 * 1_440 * MINUTE) / 1_000);
    expect(blocks.length).toBeLessThan(150);
    expect(blocks.flatMap((block) => block.items)).toHaveLength(2_000);
  });
});

describe('the story of a broadcast', () => {
  it('shades the wait after the live-stream 429, until the next start', () => {
    const history = [
      line(0, 'status', 'due', { to: 'starting' }),
      line(0, 'request', 'start: start_limited', { answer: { status: 429, at: T + 1_000 } }),
      line(0.5, 'request', 'start: accepted'),
      line(0.5, 'status', 'Zoom accepted the start', { to: 'live' }),
    ];
    const { attempts, shades } = storyOf(history, { nextAttemptAt: null }, T + 10 * MINUTE);
    expect(attempts.map(({ what, accepted }) => [what, accepted])).toEqual([
      ['start', false],
      ['start', true],
    ]);
    expect(shades).toEqual([{ kind: 'limited', from: T + 1_000, to: T + 30_000 }]);
  });

  it('a wait that goes on is shaded until its next attempt; waiting for the host until now', () => {
    const limited = [line(0, 'request', 'start: start_limited')];
    expect(storyOf(limited, { nextAttemptAt: iso(0.5) }, T).shades).toEqual([
      { kind: 'limited', from: T, to: T + 30_000 },
    ]);
    const waiting = [line(1, 'status', 'the meeting has not started', { to: 'waiting' })];
    expect(storyOf(waiting, { nextAttemptAt: iso(9) }, T + 3 * MINUTE).shades).toEqual([
      { kind: 'waiting', from: T + MINUTE, to: T + 3 * MINUTE },
    ]);
  });
});
