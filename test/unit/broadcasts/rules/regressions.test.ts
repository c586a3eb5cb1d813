import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  PLAN,
  STARTED,
  scheduled,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** Scenarios that once ended wrong, run again. The model checks every rule on the way. */

describe('before the due moment', () => {
  it('a withdrawn configuration brings the start no nearer', () => {
    const model = scheduled({ destination: true });
    until(model, 9_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    answer(model, { kind: 'withdrawn' });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    answer(model, ACCEPTED);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
  });

  it('a rescheduled one is not started at once because its configuration had been withdrawn', () => {
    const model = scheduled({ destination: true });
    until(model, 9_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'withdrawn' });
    change(model, { destination: null });
    change(model, { startAt: T0 + 60_000 });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
  });
});

describe('a request whose worker is gone', () => {
  it('takes no live one back to starting', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    event(model, 'stream_started', 'u1');
    model.loseLease(model.flights[0] as never, true);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', inFlight: null });
  });

  it('closes the gate also when its 429 comes late', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    const [flight] = model.flights;
    model.loseLease(flight as never, false);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 20_000);
    model.answer(flight as never, { kind: 'start_limited', retryAfterMs: 90_000 });
    expect(model.meeting.gateUntil).toBe(T0 + 110_000);
  });

  it('ends it when it was a stop that had worked', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    const [flight] = model.flights;
    model.loseLease(flight as never, false);
    // Another worker finds the lease gone and gives the request up.
    model.deadline('bc_1');
    until(model, 136_000);
    model.deadline('bc_1');
    model.answer(flight as never, ACCEPTED);
    expect(model.get('bc_1').status).toBe('ended');
  });
});

describe('a start without an answer', () => {
  it('is followed by a stop at the stop time, also when its window has closed before', () => {
    const model = scheduled({ window: 60_000 });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 75_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    model.deadline('bc_1');
    until(model, 130_000);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    answer(model, ACCEPTED);
    expect(model.get('bc_1').status).toBe('ended');
  });

  it('has done nothing when Zoom says that the meeting has not started', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 45_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'not_started' });
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    expect(model.get('bc_1').status).toBe('canceled');
  });
});

describe('what a person wants', () => {
  it('a cancel during a refused start ends in canceled', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    answer(model, { kind: 'refused', code: 'refused', advice: 'Do something.' });
    expect(model.get('bc_1').status).toBe('canceled');
  });

  it('a change of view alone leaves the other settings of a live one as they are', () => {
    const model = scheduled();
    change(model, { settings: { displayName: 'Main hall', layout: 'speaker_view' } });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    change(model, { settings: { layout: 'gallery_view' } });
    expect(model.get('bc_1')).toMatchObject({
      settings: { displayName: 'Main hall', layout: 'gallery_view' },
      modeWanted: { layout: 'gallery_view' },
    });
    change(model, { settings: { displayName: 'Annex' } });
    expect(model.get('bc_1').settings.displayName).toBe('Main hall');
  });

  it('a second change of view is sent although the first was under way', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    change(model, { settings: { layout: 'speaker_view' } });
    model.runJob('bc_1', 'start', STARTED);
    change(model, { settings: { layout: 'gallery_view' } });
    answer(model, ACCEPTED);
    expect(model.get('bc_1').modeWanted).toEqual({ layout: 'gallery_view' });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  });
});

describe('an expired token', () => {
  it('is renewed again hours after a check had renewed the former one', () => {
    const model = scheduled({ lasts: null });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'not_started' });
    until(model, 21_000);
    model.runJob('bc_1', 'start', { kind: 'unauthorized' });
    model.runJob('bc_1', 'start', WAITING);
    until(model, 3_700_000);
    model.runJob('bc_1', 'start', { kind: 'unauthorized' });
    expect(model.get('bc_1').status).toBe('waiting');
  });
});

describe('events out of order', () => {
  it('the end of an instance that comes after the start of the next one still ends its stream', () => {
    const model = scheduled({ lasts: null }, true);
    until(model, 5_000);
    event(model, 'meeting_started', 'u1');
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    until(model, 600_000);
    event(model, 'meeting_started', null);
    expect(model.get('bc_1').status).toBe('live');
    event(model, 'meeting_ended', 'u1', 60_000);
    expect(model.get('bc_1').status).toBe('ended');
    expect(model.meeting).toMatchObject({ stream: 'off', running: 'yes' });
  });

  it('a new instance ends what the old one streamed, though its end was never reported', () => {
    const model = scheduled({ lasts: null }, true);
    until(model, 5_000);
    event(model, 'meeting_started', 'u1');
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    until(model, 600_000);
    event(model, 'meeting_started', 'u2');
    expect(model.get('bc_1').status).toBe('ended');
  });
});

describe('a meeting that Zoom has reported as running', () => {
  it('is asked again soon when the start is refused as not started, not after the net of five minutes', () => {
    const model = scheduled({}, true);
    event(model, 'meeting_started', 'u1');
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'not_started' });
    expect(model.get('bc_1').nextAttemptAt).toBeLessThanOrEqual(T0 + 20_000);
  });
});

describe('a successor', () => {
  it('is not held up by one that is live without a stop time', () => {
    const model = scheduled({ lasts: null, window: 60_000 });
    model.add(broadcastOf({ ...PLAN, startIn: 300_000 }, 'bc_2'));
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    until(model, 300_000);
    model.runJob('bc_2', 'start', STARTED);
    expect(model.get('bc_2')).toMatchObject({ status: 'live', reason: expect.stringContaining('already on') });
  });
});

describe('a broadcast whose job is lost', () => {
  it('becomes missed by its deadline', () => {
    const model = scheduled({ window: 60_000 });
    until(model, 71_001);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('missed');
  });
});

describe('a start whose connection broke after it had left', () => {
  const BROKEN: Outcome = { kind: 'transient', reason: 'connection reset', unknown: false };

  function broken(more: Parameters<typeof scheduled>[0] = {}) {
    const model = scheduled(more);
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, BROKEN);
    expect(model.get('bc_1')).toMatchObject({ status: 'starting', unknownStarts: 0, mayBeOn: true });
    return model;
  }

  it('is tried again soon, and stopped when it is canceled before that', () => {
    const model = broken();
    expect(model.get('bc_1').nextAttemptAt).toBeLessThan(T0 + 13_000);
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    expect(model.get('bc_1').status).toBe('stopping');
  });

  it('is stopped at the stop time when no other start gets through', () => {
    const model = broken({ window: 35_000 });
    until(model, 46_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    until(model, 130_000);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    expect(model.get('bc_1').status).toBe('stopping');
  });

  it('is forgotten once the meeting is seen not to run', () => {
    const model = broken();
    model.pass(5_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'not_started' });
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    expect(model.get('bc_1').status).toBe('canceled');
  });
});

describe('a change of layout that Zoom never answers', () => {
  /** `MODEL_SEED=-1222469940 MODEL_PATH=8741:1:1:1:1:0:0:3:0:2:1:1:2:3:3:3:7:7:9:9:9:9:9:13:13:13:14:11:11:11:9:9` */
  it('is not tried again once the stop is due, so the stop leaves', () => {
    const model = live();
    change(model, { settings: { layout: 'speaker_view' } });
    until(model, 129_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    until(model, 130_000);
    answer(model, NO_ANSWER);
    until(model, 140_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('nothing');
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    expect(model.get('bc_1')).toMatchObject({ status: 'stopping', modeWanted: null });
  });

  it('is tried for as long as the stream is on when no stop is planned', () => {
    const model = live({ lasts: null });
    change(model, { settings: { layout: 'speaker_view' } });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 3_600_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  });
});
