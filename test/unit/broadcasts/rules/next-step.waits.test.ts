import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { nextStep } from '../../../../src/broadcasts/rules/next-step.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { answer, live, NO_ANSWER, scheduled, starting, stepOf, until } from '../../../support/rules/scenario.ts';
import { get, put, stopping } from '../../../support/rules/states.ts';

/** What a worker does while something holds a start or a stop back (`nextStep`). Start: T0 + 10 s, stop: T0 + 130 s. */

/** What the worker's step writes. */
function written(model: Model, action: 'start' | 'stop') {
  const snapshot = model.snapshot('bc_1');
  const step = nextStep(snapshot, action, snapshot.broadcast.revision, model.rules, 'w');
  if (step.do !== 'commit') throw new Error(`nothing is written: ${step.do}`);
  return step.decision;
}
const at = (model: Model, ms: number) => {
  until(model, ms);
  return model;
};
const onAir = (model: Model, source: 'event' | 'answer' = 'event') => {
  Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: source });
  return model;
};
const paused = (model: Model) => {
  model.pause(null);
  return model;
};

describe('a stream that is on already', () => {
  it('makes the broadcast live under a pause, too: nothing is sent', () => {
    expect(written(paused(onAir(at(scheduled(), 10_000))), 'start').next).toMatchObject({ status: 'live', held: null });
  });

  it('does not matter once the start window has closed: a pause keeps it from being missed', () => {
    for (const ms of [130_000, 131_000])
      expect(written(paused(onAir(at(scheduled(), ms))), 'start').next).toMatchObject({
        status: 'scheduled',
        held: { pauseId: 'pa_1' },
      });
  });

  it('is noted with the one who says so', () => {
    const note = (source: 'event' | 'answer') => written(onAir(at(scheduled(), 10_000), source), 'start').history[0];
    const line = 'start not sent: the stream is on (since 2026-12-06T14:00:00.000Z';
    expect(note('event')?.reason).toBe(`${line}, reported by Zoom)`);
    expect(note('answer')?.reason).toBe(`${line}, Zoom accepted a start)`);
  });
});

describe('a stream that dropped', () => {
  const dropped = (more: Partial<Broadcast> = {}) => put(at(live(), 20_000), { restartWanted: true, ...more });

  it('and is on again needs no start, so a pause holds nothing back', () => {
    expect(written(paused(onAir(dropped())), 'start').next).toMatchObject({ restartWanted: false, held: null });
  });

  it('is held back when its next start is due, not before', () => {
    const later = Object.assign(dropped({ nextAttemptAt: T0 + 40_000 }));
    Object.assign(later.meeting, { stream: 'off', streamAt: T0 + 15_000 });
    expect(stepOf(paused(later), 'start')).toEqual({ do: 'wait', until: 40_000, why: 'not due' });
    expect(written(at(later, 40_000), 'start').next.held).toMatchObject({ pauseId: 'pa_1' });
  });
});

describe('a start that the account or the gate holds back', () => {
  const wait = (more: Partial<Broadcast>, gateUntil: number, pausedUntil: number) => {
    const model = put(at(scheduled({ kind: 'webinar' }), 20_000), { nextAttemptAt: T0 + 20_000, ...more });
    Object.assign(model.meeting, { gateUntil });
    model.pausedUntil = pausedUntil;
    return written(model, 'start').next;
  };

  it('needs no check of the meeting when the gate has just opened', () => {
    expect(wait({}, T0 + 20_000, T0 + 50_000).lookFirst).toBeNull();
    expect(wait({}, T0 + 20_001, 0).lookFirst).toBe('after_429');
  });

  it('keeps waiting for its host', () => {
    expect(wait({ status: 'waiting', reason: 'no host' }, 0, T0 + 50_000)).toMatchObject({
      ...{ status: 'waiting', reason: 'no host', nextAttemptAt: T0 + 50_000 },
    });
  });

  it('shows the pause of the account in place of an older reason, and keeps its own reason for the gate', () => {
    const tried = { status: 'starting' as const, reason: 'Zoom answered 429' };
    expect(wait(tried, 0, T0 + 50_000).reason).toBe('the account is paused: Zoom answered 429');
    expect(wait(tried, T0 + 50_000, 0).reason).toBe('Zoom answered 429');
  });
});

it('a change of layout is not sent once the stop is due', () => {
  const model = put(at(live(), 129_999), { modeWanted: { layout: 'gallery_view' } });
  expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'mode' });
  expect(stepOf(at(model, 130_000), 'start')).toEqual({ do: 'nothing', why: 'the stop is due' });
});

describe('a stop', () => {
  const held = (model: Model, pausedUntil: number) => {
    model.pausedUntil = T0 + pausedUntil;
    return model;
  };

  it('of a webinar is sent without a check: a webinar has no status', () => {
    const refused = { lookFirst: 'code_3000' as const };
    expect(stepOf(put(at(live({ kind: 'webinar' }), 130_000), refused), 'stop')).toMatchObject({ request: 'stop' });
    expect(stepOf(put(at(live(), 130_000), refused), 'stop')).toEqual({ do: 'checkMeeting', why: 'code_3000' });
  });

  it('is written as waiting for the account only when that takes more than a second', () => {
    const why = 'the account is paused: Zoom answered 429';
    expect(stepOf(held(at(live(), 130_000), 131_000), 'stop')).toEqual({ do: 'wait', until: 131_000, why });
    expect(written(held(at(live(), 130_000), 131_001), 'stop').next).toMatchObject({ status: 'stopping', reason: why });
  });

  it('that waits for the account stays due when it was planned, or asked for', () => {
    const planned = written(held(at(live(), 131_000), 140_000), 'stop').next;
    expect(planned).toMatchObject({ stopDueAt: T0 + 130_000, stopReason: 'stop time', nextAttemptAt: T0 + 140_000 });
    const model = stopping();
    const { stopDueAt, stopReason } = get(model);
    const asked = written(held(at(model, 20_000), 40_000), 'stop').next;
    expect(asked).toMatchObject({ stopDueAt, stopReason, nextAttemptAt: T0 + 40_000 });
  });

  it('that a start may need is sent under a pause that came after that start', () => {
    const model = starting();
    answer(model, NO_ANSWER);
    expect(written(at(paused(model), 130_000), 'stop').next).toMatchObject({ status: 'stopping', held: null });
  });

  it('of a start that a pause holds back is not needed', () => {
    const model = put(paused(at(scheduled(), 130_000)), { held: { pauseId: 'pa_1', note: null, since: T0 } });
    expect(stepOf(model, 'stop')).toEqual({ do: 'nothing', why: 'its start is held back by a pause' });
  });
});
