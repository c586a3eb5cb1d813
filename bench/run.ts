// `npm run bench -- --help`. Every row of docs/performance.md, all contenders side by side; each row is also a program of its own: --only.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { cost } from './rows/cost.ts';
import { create } from './rows/create.ts';
import { burst, herd } from './rows/instant.ts';
import { memory } from './rows/memory.ts';
import { random, stored } from './rows/random.ts';
import type { Row } from './rows/row.ts';
import { rush } from './rows/rush.ts';
import { helpText, parseBenchArguments } from './support/arguments.ts';
import { available, OURS, PEERS } from './support/contenders.ts';
import { availableMemory } from './support/processes.ts';
import { linesOf, verdictsOf } from './support/summary.ts';
import { tableOf } from './support/tables.ts';

const ROWS: Row[] = [random, stored, burst, herd, create, memory, cost, rush];
/** What one more broadcast in store takes in all the stores of a row together: ours, BullMQ's, two of PostgreSQL's on disk. */
const STORED_BYTES = 12_000;
const MB = 2 ** 20;

// Servers are ended and their folders left when this process exits, so a signal must not end it right away.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

const named = PEERS.map(({ option, title }) => ({ name: option ?? '', title }));
const asked = await readArguments();
const rows = ROWS.filter(({ name }) => asked.only.length === 0 || asked.only.includes(name));
refuseTooLarge();
const { peers, notes } = available(asked.against);
const results = [];
for (const row of rows) results.push(await measure(row));
if (asked.json) {
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
  writeFileSync(asked.json, `${JSON.stringify({ machine, sizes: asked.sizes, notes, rows: results }, null, 2)}\n`);
}

async function readArguments() {
  try {
    const found = parseBenchArguments(
      process.argv.slice(2),
      ROWS.map(({ name }) => name),
      named.map(({ name }) => name),
    );
    if (!found.help) return found;
    process.stdout.write(helpText(ROWS, named));
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nnpm run bench -- --help lists the options\n`);
    process.exit(2);
  }
}

/** What would be swapped out measures the disk. */
function refuseTooLarge(): void {
  const needed = rows.includes(stored) ? asked.sizes.stored * STORED_BYTES : 0;
  const free = availableMemory();
  if (needed <= free) return;
  const [want, have] = [needed, free].map((bytes) => Math.round(bytes / MB));
  process.stderr.write(
    `--stored ${asked.sizes.stored} takes about ${want} MB, and ${have} MB are free: choose a smaller number\n`,
  );
  process.exit(2);
}

async function measure(row: Row) {
  const load = [loadavg()[0] ?? 0];
  const progress = (text: string) =>
    process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${row.name}: ${text}\n`);
  const { measured, aims, ratios, against, notes: own = [] } = await row.run({ sizes: asked.sizes, peers, progress });
  load.push(loadavg()[0] ?? 0);
  const { name, title } = row;
  const lines = linesOf(measured);
  const verdicts = verdictsOf(measured, aims, OURS.name);
  const [before, after] = load.map((one) => one.toFixed(1));
  const rounds = `${asked.sizes.rounds} rounds: the median (least to greatest); load of the machine ${before} before, ${after} after`;
  const all = [rounds, ...notes, ...own];
  process.stdout.write(`${tableOf({ title, lines, measured, ratios, against, verdicts, notes: all })}\n`);
  return { name, title, load, against, lines, measured, verdicts, notes: own };
}
