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
  starting,
  stepOf,
  story,
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
    const world = retrying();
    command(world, 'cancel');
    expect(get(world)).toMatchObject({ status: 'canceled', nextAttemptAt: null });
  });

  it('waits for the answer to a start under way, not for one to a change of view', () => {
    const world = starting();
    command(world, 'cancel');
    expect(get(world)).toMatchObject({ status: 'starting', cancelRequested: true, stopDueAt: T0 + 10_000 });
    const mode = live({}, true);
    change(mode, { settings: { layout: 'speaker_view' } });
    mode.wake('bc_1', 'start', STARTED);
    command(mode, 'cancel');
    expect(get(mode)).toMatchObject({ status: 'stopping', cancelRequested: false, modeWanted: null });
  });

  it('is nothing the second time, nor at the end', () => {
    const twice = starting();
    command(twice, 'cancel');
    for (const world of [twice, stopping(), ended(), canceled(), missed(), failed()])
      expect(command(world, 'cancel')).toBe('nothing');
  });
});

describe('a stop', () => {
  it('is for a live one only', () => {
    expect(command(live({}, true), 'stop')).toBe('done');
    expect(command(stopping(), 'stop')).toBe('nothing');
    for (const world of [story(), starting(), ended(), missed()]) expect(command(world, 'stop')).toBe('not_live');
  });
});

describe('start now', () => {
  it('brings the start, its window and its plan to this moment', () => {
    const world = story({ onMove: 'warn', lasts: null });
    event(world, 'updated', null, -1, { moved: 20_000 });
    expect(get(world).movedBy).toBe(20_000);
    until(world, 4_000);
    expect(command(world, 'start')).toBe('done');
    expect(get(world)).toMatchObject({
      ...{ status: 'scheduled', startAt: T0 + 4_000, plannedAt: T0 + 4_000, startBefore: T0 + 7_204_000 },
      ...{ movesSeen: [], movedBy: 0, revision: 2, wake: 0, nextAttemptAt: null },
    });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
  });

  it('is nothing when it is live or its start is under way, and refused at its end', () => {
    expect(command(live({}, true), 'start')).toBe('nothing');
    expect(command(starting(), 'start')).toBe('nothing');
    for (const world of [missed(), failed(), ended(), canceled(), stopping()])
      expect(command(world, 'start')).toBe('finished');
  });

  it('is refused from the very stop time on', () => {
    for (const [at, result] of [
      [129_999, 'done'],
      [130_000, 'stop_in_past'],
    ] as const) {
      const world = story();
      until(world, at);
      expect(command(world, 'start')).toBe(result);
    }
  });

  it('moves a start that is overdue to now, too: its window begins now', () => {
    const world = story({ window: 20_000 });
    until(world, 15_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ startAt: T0 + 15_000, startBefore: T0 + 35_000 });
  });

  it('brings the next try of one that is starting, not its start time', () => {
    const world = retrying();
    until(world, 20_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ startAt: T0 + 10_000, nextAttemptAt: T0 + 20_000, lookFirst: null });
  });

  it('brings the start time of one that was starting and then put off', () => {
    const world = retrying();
    change(world, { startAt: T0 + 80_000 });
    until(world, 20_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ status: 'starting', startAt: T0 + 20_000, nextAttemptAt: T0 + 20_000 });
  });

  it('spares one that waits for its host the poll', () => {
    const world = starting();
    answer(world, { kind: 'not_started' });
    until(world, 12_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ status: 'waiting', lookFirst: null, nextAttemptAt: T0 + 12_000 });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
  });

  it('gets around neither the gate nor the look after it', () => {
    const world = starting({ lasts: null });
    answer(world, { kind: 'not_started' });
    world.meeting.gateUntil = T0 + 40_000;
    until(world, 12_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ lookFirst: 'after_429', nextAttemptAt: T0 + 40_000 });
    // The gate is open now, the look is still wanted.
    until(world, 40_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ lookFirst: 'after_429', nextAttemptAt: T0 + 40_000 });
    expect(stepOf(world, 'start')).toEqual({ do: 'checkMeeting', why: 'after_429' });
  });

  it('does not bring the second start after one without an answer any nearer', () => {
    const world = starting();
    until(world, 11_000);
    answer(world, NO_ANSWER);
    until(world, 20_000);
    command(world, 'start');
    expect(get(world)).toMatchObject({ lookFirst: 'after_unknown', nextAttemptAt: T0 + 41_000 });
  });
});

describe('a retry', () => {
  it('makes a missed or failed one as it was before anything was tried, due now', () => {
    for (const world of [missed(), failed()]) {
      until(world, 50_000);
      expect(command(world, 'retry')).toBe('done');
      expect(get(world)).toMatchObject({
        ...{ status: 'scheduled', reason: null, startAt: T0 + 50_000, plannedAt: T0 + 50_000, revision: 2 },
        ...{ alerted: [], faults: 0, unknownStarts: 0, mayBeOn: false, nextAttemptAt: null, wake: 0 },
        ...{ movesSeen: [], configured: false },
      });
      expect(get(world).startBefore).toBeGreaterThan(T0 + 50_000);
      expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
    }
  });

  it('is refused for any other, and past the stop time', () => {
    for (const world of [story(), starting(), live({}, true), stopping(), ended(), canceled()])
      expect(command(world, 'retry')).toBe('not_retryable');
    const late = missed();
    until(late, 130_000);
    expect(command(late, 'retry')).toBe('stop_in_past');
  });
});

describe('a stop that is wanted now', () => {
  it('gets a job of a new id', () => {
    const world = live();
    const { wake: timer } = world.get('bc_1');
    happen(world, { do: 'command', which: 0, name: 'stop' });
    expect(world.get('bc_1').wake).toBeGreaterThan(timer);
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
  });
});

describe('a change', () => {
  it('that changes nothing is none, in whatever order its settings come', () => {
    const world = story();
    expect(changed(world, { settings: { layout: 'speaker_view', displayName: 'Hall' } })).toBe('done');
    expect(changed(world, { settings: { displayName: 'Hall', layout: 'speaker_view' } })).toBe('nothing');
    expect(changed(world, { settings: { displayName: 'Annex', layout: 'speaker_view' } })).toBe('done');
    expect(changed(world, { startAt: T0 + 10_000, title: null, labels: {} })).toBe('nothing');
    expect(changed(world, { title: 'Sunday', labels: {} })).toBe('done');
    expect(get(world).revision).toBe(4);
  });

  it('of the settings replaces them before the start', () => {
    const world = story();
    change(world, { settings: { layout: 'speaker_view', displayName: 'Hall' } });
    change(world, { settings: { layout: 'gallery_view' } });
    expect(get(world).settings).toEqual({ layout: 'gallery_view' });
  });

  it('is told in the history: times as times, and no destination', () => {
    const world = story();
    const destination = { streamUrl: 'rtmps://b', sealedStreamKey: 'secret', pageUrl: 'https://b' };
    const snapshot = world.snapshot('bc_1');
    let request: unknown;
    const write = (fields: Partial<Broadcast>) => {
      const [line] =
        changeOf(snapshot.broadcast, fields, snapshot.now, 'api:test', (plan) => plan.startAt + 1)?.history ?? [];
      request = line?.request;
    };
    write({ startAt: T0 + 20_000, stopAt: T0 + 90_000, title: 'T', destination });
    expect(request).toEqual({
      ...{ startAt: '2026-12-06T14:00:20.000Z', stopAt: '2026-12-06T14:01:30.000Z', title: 'T', destination: '…' },
    });
    write({ stopAt: null });
    expect(request).toEqual({ stopAt: null });
  });

  it('of the times must leave the stop after the start, unless it is live', () => {
    for (const stopAt of [T0 + 10_000, T0 + 9_000]) expect(changed(story(), { stopAt })).toBe('validation_failed');
    expect(() => changeOf(get(story()), { stopAt: T0 + 9_000 }, T0, 'w', () => T0)).toThrow(
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
    expect(changed(story(), { stopAt: T0 + 10_001 })).toBe('done');
    expect(changed(story(), { stopAt: null })).toBe('done');
    expect(changed(live({}, true), { stopAt: T0 + 10_000 })).toBe('done');
  });

  it('of the start is a new plan: alerts, faults and moves of before count no more', () => {
    const world = story();
    event(world, 'updated', null, -1, { moved: 20_000 });
    until(world, 40_000);
    world.deadline('bc_1');
    expect(get(world)).toMatchObject({ alerted: ['late_start'], movedBy: 20_000 });
    change(world, { title: 'Sunday' });
    expect(get(world)).toMatchObject({ alerted: ['late_start'], movedBy: 20_000, plannedAt: T0 });
    change(world, { startAt: T0 + 60_000 });
    expect(get(world).nextAttemptAt).toBeNull();
    expect(get(world)).toMatchObject({ alerted: [], faults: 0, movedBy: 0, movesSeen: [], plannedAt: T0 + 40_000 });
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
    const world = retrying();
    until(world, 30_000);
    change(world, { stopAt: T0 + 50_000 });
    expect(get(world)).toMatchObject({ startBefore: T0 + 50_000, nextAttemptAt: T0 + 50_000 });
    change(world, { stopAt: T0 + 20_000 });
    expect(get(world).nextAttemptAt).toBe(T0 + 30_000);
    expect(get(story()).nextAttemptAt).toBeNull();
    const open = story();
    change(open, { stopAt: T0 + 60_000 });
    expect(get(open).nextAttemptAt).toBeNull();
  });

  it('of where it streams from or to makes the destination be written again, of its title not', () => {
    const destination = { streamUrl: 'rtmps://b', sealedStreamKey: 'k', pageUrl: 'https://b' };
    const fields = { destination, meetingId: '1', kind: 'webinar', account: 'other', title: 'T' } as const;
    for (const field of ['destination', 'meetingId', 'kind', 'account', 'title'] as const) {
      const world = story({ destination: true });
      until(world, 9_000);
      world.wake('bc_1', 'start', STARTED);
      answer(world, ACCEPTED);
      expect(get(world).configured).toBe(true);
      change(world, { [field]: fields[field], labels: { a: 'b' } });
      expect(get(world)).toMatchObject({ configured: field === 'title', labels: { a: 'b' } });
    }
  });
});

describe('a change that comes too late', () => {
  const DESCRIPTION = {
    title: 'T',
    stopAt: T0 + 200_000,
    labels: { a: 'b' },
    onDrop: 'leave',
    onMove: 'follow',
  } as const;
  const NAMES = { externalId: 'x', timezone: 'Europe/Berlin' };

  it('while a request is under way: only what does not touch it', () => {
    const world = starting();
    for (const fields of [
      { startAt: T0 + 60_000 },
      { settings: { layout: 'speaker_view' } },
      { meetingId: '1' },
    ] as const)
      expect(changed(world, fields)).toBe('request_in_flight');
    expect(changed(world, { ...DESCRIPTION, ...NAMES })).toBe('done');
    command(world, 'cancel');
    expect(changed(world, { title: 'U' })).toBe('too_late');
  });

  it('after a start without an answer: only the same', () => {
    const world = starting();
    answer(world, NO_ANSWER);
    expect(changed(world, { startAt: T0 + 60_000 })).toBe('too_late');
    expect(changed(world, { ...DESCRIPTION, ...NAMES })).toBe('done');
  });

  it('while it is starting: the meeting stays', () => {
    const world = retrying();
    for (const fields of [{ meetingId: '1' }, { kind: 'webinar' }, { account: 'other' }] as const)
      expect(changed(world, fields)).toBe('too_late');
    expect(changed(world, { startAt: T0 + 60_000, externalId: 'x' })).toBe('done');
    expect(changed(story(), { meetingId: '1' })).toBe('done');
  });

  it('on air: only the description, the end and the view', () => {
    expect(changed(live({}, true), DESCRIPTION)).toBe('done');
    for (const fields of [
      { startAt: T0 + 60_000 },
      { externalId: 'x' },
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
    for (const world of [stopping(), ended(), canceled()])
      expect(changed(world, { startAt: T0 + 60_000, title: 'T' })).toBe('too_late');
    for (const world of [missed(), failed()]) {
      expect(changed(world, { title: 'T' })).toBe('too_late');
      expect(changed(world, { startAt: T0 + 140_000 })).toBe('validation_failed');
      expect(changed(world, { startAt: T0 + 60_000, title: 'T' })).toBe('done');
      expect(get(world)).toMatchObject({
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
    const world = live({}, true);
    until(world, 70_000);
    world.deadline('bc_1');
    until(world, 190_000);
    world.deadline('bc_1');
    expect(get(world).alerted).toEqual(['unconfirmed', 'late_stop']);
    change(world, { stopAt: T0 + 200_000 });
    expect(get(world).alerted).toEqual(['unconfirmed']);
  });
});
