import { expect, it } from 'vitest';
import { takerOf } from '../../../dashboard/views/sources/source-of-file.ts';

const SOURCES = [
  { name: 'hall', kind: 'csv', url: null },
  { name: 'law', kind: 'ics', url: 'https://calendar.example.org/law.ics' },
] as const;

it.each([
  ['Räume & Säle (Winter).csv', 'Raume-Sale-Winter', 'csv', true],
  ['week 49.v2.ICS', 'week-49.v2', 'ics', true],
  ['.csv', 'import', 'csv', true],
  ['日程.csv', 'import', 'csv', true],
  [`${'long '.repeat(20)}.csv`, 'long-long-long-long-long-long-long-l', 'csv', true],
  // The same file again changes what it planned.
  ['hall.csv', 'hall', 'csv', false],
  // Another kind, and one that follows an address.
  ['hall.ics', 'hall-2', 'ics', true],
  ['law.ics', 'law-2', 'ics', true],
])('%s goes to the source %s', (file, name, kind, isNew) => {
  expect(takerOf(file, SOURCES)).toEqual({ name, kind, isNew });
  expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/);
});
