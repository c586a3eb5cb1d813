import { describe, expect, it } from 'vitest';
import { type Aim, linesOf, type Measured, ratioOf, shown, verdictsOf } from '../../../bench/support/summary.ts';
import { tableOf } from '../../../bench/support/tables.ts';

const measured: Measured[] = [
  { what: 'cold', who: 'loop', round: 1, figures: { last: 100, p50: 1 } },
  { what: 'cold', who: 'ours', round: 1, figures: { last: 150, p50: 4 } },
  { what: 'cold', who: 'ours', round: 2, figures: { last: 600, p50: 4 } },
  { what: 'cold', who: 'loop', round: 2, figures: { last: 300, p50: 1 } },
  { what: 'cold', who: 'ours', round: 3, figures: { last: 170, p50: 4 } },
  { what: 'cold', who: 'loop', round: 3, figures: { last: 100, p50: 1 } },
];
const lastOf = (value: number, of?: string): Aim => ({ what: 'cold', figure: 'last', bound: 'at most', value, of });

describe('linesOf', () => {
  it('makes one line for each contender, with the spread over the rounds', () => {
    const [loop, ours, ...others] = linesOf(measured);
    expect(loop?.who).toBe('loop');
    expect(ours?.figures['last']).toEqual({ median: 170, least: 150, greatest: 600 });
    expect(others).toEqual([]);
  });

  it('keeps two parts of a row apart', () => {
    const warm = measured.map((one) => ({ ...one, what: 'warm' }));
    expect(linesOf([...measured, ...warm])).toHaveLength(4);
  });
});

describe('ratioOf', () => {
  it('compares what was measured in the same round', () => {
    // Round by round 1.5, 2 and 1.7; the medians alone would give 1.7 by 1.
    expect(ratioOf(measured, { what: 'cold', figure: 'last', who: 'ours', of: 'loop' })).toBe(1.7);
  });

  it('is NaN where nobody is compared with', () => {
    expect(ratioOf(measured, { what: 'cold', figure: 'last', who: 'ours', of: 'nobody' })).toBeNaN();
  });
});

describe('verdictsOf', () => {
  it('says by how much an aim is missed', () => {
    const [missed, met] = verdictsOf(measured, [lastOf(1.5, 'loop'), lastOf(200)], 'ours');
    expect(missed?.text).toBe('cold, last at most 1.5 × loop: 1.7 × loop, missed by 13 %');
    expect(met?.text).toBe('cold, last at most 200: 170, met');
  });

  it('takes a least value the other way round', () => {
    const aim: Aim = { ...lastOf(340), bound: 'at least' };
    expect(verdictsOf(measured, [aim], 'ours')[0]).toMatchObject({ met: false, found: 170 });
  });

  it('leaves out what was not measured', () => {
    expect(verdictsOf(measured, [lastOf(1, 'pg-boss'), { ...lastOf(1), what: 'warm' }], 'ours')).toEqual([]);
  });
});

it('shows three digits that count', () => {
  expect([0, 0.01234, 1.2345, 12.345, 1_234.5, -2.5, Number.NaN].map(shown)).toEqual([
    ...['0', '0.0123', '1.23', '12.3', '1,235', '-2.5', '–'],
  ]);
});

it('prints a table of Markdown with ratios, aims and notes', () => {
  const text = tableOf({
    title: 'A herd',
    lines: linesOf(measured),
    measured,
    ratios: ['last'],
    against: 'loop',
    verdicts: verdictsOf(measured, [lastOf(200)], 'ours'),
    notes: ['left out: nobody'],
  });
  expect(text.split('\n')).toEqual([
    '### A herd',
    '',
    '| what | who  | last             | p50 | last ÷ loop |',
    '| ---- | ---- | ---------------- | --- | ----------- |',
    '| cold | loop | 100 (100 to 300) | 1   | 1           |',
    '| cold | ours | 170 (150 to 600) | 4   | 1.7         |',
    '',
    '- aim: cold, last at most 200: 170, met',
    '- left out: nobody',
    '',
  ]);
});
