// Puts the figures of a run into docs/performance.md, and keeps them in bench/results.jsonl, so that both say the same:
//   npm run bench -- --json run.jsonl && node --import ./test/support/run-typescript.mjs bench/document.ts run.jsonl
// Without a file: the tables anew from bench/results.jsonl.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepResults, readResults, withTables } from './support/results.ts';

const RESULTS = fileURLToPath(new URL('results.jsonl', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

for (const file of process.argv.slice(2)) {
  const results = readResults(file);
  if (results.length === 0) throw new Error(`${file} holds no results; npm run bench -- --json ${file} writes them`);
  keepResults(RESULTS, results);
  process.stdout.write(`${file}: ${results.map(({ name }) => name).join(', ')}\n`);
}
writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), readResults(RESULTS)));
