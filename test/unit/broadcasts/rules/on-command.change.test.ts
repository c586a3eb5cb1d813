import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { change as changeOf } from '../../../../src/broadcasts/rules/on-command.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
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
  put,
  retrying,
  stopping,
} from '../../../support/rules/states.ts';

/** What people may change, and when it is too late (`change`). */

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

  it('stands in the history, before and after: times as times, and no destination', () => {
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

  it('stands there without values when a missed one is scheduled again as it was', () => {
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

  it('of the start is a new plan: alerts, errors and moves of before count no more', () => {
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
  it('can be reported late again; what else was reported stays', () => {
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

describe('a change of the plan', () => {
  it('of a start that a pause holds back is checked again: at once if it was tried before', () => {
    const held = { held: { pauseId: 'pa_1', note: null, since: T0 } };
    const next = (model: Model) => {
      change(put(model, held), { title: 'Other' });
      return get(model);
    };
    expect(next(put(scheduled(), { nextAttemptAt: T0 + 60_000 }))).toMatchObject({ held: null, nextAttemptAt: null });
    expect(next(retrying())).toMatchObject({ held: null, nextAttemptAt: T0 + 10_000 });
  });

  it('with a new start among other fields is a new plan: older events of Zoom no longer count', () => {
    const model = put(scheduled(), { movedBy: 5, movesSeen: [T0] });
    until(model, 5_000);
    change(model, { title: 'Other', startAt: T0 + 20_000 });
    expect(get(model)).toMatchObject({ plannedAt: T0 + 5_000, movedBy: 0, movesSeen: [] });
  });

  it('names each setting that cannot change on air', () => {
    const wanted = { settings: { displayName: 'Hall', activeSpeakerName: true, layout: 'gallery_view' as const } };
    expect(() => changeOf(get(live()), wanted, T0 + 20_000, 'w', () => T0)).toThrow(
      /^settings\.activeSpeakerName, settings\.displayName can no longer be changed/,
    );
  });
});
