import { describe, expect, it } from 'vitest';
import type { MeetingState } from '../../../../src/broadcasts/decision.ts';
import { meetingPatchOf } from '../../../../src/broadcasts/rules/on-zoom-event.ts';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { T0, UNKNOWN_MEETING } from '../../../proof/model/model.ts';
import { EVENT } from '../../../support/rules/scenario.ts';

/** What an event of Zoom adds to what is known of a meeting (`meetingPatchOf`). */

const OURS = 'Custom_Live_Streaming_Service';
/** What an event of T0 + `at` adds to what is known of the meeting. */
function patch(known: Partial<MeetingState>, what: ZoomEvent['what'], at: number, more: Partial<ZoomEvent> = {}) {
  return meetingPatchOf({ ...UNKNOWN_MEETING, ...known }, { ...EVENT, what, at: T0 + at, ...more });
}

const stream = (is: 'on' | 'off', at: number) => ({ stream: { is, at: T0 + at, source: 'event' } });
const running = (is: 'yes' | 'no', at: number, uuid = 'u1') => ({ running: { is, at: T0 + at, uuid } });

const on = (source: 'event' | 'answer', at = 0) => ({ stream: 'on', streamAt: T0 + at, streamSource: source }) as const;
const runs = (uuid: string | null = 'u1', at = 0) => ({ running: 'yes', runningAt: T0 + at, uuid }) as const;

describe('an event of the stream', () => {
  it('is about ours when it names our service, or none', () => {
    expect(patch({}, 'stream_started', 5, { service: OURS })).toEqual(stream('on', 5));
    expect(patch({}, 'stream_started', 5)).toEqual(stream('on', 5));
    expect(patch({}, 'stream_stopped', 5, { service: 'YouTube' })).toBeNull();
  });

  it('is news when it is newer than what an event had reported', () => {
    for (const what of ['stream_started', 'stream_stopped'] as const) {
      expect(patch(on('event'), what, 0)).toBeNull();
      expect(patch(on('event'), what, -1)).toBeNull();
      expect(patch(on('event'), what, 1)).toEqual(stream(what === 'stream_started' ? 'on' : 'off', 1));
    }
  });

  it('within ten seconds of our own stop says nothing about a start that Zoom has accepted since', () => {
    const known = { ...on('answer', 500), stoppedAt: T0 };
    expect(patch(known, 'stream_stopped', 10_000)).toBeNull();
    expect(patch(known, 'stream_stopped', 10_001)).toEqual(stream('off', 10_001));
    expect(patch(known, 'stream_started', 900)).toEqual(stream('on', 900));
    expect(patch({ ...on('event', 500), stoppedAt: T0 }, 'stream_stopped', 900)).toEqual(stream('off', 900));
  });

  it('confirms what an answer had reported though it is up to five seconds older, and keeps the later moment', () => {
    expect(patch(on('answer'), 'stream_started', -5_000)).toEqual(stream('on', 0));
    expect(patch(on('answer'), 'stream_started', 700)).toEqual(stream('on', 700));
    expect(patch(on('answer'), 'stream_started', -5_001)).toBeNull();
    const off = { stream: 'off', streamAt: T0, streamSource: 'answer' } as const;
    expect(patch(off, 'stream_stopped', -60_000)).toEqual(stream('off', 0));
    expect(patch(off, 'stream_started', -1)).toBeNull();
    expect(patch(on('answer'), 'stream_stopped', -1)).toBeNull();
  });
});

describe('a meeting that has started', () => {
  it('is running, when that is news', () => {
    expect(patch(on('event', 9), 'meeting_started', 1)).toEqual(running('yes', 1));
    expect(patch(runs('u0'), 'meeting_started', 0)).toBeNull();
    expect(patch({ ...runs('u0'), ...on('event', 9) }, 'meeting_started', 1)).toEqual(running('yes', 1));
  });

  it('has no stream of before, but our own of the same instance may be older by the clocks alone', () => {
    expect(patch(on('event'), 'meeting_started', 1)).toEqual({ ...running('yes', 1), ...stream('off', 1) });
    expect(patch(on('event'), 'meeting_started', 0)).toEqual(running('yes', 0));
    expect(patch(on('answer'), 'meeting_started', 1)).toEqual(running('yes', 1));
    const off = { ...on('answer'), stream: 'off' } as const;
    expect(patch(off, 'meeting_started', 1)).toEqual({ ...running('yes', 1), ...stream('off', 1) });
    expect(patch({ ...on('answer'), ...runs('u1') }, 'meeting_started', 1)).toEqual(running('yes', 1));
    const next = { ...running('yes', 1, 'u2'), ...stream('off', 1) };
    expect(patch({ ...on('answer'), ...runs('u1') }, 'meeting_started', 1, { uuid: 'u2' })).toEqual(next);
    const unnamed = patch({ ...on('answer'), ...runs(null) }, 'meeting_started', 1, { uuid: 'u2' });
    expect(unnamed).toEqual(running('yes', 1, 'u2'));
    const over = { ...on('answer'), running: 'no', runningAt: T0, uuid: 'u1' } as const;
    expect(patch(over, 'meeting_started', 1, { uuid: 'u2' })).toEqual(running('yes', 1, 'u2'));
  });
});

describe('a meeting that has ended', () => {
  it('runs no more, and nothing streams', () => {
    const known = { ...runs(), ...on('event') };
    expect(patch(known, 'meeting_ended', 1)).toEqual({ ...running('no', 1), ...stream('off', 1) });
    expect(patch({ ...runs(), ...on('event', 1) }, 'meeting_ended', 1)).toEqual(running('no', 1));
  });

  it('ends our stream, too, though our note of it is up to five seconds younger', () => {
    const known = (at: number) => ({ ...runs(), ...on('answer', at) });
    expect(patch(known(5_000), 'meeting_ended', 1)).toEqual({ ...running('no', 1), ...stream('off', 5_000) });
    expect(patch(known(5_001), 'meeting_ended', 1)).toEqual(running('no', 1));
  });

  it('may be reported late, after the next has started: then only its stream is over', () => {
    const next = { ...runs('u2', 10_000), ...on('event', 3_000) };
    expect(patch(next, 'meeting_ended', 4_000)).toEqual(stream('off', 4_000));
    expect(patch(next, 'meeting_ended', 12_000)).toEqual(stream('off', 12_000));
    expect(patch(next, 'meeting_ended', 3_000)).toBeNull();
    expect(patch({ ...runs('u2', 10_000), ...on('answer', 3_000) }, 'meeting_ended', 2_000)).toBeNull();
    expect(patch(runs('u1', 10_000), 'meeting_ended', 10_000)).toEqual(stream('off', 10_000));
  });
});

describe('a meeting that was changed or restored', () => {
  it('was there at that moment, when that is news', () => {
    for (const what of ['updated', 'recovered'] as const) {
      expect(patch({}, what, 1)).toEqual({ existsAt: T0 + 1 });
      expect(patch({ existsAt: T0 + 1 }, what, 1)).toBeNull();
      expect(patch(runs('u1', 1), what, 1)).toBeNull();
      expect(patch(on('event', 1), what, 1)).toBeNull();
      // Our own note says nothing of Zoom's clock.
      expect(patch(on('answer', 1), what, 1)).toEqual({ existsAt: T0 + 1 });
    }
  });
});

describe('any other event', () => {
  it('adds nothing', () => {
    for (const what of ['deleted', 'other'] as const) expect(patch({}, what, 1)).toBeNull();
  });
});
