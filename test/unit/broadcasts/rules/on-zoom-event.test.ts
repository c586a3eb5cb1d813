import { describe, expect, it } from 'vitest';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  answer,
  change,
  EVENT,
  event,
  live,
  NO_ANSWER,
  STARTED,
  scheduled,
  starting,
  stepOf,
  until,
} from '../../../support/rules/scenario.ts';
import { get, waiting } from '../../../support/rules/states.ts';

/** What an event of Zoom changes in a broadcast (`onZoomEvent`). */

const OURS = 'Custom_Live_Streaming_Service';

/** Whether an event of this age changes the record. */
function changes(model: Model, what: ZoomEvent['what'], age = 0): boolean {
  const { version } = get(model);
  event(model, what, 'u1', age);
  return get(model).version > version;
}

describe('a stream that has started', () => {
  it('makes one live that is starting or waiting, confirmed, since then', () => {
    for (const model of [starting({}, true), waiting({}, true)]) {
      until(model, 12_000);
      event(model, 'stream_started', 'u1', 500);
      expect(get(model)).toMatchObject({ status: 'live', confirmed: true, startedAt: T0 + 11_500 });
    }
  });

  it('is ours also when no service is named', () => {
    const model = starting({}, true);
    model.applyZoomEvent({ ...EVENT, what: 'stream_started', at: T0 + 10_500 });
    expect(get(model)).toMatchObject({ status: 'live', warnings: [] });
  });

  it('of before the drop does not spare the start after it', () => {
    const model = live({}, true);
    until(model, 20_000);
    event(model, 'stream_stopped', 'u1');
    event(model, 'stream_started', 'u1', 5_000);
    expect(get(model).restartWanted).toBe(true);
  });

  it('of another kind makes nobody live: it was scheduled, or it is no news', () => {
    const planned = scheduled({}, true);
    expect(changes(planned, 'stream_started')).toBe(false);
    const known = starting({}, true);
    known.meeting.stream = 'off';
    known.meeting.streamAt = T0 + 10_000;
    expect(changes(known, 'stream_started')).toBe(false);
  });

  it('confirms a live one, once, unless it is more than five seconds older than the start', () => {
    for (const [age, confirmed] of [
      [5_000, true],
      [5_001, false],
    ] as const) {
      const model = live({}, true);
      event(model, 'stream_started', 'u1', age);
      expect(get(model).confirmed).toBe(confirmed);
      if (confirmed) expect(changes(model, 'stream_started', -1)).toBe(false);
    }
  });

  it('confirms one that is being stopped', () => {
    const model = live({}, true);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    event(model, 'stream_started', 'u1');
    expect(get(model)).toMatchObject({ status: 'stopping', confirmed: true });
  });

  it('confirms nothing that may be on and is stopped to be sure', () => {
    const model = starting({}, true);
    answer(model, NO_ANSWER);
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    expect(changes(model, 'stream_started')).toBe(false);
  });

  it('again after a drop needs no start of ours', () => {
    const model = live({}, true);
    until(model, 20_000);
    event(model, 'stream_stopped', 'u1');
    expect(get(model).restartWanted).toBe(true);
    until(model, 21_000);
    event(model, 'stream_started', 'u1');
    expect(get(model)).toMatchObject({
      ...{ status: 'live', restartWanted: false, lookFirst: null, nextAttemptAt: null, unknownStarts: 0 },
      reason: 'Zoom reports that the live stream is on again',
    });
    expect(stepOf(model, 'start')).toMatchObject({ do: 'nothing' });
  });
});

describe('a stream that has stopped', () => {
  const stop = (model: Model, age = 0) => event(model, 'stream_stopped', 'u1', age, { operator: true });

  it('ends one that is live or being stopped, since then', () => {
    const onAir = live({}, true);
    until(onAir, 20_000);
    stop(onAir, 300);
    expect(get(onAir)).toMatchObject({ status: 'ended', stoppedAt: T0 + 19_700 });
    const stopping = live({}, true);
    until(stopping, 20_000);
    happen(stopping, { do: 'command', which: 0, name: 'stop' });
    stop(stopping);
    expect(get(stopping)).toMatchObject({ status: 'ended', reason: 'stopped by api:test' });
  });

  it('ends none that has not begun', () => {
    for (const model of [scheduled({}, true), waiting({}, true)]) {
      const { status } = get(model);
      stop(model);
      expect(get(model).status).toBe(status);
    }
  });

  it('leaves the end to the answer when our own stop is under way', () => {
    const model = live({}, true);
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    stop(model);
    expect(get(model)).toMatchObject({ status: 'stopping', inFlight: { request: 'stop' } });
    const mode = live({}, true);
    change(mode, { settings: { layout: 'speaker_view' } });
    mode.runJob('bc_1', 'start', STARTED);
    mode.pass(1_000);
    stop(mode);
    expect(get(mode).status).toBe('ended');
  });

  it('before this one was live is not its end', () => {
    const model = live({}, true);
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    until(model, 15_000);
    stop(model, 5_001);
    expect(get(model).status).toBe('live');
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    stop(model, 5_000);
    expect(get(model).status).toBe('ended');
  });
});

describe('the beginning of a meeting', () => {
  it('reaches once one that waits, not while its request is under way', () => {
    const model = waiting({}, true);
    until(model, 12_000);
    const { wake: timer } = get(model);
    event(model, 'meeting_started', 'u1');
    expect(get(model)).toMatchObject({ wake: timer + 1, nextAttemptAt: T0 + 12_000, lookFirst: null });
    model.runJob('bc_1', 'start', STARTED);
    expect(changes(model, 'meeting_started', -1)).toBe(false);
  });

  it('brings no start before its time', () => {
    const model = waiting({}, true);
    change(model, { startAt: T0 + 60_000 });
    event(model, 'meeting_started', 'u1');
    expect(get(model)).toMatchObject({ status: 'waiting', nextAttemptAt: T0 + 60_000 });
  });

  it('ends one that is live only when its stream was known to be on', () => {
    const model = live({}, true);
    Object.assign(model.meeting, { stream: 'unknown', streamAt: T0, streamSource: null });
    until(model, 20_000);
    expect(changes(model, 'meeting_started')).toBe(false);
    Object.assign(model.meeting, { stream: 'on', streamAt: T0 + 10_000, streamSource: 'event', runningAt: 0 });
    event(model, 'meeting_started', 'u2');
    expect(get(model)).toMatchObject({ status: 'ended', reason: 'the meeting has ended' });
  });
});

describe('the end of a meeting', () => {
  const retrying = () => {
    const model = starting({}, true);
    answer(model, NO_ANSWER);
    return model;
  };

  it('makes one that is starting wait for the host again; a start without an answer did nothing', () => {
    const model = retrying();
    until(model, 20_000);
    const { wake: timer } = get(model);
    event(model, 'meeting_ended', 'u1');
    expect(get(model)).toMatchObject({ status: 'waiting', unknownStarts: 0, mayBeOn: false, wake: timer + 1 });
  });

  it('does so from five seconds before the start on, and not while a request is under way', () => {
    for (const [age, status] of [
      [5_000, 'waiting'],
      [5_001, 'starting'],
    ] as const) {
      const model = retrying();
      event(model, 'meeting_ended', 'u1', age);
      expect(get(model).status).toBe(status);
    }
    const flying = starting({}, true);
    event(flying, 'meeting_ended', 'u1');
    expect(get(flying)).toMatchObject({ status: 'starting', inFlight: { request: 'start' } });
  });

  it('of another instance makes nobody wait', () => {
    const model = scheduled({}, true);
    until(model, 5_000);
    event(model, 'meeting_started', 'u2');
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 12_000);
    event(model, 'meeting_ended', 'u1');
    expect(get(model).status).toBe('starting');
  });

  it('ends one that is live, and does nothing to one that has not begun', () => {
    const model = live({}, true);
    until(model, 20_000);
    event(model, 'meeting_ended', 'u1');
    expect(get(model)).toMatchObject({ status: 'ended', reason: 'the meeting has ended', stoppedAt: T0 + 20_000 });
    expect(changes(scheduled({}, true), 'meeting_ended')).toBe(false);
  });
});

describe('an event that is no news', () => {
  it('writes nothing', () => {
    const model = live({}, true);
    until(model, 20_000);
    event(model, 'stream_started', 'u1');
    event(model, 'meeting_started', 'u1');
    for (const what of ['stream_started', 'stream_stopped', 'meeting_started', 'meeting_ended'] as const)
      expect(changes(model, what, 60_000)).toBe(false);
    for (const what of ['updated', 'other'] as const) expect(changes(model, what)).toBe(false);
    const stopping = live({}, true);
    until(stopping, 130_000);
    stopping.runJob('bc_1', 'stop', STARTED);
    for (const what of ['stream_stopped', 'deleted'] as const) expect(changes(stopping, what)).toBe(false);
    const early = live({}, true);
    Object.assign(early.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    happen(early, { do: 'event', what: 'stream_stopped', age: 1, uuid: 'u1', service: OURS, operator: true });
    expect(get(early)).toMatchObject({ status: 'live', version: 3 });
    const other = scheduled();
    happen(other, { do: 'event', what: 'stream_started', age: 0, uuid: 'u1', service: 'YouTube' });
    expect(get(other).version).toBe(1);
  });
});

describe('a stream that was on half a day ago', () => {
  it('makes no broadcast live', () => {
    const at = (age: number) => {
      const model = starting({}, true);
      model.applyZoomEvent({ ...EVENT, what: 'stream_started', at: model.now - age, service: OURS });
      return get(model).status;
    };
    expect([43_200_000, 43_199_999].map(at)).toEqual(['starting', 'live']);
  });
});

describe('a stream of another service', () => {
  const other = (model: Model) =>
    happen(model, { do: 'event', what: 'stream_started', age: 0, uuid: 'u1', service: 'YouTube' });

  it('is a warning of one that is live, starting or waiting, once', () => {
    for (const model of [live({}, true), starting({}, true), waiting({}, true)]) {
      const { status } = get(model);
      for (const _ of [1, 2]) other(model);
      expect(get(model)).toMatchObject({ status, warnings: [{ code: 'other_service' }] });
    }
  });

  it('is nothing to one that has not begun or is being stopped', () => {
    const stopping = live({}, true);
    happen(stopping, { do: 'command', which: 0, name: 'stop' });
    for (const model of [scheduled(), stopping]) {
      other(model);
      expect(get(model).warnings).toEqual([]);
    }
  });
});

describe('an older event', () => {
  it('of the meeting changes nothing', () => {
    const model = scheduled({}, true);
    event(model, 'meeting_started', 'u1');
    until(model, 5_000);
    event(model, 'meeting_ended', 'u1');
    event(model, 'meeting_started', 'u1', 5_000);
    expect(model.meeting.running).toBe('no');
  });

  it('of the stream changes nothing', () => {
    const model = live({}, true);
    until(model, 60_000);
    event(model, 'stream_started', 'u1');
    event(model, 'stream_stopped', 'u1', 20_000);
    expect(model.meeting.stream).toBe('on');
    expect(model.get('bc_1')).toMatchObject({ status: 'live', drops: 0 });
  });
});
