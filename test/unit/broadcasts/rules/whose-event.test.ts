import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { beginsWithOccurrence, isOfOccurrence, isOfWhole } from '../../../../src/broadcasts/rules/whose-event.ts';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';
import { EVENT, PLAN } from '../../../support/rules/scenario.ts';

/** Which broadcast of a recurring meeting an event is about. Starts in ms after T0. */

const MIN = 60_000;
const HOUR = 60 * MIN;
const broadcast = (start: number, movedBy = 0): Broadcast => ({
  ...broadcastOf(PLAN, 'bc_1'),
  startAt: T0 + start,
  movedBy,
});
const event = (more: Partial<ZoomEvent>): ZoomEvent => ({ ...EVENT, what: 'updated', ...more });
const at = (start: number) => event({ occurrenceAt: T0 + start });

describe('a broadcast begins with an occurrence', () => {
  it.each<[string, Broadcast, ZoomEvent, boolean]>([
    ['at the same moment', broadcast(0), at(0), true],
    ['within the same second', broadcast(999), at(0), true],
    ['within the same second, before it', broadcast(-999), at(0), true],
    ['not a second later', broadcast(1_000), at(0), false],
    ['where it would be if it had moved with its meeting', broadcast(0, HOUR), at(HOUR), true],
    ['not on the other side of where it would be', broadcast(0, HOUR), at(-HOUR), false],
    ['where it was, too', broadcast(0, HOUR), at(0), true],
    [
      'where the occurrence was before it was moved',
      broadcast(0),
      event({ occurrenceAt: T0 + HOUR, occurrenceId: T0 }),
      true,
    ],
    ['not when the event names no occurrence', { ...broadcast(0), startAt: 0 }, event({}), false],
  ])('%s', (_, of, event, begins) => {
    expect(beginsWithOccurrence(of, event)).toBe(begins);
  });
});

describe('a broadcast lies in an occurrence', () => {
  const lasting = (lasts: number) => event({ occurrenceAt: T0, lasts });
  it.each<[string, Broadcast, ZoomEvent, boolean]>([
    ['half an hour before it', broadcast(-30 * MIN), lasting(3 * HOUR), true],
    ['no more than half an hour before it', broadcast(-30 * MIN - 1), lasting(3 * HOUR), false],
    ['half the length of a short one before it', broadcast(-5 * MIN), lasting(10 * MIN), true],
    ['no more than half the length of a short one before it', broadcast(-5 * MIN - 1), lasting(10 * MIN), false],
    ['until it ends', broadcast(10 * MIN - 1), lasting(10 * MIN), true],
    ['not once it ends', broadcast(10 * MIN), lasting(10 * MIN), false],
    ['for an hour when Zoom names no length', broadcast(HOUR - 1), at(0), true],
    ['for no more than an hour then', broadcast(HOUR), at(0), false],
    ['for a second at least', broadcast(998), lasting(0), true],
    ['where it would be if it had moved with its meeting', broadcast(0, 5 * HOUR), at(5 * HOUR), true],
    [
      'where the occurrence was before it was moved',
      broadcast(0),
      event({ occurrenceAt: T0 + 5 * HOUR, occurrenceId: T0 }),
      true,
    ],
    ['not when the event names no occurrence', { ...broadcast(0), startAt: 0 }, event({}), false],
  ])('%s', (_, of, event, lies) => {
    expect(isOfOccurrence(of, event)).toBe(lies);
  });
});

describe('a change of many starts takes in a broadcast', () => {
  const since = event({ since: T0 });
  it.each<[string, Broadcast, ZoomEvent, boolean]>([
    ['always when it concerns all of them', broadcast(-HOUR), event({}), true],
    ['that starts later', broadcast(HOUR), since, true],
    ['that starts within the same second', broadcast(-999), since, true],
    ['not one that starts before', broadcast(-1_000), since, false],
    ['that would start later if it had moved with its meeting', broadcast(-HOUR, 2 * HOUR), since, true],
  ])('%s', (_, of, event, takes) => {
    expect(isOfWhole(of, event)).toBe(takes);
  });
});
