import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { change as changeOf } from '../../../../src/broadcasts/rules/on-command.ts';
import { T0 } from '../../../proof/model/model.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  STARTED,
  starting,
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

/** What people may change, and when it is too late (`onCommand`). Survivors of Stryker once. */

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
