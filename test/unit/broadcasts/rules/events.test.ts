import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import type { Pause } from '../../../../src/broadcasts/pause.ts';
import { eventsOf } from '../../../../src/broadcasts/rules/events.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';
import { PLAN } from '../../../support/rules/scenario.ts';

/** The events of one step (`eventsOf`). */

const BEFORE = broadcastOf(PLAN, 'bc_1');
const PAUSE: Pause = { id: 'pa_1', scope: { all: true }, covers: 'all', since: T0, until: null, note: null, by: 'x' };

/** The events of a step that changes `more`, by what `change` does. */
function events(
  before: Broadcast | null,
  more: Partial<Broadcast>,
  change: (builder: DecisionBuilder) => unknown = () => {},
  pauses: Pause[] = [],
) {
  const builder = new DecisionBuilder({ ...BEFORE, ...before }, T0, 'w');
  Object.assign(builder.next, more);
  change(builder);
  return eventsOf(before, builder.build(), T0, pauses);
}
const types = (...of: Parameters<typeof events>) => events(...of).map(({ type }) => type);

describe('a step sends', () => {
  it('one event for each state it passes through, with the state at that moment', () => {
    const passed = events(BEFORE, {}, (builder) => builder.become('starting', null).become('live', null));
    expect(passed.map(({ type, timestamp, data }) => [type, timestamp, data['status'], data['id']])).toEqual([
      ['broadcast.starting', '2026-12-06T14:00:00.000Z', 'starting', 'bc_1'],
      ['broadcast.live', '2026-12-06T14:00:00.000Z', 'live', 'bc_1'],
    ]);
  });

  it.each<[string, Broadcast | null, Partial<Broadcast>, string[]]>([
    ['nothing when nothing outside has changed', BEFORE, { faults: 1 }, []],
    ['broadcast.scheduled for a new one', null, {}, ['broadcast.scheduled']],
    ['broadcast.changed for a new plan', BEFORE, { revision: 2 }, ['broadcast.changed']],
    ['broadcast.confirmed once Zoom says so', BEFORE, { confirmed: true }, ['broadcast.confirmed']],
    ['no broadcast.confirmed for one that is confirmed', { ...BEFORE, confirmed: true }, { confirmed: true }, []],
    ['no broadcast.confirmed for a new one', null, { confirmed: true }, ['broadcast.scheduled']],
    ['broadcast.upcoming once a start is announced', BEFORE, { announcedStart: T0 }, ['broadcast.upcoming']],
    ['broadcast.upcoming for a new one', null, { announcedStart: T0 }, ['broadcast.scheduled', 'broadcast.upcoming']],
    ['no second broadcast.upcoming', { ...BEFORE, announcedStart: T0 }, { announcedStart: T0 }, []],
    [
      'broadcast.upcoming for another time',
      { ...BEFORE, announcedStart: T0 },
      { announcedStart: T0 + 1 },
      ['broadcast.upcoming'],
    ],
    ['nothing when an announced start is taken back', { ...BEFORE, announcedStart: T0 }, { announcedStart: null }, []],
    ['broadcast.ending once a stop is announced', BEFORE, { announcedStop: T0 }, ['broadcast.ending']],
    ['broadcast.ending for a new one', null, { announcedStop: T0 }, ['broadcast.scheduled', 'broadcast.ending']],
    ['no second broadcast.ending', { ...BEFORE, announcedStop: T0 }, { announcedStop: T0 }, []],
    ['nothing when an announced stop is taken back', { ...BEFORE, announcedStop: T0 }, { announcedStop: null }, []],
  ])('%s', (_, before, more, sent) => {
    expect(types(before, more)).toEqual(sent);
  });

  it('no broadcast.changed when the event of its new state says it', () => {
    expect(types(BEFORE, { revision: 2 }, (builder) => builder.become('canceled', null))).toEqual([
      'broadcast.canceled',
    ]);
  });

  it('no event for a line of history that leaves the state as it is', () => {
    expect(types(BEFORE, {}, (builder) => builder.note('status', null).note('observed', null, { to: 'live' }))).toEqual(
      [],
    );
  });

  it('an announcement with its message, and with the pause that holds the start back', () => {
    const message = (...of: Parameters<typeof events>) => events(...of)[0]?.data['message'];
    const upcoming = { announcedStart: BEFORE.startAt };
    expect(message(BEFORE, upcoming)).toBe('meeting 68423085 goes on air in 10 s');
    expect(message(BEFORE, upcoming, undefined, [PAUSE])).toMatch(/but will not go on air: a pause holds it back/);
    expect(message(BEFORE, { announcedStop: BEFORE.stopAt })).toBe('meeting 68423085 goes off air in 2 min 10 s');
  });

  it('each alert with its own message and advice, and with the pause over the broadcast', () => {
    const raise = (builder: DecisionBuilder) =>
      builder.alert('missed', 'one').alert('failed', 'two', { advice: 'Act.' });
    const sent = events(BEFORE, {}, raise, [PAUSE]);
    expect(sent.map(({ type, data }) => [type, data['broadcastId'], data['message']])).toEqual([
      ['alert.missed', 'bc_1', 'one'],
      ['alert.failed', 'bc_1', 'two'],
    ]);
    expect(sent[1]?.data).toMatchObject({
      advice: 'Act.',
      alertId: expect.stringMatching(/^al_/),
      paused: { id: 'pa_1' },
    });
  });
});
