/** Two broadcasts of one meeting that exchange their times: within one timetable they move together, across two they stay. */
import { expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { compareEvents, type StoredBroadcast } from '../../../src/timetable/compare.ts';
import { readCsv } from '../../../src/timetable/read-csv.ts';

const NOW = Date.parse('2030-12-01T00:00Z');
const HEAD = 'externalId,meetingId,start,duration,timezone\n';
const row = (id: string, hour: string) => `${id},81234567890,2030-12-02 ${hour}:00,60,UTC\n`;

function stored(id: string, hour: string, externalId: string | null): StoredBroadcast {
  return {
    ...{ id, revision: 1, status: 'scheduled', reason: null, externalId, meetingId: '81234567890', kind: 'meeting' },
    ...{ account: 'default', title: null, timezone: 'UTC', settings: {} as never, labels: {}, destination: null },
    ...{ startAt: `2030-12-02T${hour}:00:00.000Z`, stopAt: `2030-12-02T${Number(hour) + 1}:00:00.000Z` },
    ...{ startWindow: null, onDrop: 'restart', onMove: 'warn' },
  };
}

function states(text: string, known: StoredBroadcast[]) {
  const reading = checkEvents(readCsv(HEAD + text, { timezone: null }), NOW);
  expect(reading.issues).toEqual([]);
  return compareEvents(reading, known, { now: NOW, isOurs: ({ externalId }) => externalId !== null }).differences.map(
    ({ state, note }) => [state, note],
  );
}

it('within one timetable: both change', () => {
  const known = [stored('bc_a', '10', 'a'), stored('bc_b', '14', 'b')];
  expect(states(row('a', '14') + row('b', '10'), known).map(([state]) => state)).toEqual(['changed', 'changed']);
});

it('across two timetables: each is in conflict with the other, which it never moves', () => {
  // What another source made comes without its external id, so that no event matches it.
  expect(states(row('a', '14'), [stored('bc_a', '10', 'a'), stored('bc_b', '14', null)])).toEqual([
    ['conflicting', 'overlaps broadcast bc_b'],
  ]);
  expect(states(row('b', '10'), [stored('bc_a', '10', null), stored('bc_b', '14', 'b')])).toEqual([
    ['conflicting', 'overlaps broadcast bc_a'],
  ]);
});

it('once one has moved to a free time in its own timetable, the other takes its place', () => {
  expect(states(row('b', '18'), [stored('bc_a', '10', null), stored('bc_b', '14', 'b')])[0]?.[0]).toBe('changed');
  expect(states(row('a', '14'), [stored('bc_a', '10', 'a'), stored('bc_b', '18', null)])[0]?.[0]).toBe('changed');
});
