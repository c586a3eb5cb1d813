import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { change as changeOf } from '../../../../src/broadcasts/rules/on-command.ts';
import { T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
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
  changed,
  command,
  ended,
  failed,
  get,
  missed,
  retrying,
  stopping,
} from '../../../support/rules/states.ts';

/** What people may ask for and change, and when it is too late (`onCommand`). */

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

describe('a change', () => {
  it('that changes nothing is none, in whatever order its settings come', () => {
    const model = scheduled();
    expect(changed(model, { settings: { layout: 'speaker_view', displayName: 'Hall' } })).toBe('done');
    expect(changed(model, { settings: { displayName: 'Hall', layout: 'speaker_view' } })).toBe('nothing');
    expect(changed(model, { settings: { displayName: 'Annex', layout: 'speaker_view' } })).toBe('done');
    expect(changed(model, { startAt: T0 + 10_000, title: null, labels: {} })).toBe('nothing');
    expect(changed(model, { title: 'Sunday', labels: {} })).toBe('done');
    expect(get(model).revision).toBe(4);
  });

  it('of the settings replaces them before the start', () => {
    const model = scheduled();
    change(model, { settings: { layout: 'speaker_view', displayName: 'Hall' } });
    change(model, { settings: { layout: 'gallery_view' } });
    expect(get(model).settings).toEqual({ layout: 'gallery_view' });
  });

  it('is told in the history, before and after: times as times, and no destination', () => {
    const model = scheduled();
    const destination = { streamUrl: 'rtmps://b', sealedStreamKey: 'secret', pageUrl: 'https://b' };
    const snapshot = model.snapshot('bc_1');
    let [request, before]: unknown[] = [];
    const write = (fields: Partial<Broadcast>) => {
      const [line] =
        changeOf(snapshot.broadcast, fields, snapshot.now, 'api:test', (plan) => plan.startAt + 1)?.history ?? [];
      [request, before] = [line?.request, line?.before];
    };
    write({ startAt: T0 + 20_000, stopAt: T0 + 90_000, title: 'T', destination });
    expect(request).toEqual({
      ...{ startAt: '2026-12-06T14:00:20.000Z', stopAt: '2026-12-06T14:01:30.000Z', title: 'T', destination: '…' },
    });
    expect(before).toEqual({
      ...{ startAt: '2026-12-06T14:00:10.000Z', stopAt: '2026-12-06T14:02:10.000Z', title: null, destination: '…' },
    });
    write({ stopAt: null });
    expect(request).toEqual({ stopAt: null });
  });

  it('is told without values when a missed one is scheduled again as it was', () => {
    const { broadcast, now } = missed().snapshot('bc_1');
    const lineOf = (fields: Partial<Broadcast>) =>
      changeOf(broadcast, fields, now, 'api:test', (plan) => plan.startAt + 1)?.history[0];
    const same = lineOf({ startAt: broadcast.startAt, stopAt: broadcast.stopAt });
    expect(same).toMatchObject({ type: 'changed', reason: 'rescheduled by api:test', request: null });
    expect(same).not.toHaveProperty('before');
    expect(lineOf({ startAt: broadcast.startAt, title: 'T' })).toMatchObject({
      ...{ request: { title: 'T' }, before: { title: null } },
    });
  });

  it('of the times must leave the stop after the start, unless it is live', () => {
    for (const stopAt of [T0 + 10_000, T0 + 9_000]) expect(changed(scheduled(), { stopAt })).toBe('validation_failed');
    expect(() => changeOf(get(scheduled()), { stopAt: T0 + 9_000 }, T0, 'w', () => T0)).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        errors: [
          expect.objectContaining({
            path: 'stopAt',
            message: expect.stringContaining('after startAt 2026-12-06T14:00:10'),
          }),
        ],
      }),
    );
    expect(changed(scheduled(), { stopAt: T0 + 10_001 })).toBe('done');
    expect(changed(scheduled(), { stopAt: null })).toBe('done');
    expect(changed(live({}, true), { stopAt: T0 + 10_000 })).toBe('done');
  });

  it('of the start is a new plan: alerts, faults and moves of before count no more', () => {
    const model = scheduled();
    event(model, 'updated', null, -1, { moved: 20_000 });
    until(model, 40_000);
    model.deadline('bc_1');
    expect(get(model)).toMatchObject({ alerted: ['late_start'], movedBy: 20_000 });
    change(model, { title: 'Sunday' });
    expect(get(model)).toMatchObject({ alerted: ['late_start'], movedBy: 20_000, plannedAt: T0 });
    change(model, { startAt: T0 + 60_000 });
    expect(get(model).nextAttemptAt).toBeNull();
    expect(get(model)).toMatchObject({ alerted: [], faults: 0, movedBy: 0, movesSeen: [], plannedAt: T0 + 40_000 });
  });

  it('of the start of one that is starting puts its next try off, not nearer than the gate', () => {
    const later = retrying();
    change(later, { startAt: T0 + 80_000 });
    expect(get(later)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 80_000 });
    const sooner = retrying();
    change(sooner, { startAt: T0 + 20_000 });
    expect(get(sooner)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 60_000 });
  });

  it('of the end brings the next try to the end of the window at most, never before now', () => {
    const model = retrying();
    until(model, 30_000);
    change(model, { stopAt: T0 + 50_000 });
    expect(get(model)).toMatchObject({ startBefore: T0 + 50_000, nextAttemptAt: T0 + 50_000 });
    change(model, { stopAt: T0 + 20_000 });
    expect(get(model).nextAttemptAt).toBe(T0 + 30_000);
    expect(get(scheduled()).nextAttemptAt).toBeNull();
    const open = scheduled();
    change(open, { stopAt: T0 + 60_000 });
    expect(get(open).nextAttemptAt).toBeNull();
  });

  it('of where it streams from or to makes the destination be written again, of its title not', () => {
    const destination = { streamUrl: 'rtmps://b', sealedStreamKey: 'k', pageUrl: 'https://b' };
    const fields = { destination, meetingId: '1', kind: 'webinar', account: 'other', title: 'T' } as const;
    for (const field of ['destination', 'meetingId', 'kind', 'account', 'title'] as const) {
      const model = scheduled({ destination: true });
      until(model, 9_000);
      model.runJob('bc_1', 'start', STARTED);
      answer(model, ACCEPTED);
      expect(get(model).configured).toBe(true);
      change(model, { [field]: fields[field], labels: { a: 'b' } });
      expect(get(model)).toMatchObject({ configured: field === 'title', labels: { a: 'b' } });
    }
  });
});

describe('a change that comes too late', () => {
  const DESCRIPTION = { title: 'T', stopAt: T0 + 200_000, labels: { a: 'b' } };
  const NAMES = { externalId: 'x', timezone: 'Europe/Berlin', onDrop: 'leave', onMove: 'follow' } as const;

  it('while a request is under way: only what does not touch it', () => {
    const model = starting();
    for (const fields of [
      { startAt: T0 + 60_000 },
      { settings: { layout: 'speaker_view' } },
      { meetingId: '1' },
    ] as const)
      expect(changed(model, fields)).toBe('request_in_flight');
    expect(changed(model, { ...DESCRIPTION, ...NAMES })).toBe('done');
    command(model, 'cancel');
    expect(changed(model, { title: 'U' })).toBe('too_late');
  });

  it('after a start without an answer: only the same', () => {
    const model = starting();
    answer(model, NO_ANSWER);
    expect(changed(model, { startAt: T0 + 60_000 })).toBe('too_late');
    expect(changed(model, { ...DESCRIPTION, ...NAMES })).toBe('done');
  });

  it('while it is starting: the meeting stays', () => {
    const model = retrying();
    for (const fields of [{ meetingId: '1' }, { kind: 'webinar' }, { account: 'other' }] as const)
      expect(changed(model, fields)).toBe('too_late');
    expect(changed(model, { startAt: T0 + 60_000, externalId: 'x' })).toBe('done');
    expect(changed(scheduled(), { meetingId: '1' })).toBe('done');
  });

  it('on air: only the description, the end and the view', () => {
    expect(changed(live({}, true), DESCRIPTION)).toBe('done');
    for (const fields of [
      { startAt: T0 + 60_000 },
      { externalId: 'x' },
      { onDrop: 'leave' },
      { onMove: 'follow' },
      { settings: { displayName: 'Hall' } },
    ] as const)
      expect(changed(live({}, true), fields)).toBe('too_late');
    const view = live({}, true);
    expect(changed(view, { settings: { closeCaption: 'off' } })).toBe('done');
    expect(get(view)).toMatchObject({ modeWanted: { closeCaption: 'off' }, nextAttemptAt: view.now });
    const webinar = live({ kind: 'webinar' }, true);
    expect(changed(webinar, { settings: { closeCaption: 'off' } })).toBe('too_late');
    expect(changed(webinar, { title: 'T' })).toBe('done');
    expect(get(webinar)).toMatchObject({ modeWanted: null, nextAttemptAt: null });
  });

  it('at its end: nothing, and a missed or failed one only with a new start', () => {
    for (const model of [stopping(), ended(), canceled()])
      expect(changed(model, { startAt: T0 + 60_000, title: 'T' })).toBe('too_late');
    for (const model of [missed(), failed()]) {
      expect(changed(model, { title: 'T' })).toBe('too_late');
      expect(changed(model, { startAt: T0 + 140_000 })).toBe('validation_failed');
      expect(changed(model, { startAt: T0 + 60_000, title: 'T' })).toBe('done');
      expect(get(model)).toMatchObject({
        status: 'scheduled',
        startAt: T0 + 60_000,
        title: 'T',
        reason: null,
        alerted: [],
      });
    }
  });
});

describe('a new stop time of a live one', () => {
  it('can be told late again; what else was told stays', () => {
    const model = live({}, true);
    until(model, 70_000);
    model.deadline('bc_1');
    until(model, 190_000);
    model.deadline('bc_1');
    expect(get(model).alerted).toEqual(['unconfirmed', 'late_stop']);
    change(model, { stopAt: T0 + 200_000 });
    expect(get(model).alerted).toEqual(['unconfirmed']);
  });
});
