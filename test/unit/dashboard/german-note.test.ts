import { expect, it } from 'vitest';
import { germanNote } from '../../../dashboard/views/series/german-note.ts';
import { expand } from '../../../src/series/occurrences.ts';

const NIGHTLY = {
  ...{ rule: 'FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30', startAt: '2027-03-20T02:30:00', timezone: 'Europe/Berlin' },
  ...{ duration: 'PT30M', stopTime: null, exceptions: ['2027-03-21'], additions: [], leadMinutes: 0, tailMinutes: 0 },
};
const FROM = Date.parse('2027-03-20T00:00:00Z');

/** Every note that the scheduler makes over both clock changes of a year. */
function notes(skipped: 'after' | 'skip', repeated: 'first' | 'second', event: string | null): string[] {
  const series = { ...NIGHTLY, onClockChange: { skipped, repeated } };
  const busy = Date.parse('2027-03-22T01:30:00Z');
  const skip = (at: number) => (at === busy ? { calendar: 'feasts', event } : null);
  const { occurrences, leftOut } = expand(series, FROM, FROM + 300 * 86_400_000, 2_000, skip);
  return [...new Set([...occurrences, ...leftOut].flatMap(({ note }) => note ?? []))].sort();
}

it('every note of an occurrence is said in German', () => {
  expect(notes('after', 'first', null).map(germanNote)).toEqual([
    'eine Ausnahme der Serie',
    'der Kalender feasts ist belegt',
    'das erste von zweimal 02:30 Uhr: die Zeitumstellung in Europe/Berlin wiederholt es',
    'durch eine Zeitumstellung derselbe Moment wie 2027-03-28T03:30:00',
  ]);
  expect(notes('skip', 'second', 'Feast day').map(germanNote)).toEqual([
    'Feast day (Kalender feasts)',
    'eine Ausnahme der Serie',
    'ausgelassen: die Zeitumstellung in Europe/Berlin überspringt 02:30 Uhr',
    'das zweite von zweimal 02:30 Uhr: die Zeitumstellung in Europe/Berlin wiederholt es',
  ]);
});

it.each([
  [
    'at 03:30: the clock change in Europe/Berlin skips 02:30',
    'um 03:30 Uhr: die Zeitumstellung in Europe/Berlin überspringt 02:30 Uhr',
  ],
  ['edited: the rule says it has no stop', 'von Hand geändert: nach der Regel hat sie kein Ende'],
  ['what nobody has heard of', 'what nobody has heard of'],
])('"%s" is "%s"', (note, german) => {
  expect(germanNote(note)).toBe(german);
});
