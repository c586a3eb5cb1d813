import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { STREAM_KNOWLEDGE_MS } from '../../../../src/broadcasts/rules/next-step.ts';
import { meetingPatchOf, onZoomEvent } from '../../../../src/broadcasts/rules/on-zoom-event.ts';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { T0 } from '../../../proof/model/model.ts';
import { EVENT, live, scheduled, starting } from '../../../support/rules/scenario.ts';
import { put } from '../../../support/rules/states.ts';

/** Events that say nothing to a broadcast: not even its history changes (`onZoomEvent`). */

const onAir = (fields: Partial<Broadcast>) => put(live(), fields);
const begun = () => put(starting(), { inFlight: null });

it.each<[string, ReturnType<typeof live>, Partial<ZoomEvent>, boolean]>([
  ['confirms a live one', onAir({}), { what: 'stream_started', at: T0 + 11_000 }, true],
  ['confirms nothing that is over', onAir({ status: 'ended' }), { what: 'stream_started', at: T0 + 11_000 }, false],
  ['deletes an open one', scheduled(), { what: 'deleted', at: T0 }, true],
  ['of a deletion before the plan was made is too old', scheduled(), { what: 'deleted', at: T0 - 1 }, false],
  ['moves a scheduled one', scheduled(), { what: 'updated', at: T0 + 1, movedTo: T0 + 60_000 }, true],
  ['moves nothing that is starting', begun(), { what: 'updated', at: T0 + 1, movedTo: T0 + 60_000 }, false],
  ['says nothing that is known', scheduled(), { what: 'other' }, false],
])('an event %s', (_, model, more, changes) => {
  const event = { ...EVENT, ...more };
  const decision = onZoomEvent(model.snapshot('bc_1'), event, meetingPatchOf(model.meeting, event), model.rules);
  expect(decision !== null).toBe(changes);
});

it.each<[string, Partial<ZoomEvent>, boolean]>([
  ['a meeting that was seen later', {}, false],
  ['its occurrences from one on, although the meeting was seen later', { whole: true, since: T0 }, true],
])('a deletion of %s', (_, more, changes) => {
  const model = scheduled();
  model.meeting.existsAt = T0 + 2_000;
  const event: ZoomEvent = { ...EVENT, what: 'deleted', at: T0 + 1_000, ...more };
  expect(onZoomEvent(model.snapshot('bc_1'), event, null, model.rules) !== null).toBe(changes);
});

describe('a stream to another service', () => {
  it('is a warning for twelve hours', () => {
    const warnings = (age: number) => {
      const model = put(begun(), { startBefore: T0 + 2 * STREAM_KNOWLEDGE_MS });
      model.pass(age);
      const event: ZoomEvent = { ...EVENT, what: 'stream_started', at: model.now - age, service: 'YouTube' };
      return onZoomEvent(model.snapshot('bc_1'), event, null, model.rules)?.next.warnings.length ?? 0;
    };
    expect([0, STREAM_KNOWLEDGE_MS - 1, STREAM_KNOWLEDGE_MS].map(warnings)).toEqual([1, 1, 0]);
  });
});
