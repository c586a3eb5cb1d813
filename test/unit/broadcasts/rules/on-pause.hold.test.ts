import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../../src/broadcasts/decision.ts';
import { onPause, requireNoPause } from '../../../../src/broadcasts/rules/on-pause.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { event, live, STARTED, scheduled, starting, stepOf, until } from '../../../support/rules/scenario.ts';
import { get, put } from '../../../support/rules/states.ts';

/** What a pause writes when it holds a start back, and when it lets it go (`onPause`). Start: T0 + 10 s, stop: T0 + 130 s. */

const decide = (model: Model): Decision | null => onPause(model.snapshot('bc_1'), 'w');
const words = (decision: Decision | null) => decision?.history.map(({ reason }) => reason);
const HELD = { held: { pauseId: 'pa_1', note: null, since: T0 + 10_000 } };

/** A broadcast under a pause, at T0 + 20 s. */
function paused(model: Model, end: number | null = T0 + 60_000, note: string | null = null): Model {
  until(model, 20_000);
  model.pause(end, note);
  return model;
}

describe('a pause holds back', () => {
  it.each<[string, number | null, string | null, string]>([
    ['its end', T0 + 60_000, null, 'the start is held back by pause pa_1 until 2026-12-06T14:01:00.000Z'],
    ['that a person ends it', null, null, 'the start is held back by pause pa_1 until somebody ends it'],
    ['its note', null, 'fire drill', 'the start is held back by pause pa_1 (fire drill) until somebody ends it'],
  ])('a start, and the history names %s', (_, end, note, line) => {
    expect(words(decide(paused(scheduled(), end, note)))).toEqual([line]);
  });

  it('the start again, without a new line, when the end of the pause has changed', () => {
    const model = put(paused(scheduled(), T0 + 90_000), { ...HELD, nextAttemptAt: T0 + 60_000 });
    const decision = decide(model);
    expect(decision?.next).toMatchObject({ nextAttemptAt: T0 + 90_000, held: { since: T0 + 10_000 } });
    expect(decision?.history).toEqual([]);
  });

  it.each([
    ['sooner', T0 + 90_000, T0 + 60_000, 1],
    ['sooner, after a pause without an end', null, T0 + 60_000, 1],
    ['later', T0 + 60_000, T0 + 90_000, 0],
    ['no more', T0 + 60_000, null, 0],
  ])('and the job gets a new id if the pause now ends %s: BullMQ ignores an id that it knows', (_, was, is, wake) => {
    const model = put(paused(scheduled(), is), { ...HELD, nextAttemptAt: was });
    expect(decide(model)?.next).toMatchObject({ nextAttemptAt: is, wake });
  });

  it('nothing twice', () => {
    expect(decide(put(paused(scheduled()), { ...HELD, nextAttemptAt: T0 + 60_000 }))).toBeNull();
  });

  it('no start that is in flight, and nothing that is on air', () => {
    expect(decide(paused(starting()))).toBeNull();
    expect(decide(paused(live()))).toBeNull();
  });

  it('no start that is not due yet', () => {
    const model = scheduled();
    model.pause(T0 + 60_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due', book: 'start' });
  });
});

describe('the end of a pause', () => {
  const over = (model: Model, ms: number) => {
    put(model, HELD);
    until(model, ms);
    return decide(model);
  };

  it('lets the start go at once, and the history says since when it was held', () => {
    const decision = over(scheduled(), 50_000);
    expect(decision?.next).toMatchObject({ held: null, releasedAt: T0 + 50_000, nextAttemptAt: T0 + 50_000 });
    expect(words(decision)).toEqual(['no pause holds the start back any more (held since 2026-12-06T14:00:10.000Z)']);
  });

  it('ends a start whose window has closed, although its stop is still ahead', () => {
    expect(over(scheduled({ window: 20_000 }), 30_000)?.next.status).toBe('missed');
  });

  it('keeps one that may be on air until its stop time: no other start, then a stop', () => {
    const unsure = () => put(scheduled({ window: 20_000 }), { status: 'starting', mayBeOn: true });
    expect(over(unsure(), 129_999)?.next).toMatchObject({ status: 'starting', held: null, nextAttemptAt: null });
    expect(over(unsure(), 130_000)?.next).toMatchObject({ status: 'stopping', stopDueAt: T0 + 130_000 });
  });

  it('lets a stream that dropped start again, although the window of its first start has closed', () => {
    const dropped = live({ window: 15_000 });
    until(dropped, 20_000);
    event(dropped, 'stream_stopped', 'u1');
    expect(over(dropped, 60_000)?.next).toMatchObject({ status: 'live', held: null, nextAttemptAt: T0 + 60_000 });
  });
});

it('a command to start names the pause and the broadcast, for programs too', () => {
  const model = paused(scheduled(), null, 'fire drill');
  const ask = () => requireNoPause(model.snapshot('bc_1'));
  expect(ask).toThrow(/held back by pause pa_1 \(fire drill\) until somebody ends it\. .*livestream resume pa_1/);
  expect(ask).toThrow(expect.objectContaining({ code: 'paused', extra: { pauseId: 'pa_1', broadcastId: 'bc_1' } }));
  model.resume();
  expect(ask).not.toThrow();
  expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  expect(get(model).status).toBe('starting');
});
