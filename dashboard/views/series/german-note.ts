/** Notes of occurrences in German; `src/series/occurrences.ts` and `src/series/series-service.ts` write the English. Pure. */

const NOTES: [RegExp, string][] = [
  [/^an exception of the series$/, 'eine Ausnahme der Serie'],
  [/^the calendar (.+) is busy$/, 'der Kalender $1 ist belegt'],
  [/^(.+) \(calendar (.+)\)$/, '$1 (Kalender $2)'],
  [/^skipped: the clock change in (\S+) skips (\S+)$/, 'ausgelassen: die Zeitumstellung in $1 überspringt $2 Uhr'],
  [/^at (\S+): the clock change in (\S+) skips (\S+)$/, 'um $1 Uhr: die Zeitumstellung in $2 überspringt $3 Uhr'],
  [
    /^the first (\S+) of two: the clock change in (\S+) repeats it$/,
    'das erste von zweimal $1 Uhr: die Zeitumstellung in $2 wiederholt es',
  ],
  [
    /^the second (\S+) of two: the clock change in (\S+) repeats it$/,
    'das zweite von zweimal $1 Uhr: die Zeitumstellung in $2 wiederholt es',
  ],
  [/^the same moment as (\S+), by a clock change$/, 'durch eine Zeitumstellung derselbe Moment wie $1'],
  [/^edited: the rule says it starts at (.+)$/, 'von Hand geändert: nach der Regel beginnt sie $1'],
  [/^edited: the rule says it stops at (.+)$/, 'von Hand geändert: nach der Regel endet sie $1'],
  [/^edited: the rule says it has no stop$/, 'von Hand geändert: nach der Regel hat sie kein Ende'],
];

/** An unknown note stays in English. */
export function germanNote(note: string): string {
  const [pattern, german] = NOTES.find(([pattern]) => pattern.test(note)) ?? [];
  return pattern && german ? note.replace(pattern, german) : note;
}
