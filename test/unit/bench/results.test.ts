import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepResults, type Result, readResults, shownOf, withTables } from '../../../bench/support/results.ts';
import { tableOf } from '../../../bench/support/tables.ts';

const result = (name: string, last: number): Result => ({
  ...{ name, title: `Row ${name}`, when: '2026-11-29T00:50:00.000Z', commit: 'abc1234', load: [0.1, 1.25] },
  machine: { cores: 2, node: 'v20.20.0' },
  ...{ rounds: 1, against: 'undici loop', ratios: ['last, ms'], notes: ['left out: nobody'] },
  measured: [
    { what: 'cold', who: 'undici loop', round: 1, figures: { 'last, ms': 10 } },
    { what: 'cold', who: 'livestream', round: 1, figures: { 'last, ms': last } },
  ],
  aims: [{ what: 'cold', figure: 'last, ms', bound: 'at most', value: 1.5, of: 'undici loop' }],
});

it('keeps the newest result of each row, in its place', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'livestream-results-')), 'run.jsonl');
  keepResults(file, [result('herd', 20), result('random', 30)]);
  keepResults(file, [result('herd', 12.345678)]);
  const found = readResults(file).map(({ name, measured }) => [name, measured[1]?.figures['last, ms']]);
  expect(found).toEqual([
    ['herd', 12.346],
    ['random', 30],
  ]);
});

it('puts each table between its marks, and leaves everything else', () => {
  const text =
    'Before.\n\n<!-- bench herd -->\nold\n<!-- end -->\n\nAfter.\n<!-- bench other -->\nstays\n<!-- end -->\n';
  const once = withTables(text, [result('herd', 20), result('unknown', 1)]);
  expect(once).toMatch(/^Before\.\n\n<!-- bench herd -->\n### Row herd\n/);
  expect(once).toContain('| cold | livestream  | 20       | 2');
  expect(once).toContain('- aim: cold, last, ms at most 1.5 × undici loop: 2 × undici loop, missed by 33 %');
  expect(once).toContain('commit abc1234, 2026-11-29; load of the machine 0.1 before, 1.3 after');
  expect(once).toMatch(/<!-- end -->\n\nAfter\.\n<!-- bench other -->\nstays\n<!-- end -->\n$/);
  expect(withTables(once, [result('herd', 20)])).toBe(once);
});

it('docs/performance.md has the tables of bench/results.jsonl', () => {
  const document = readFileSync('docs/performance.md', 'utf8');
  const results = readResults('bench/results.jsonl');
  expect(results.length).toBeGreaterThan(0);
  for (const one of results) expect(document, one.name).toContain(tableOf(shownOf(one)));
});
