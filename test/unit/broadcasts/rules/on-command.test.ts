import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { start } from '../../../../src/broadcasts/rules/on-command.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  STARTED,
  scheduled,
  starting,
  stepOf,
  until,
} from '../../../support/rules/scenario.ts';
import {
  canceled,
  command,
  ended,
  failed,
  get,
  missed,
  put,
  retrying,
  stopping,
} from '../../../support/rules/states.ts';

/** What people may ask for, and when it is too late (`onCommand`). */

describe('a cancel', () => {
  it('is done at once before the start, and means a stop when it is, or may be, on air', () => {
    expect(get(canceled())).toMatchObject({ status: 'canceled', revision: 2, reason: 'canceled by api:test' });
    const onAir = live({}, true);
    until(onAir, 20_000);
    command(onAir, 'cancel');
    expect(get(onAir)).toMatchObject({ status: 'stopping', stopDueAt: T0 + 20_000, nextAttemptAt: T0 + 20_000 });
    const unsure = starting();
    answer(unsure, NO_ANSWER);
    command(unsure, 'cancel');
    expect(get(unsure).status).toBe('stopping');
  });

  it('is done at once while it waits for its next try', () => {
    const model = retrying();
    command(model, 'cancel');
    expect(get(model)).toMatchObject({ status: 'canceled', nextAttemptAt: null });
  });

  it('waits for the answer to a start under way, not for one to a change of view', () => {
    const model = starting();
    command(model, 'cancel');
    expect(get(model)).toMatchObject({ status: 'starting', cancelRequested: true, stopDueAt: T0 + 10_000 });
    const mode = live({}, true);
    change(mode, { settings: { layout: 'speaker_view' } });
    mode.runJob('bc_1', 'start', STARTED);
    command(mode, 'cancel');
    expect(get(mode)).toMatchObject({ status: 'stopping', cancelRequested: false, modeWanted: null });
  });

  it('is nothing the second time, nor at the end', () => {
    const twice = starting();
    command(twice, 'cancel');
    for (const model of [twice, stopping(), ended(), canceled(), missed(), failed()])
      expect(command(model, 'cancel')).toBe('nothing');
  });
});

describe('a stop', () => {
  it('is for a live one only', () => {
    expect(command(live({}, true), 'stop')).toBe('done');
    expect(command(stopping(), 'stop')).toBe('nothing');
    for (const model of [scheduled(), starting(), ended(), missed()]) expect(command(model, 'stop')).toBe('not_live');
  });
});

describe('start now', () => {
  it('brings the start, its window and its plan to this moment', () => {
    const model = scheduled({ onMove: 'warn', lasts: null });
    event(model, 'updated', null, -1, { moved: 20_000 });
    expect(get(model).movedBy).toBe(20_000);
    until(model, 4_000);
    expect(command(model, 'start')).toBe('done');
    expect(get(model)).toMatchObject({
      ...{ status: 'scheduled', startAt: T0 + 4_000, plannedAt: T0 + 4_000, startBefore: T0 + 7_204_000 },
      ...{ movesSeen: [], movedBy: 0, revision: 2, wake: 0, nextAttemptAt: null },
    });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  });

  it('is nothing when it is live or its start is under way, and refused at its end', () => {
    expect(command(live({}, true), 'start')).toBe('nothing');
    expect(command(starting(), 'start')).toBe('nothing');
    for (const model of [missed(), failed(), ended(), canceled(), stopping()])
      expect(command(model, 'start')).toBe('finished');
  });

  it('is refused from the very stop time on', () => {
    for (const [at, result] of [
      [129_999, 'done'],
      [130_000, 'stop_in_past'],
    ] as const) {
      const model = scheduled();
      until(model, at);
      expect(command(model, 'start')).toBe(result);
    }
  });

  it('moves a start that is overdue to now, too: its window begins now', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 15_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ startAt: T0 + 15_000, startBefore: T0 + 35_000 });
  });

  it('brings the next try of one that is starting, not its start time', () => {
    const model = retrying();
    until(model, 20_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ startAt: T0 + 10_000, nextAttemptAt: T0 + 20_000, lookFirst: null });
  });

  it('brings the start time of one that was starting and then put off', () => {
    const model = retrying();
    change(model, { startAt: T0 + 80_000 });
    until(model, 20_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ status: 'starting', startAt: T0 + 20_000, nextAttemptAt: T0 + 20_000 });
  });

  it('spares one that waits for its host the poll', () => {
    const model = starting();
    answer(model, { kind: 'not_started' });
    until(model, 12_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ status: 'waiting', lookFirst: null, nextAttemptAt: T0 + 12_000 });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  });

  it('gets around neither the gate nor the check after it', () => {
    const model = starting({ lasts: null });
    answer(model, { kind: 'not_started' });
    model.meeting.gateUntil = T0 + 40_000;
    until(model, 12_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ lookFirst: 'after_429', nextAttemptAt: T0 + 40_000 });
    // The gate is open now, the check is still wanted.
    until(model, 40_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ lookFirst: 'after_429', nextAttemptAt: T0 + 40_000 });
    expect(stepOf(model, 'start')).toEqual({ do: 'checkMeeting', why: 'after_429' });
  });

  it('does not bring the second start after one without an answer any nearer', () => {
    const model = starting();
    until(model, 11_000);
    answer(model, NO_ANSWER);
    until(model, 20_000);
    command(model, 'start');
    expect(get(model)).toMatchObject({ lookFirst: 'after_unknown', nextAttemptAt: T0 + 41_000 });
  });
});

describe('a retry', () => {
  it('makes a missed or failed one as it was before anything was tried, due now', () => {
    for (const model of [missed(), failed()]) {
      until(model, 50_000);
      expect(command(model, 'retry')).toBe('done');
      expect(get(model)).toMatchObject({
        ...{ status: 'scheduled', reason: null, startAt: T0 + 50_000, plannedAt: T0 + 50_000, revision: 2 },
        ...{ alerted: [], faults: 0, unknownStarts: 0, mayBeOn: false, nextAttemptAt: null, wake: 0 },
        ...{ movesSeen: [], configured: false },
      });
      expect(get(model).startBefore).toBeGreaterThan(T0 + 50_000);
      expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    }
  });

  it('is refused for any other, and past the stop time', () => {
    for (const model of [scheduled(), starting(), live({}, true), stopping(), ended(), canceled()])
      expect(command(model, 'retry')).toBe('not_retryable');
    const late = missed();
    until(late, 130_000);
    expect(command(late, 'retry')).toBe('stop_in_past');
  });
});

describe('a stop that is wanted now', () => {
  it('gets a job of a new id', () => {
    const model = live();
    const { wake: timer } = model.get('bc_1');
    happen(model, { do: 'command', which: 0, name: 'stop' });
    expect(model.get('bc_1').wake).toBeGreaterThan(timer);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
  });
});

describe('a start that is asked for', () => {
  const ask = (model: Model) =>
    start(get(model), model.meeting, model.now, 'w', ({ startBefore }: Partial<Broadcast>) => startBefore ?? 0);

  it('of a missed or failed one points to retry, of another that is over does not', () => {
    for (const model of [missed(), failed()]) expect(() => ask(model)).toThrow(/: use retry\.$/);
    for (const model of [ended(), canceled()]) expect(() => ask(model)).toThrow(/cannot be started\.$/);
  });

  it('keeps the plan of one that is starting, from its start time on', () => {
    const at = (startAt: number) => {
      const model = put(retrying(), { startAt });
      return ask(model)?.next.plannedAt;
    };
    expect([at(T0 + 9_999), at(T0 + 10_000), at(T0 + 10_001)]).toEqual([T0, T0, T0 + 10_000]);
  });

  it('checks the meeting first only while the start gate is closed', () => {
    const lookFirst = (gateUntil: number) => {
      const model = put(retrying(), { lookFirst: 'poll' });
      Object.assign(model.meeting, { gateUntil });
      return ask(model)?.next.lookFirst;
    };
    expect([lookFirst(T0 + 10_000), lookFirst(T0 + 10_001)]).toEqual([null, 'after_429']);
  });
});
