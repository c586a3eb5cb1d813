// `npm run bench -- --help`. Every row of docs/performance.md, all contenders side by side; each row is also a program of its own: --only.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { after } from './rows/after.ts';
import { cluster } from './rows/cluster.ts';
import { cost } from './rows/cost.ts';
import { crash } from './rows/crash.ts';
import { create } from './rows/create.ts';
import { idle } from './rows/idle.ts';
import { burst, herd } from './rows/instant.ts';
import { memory } from './rows/memory.ts';
import { page } from './rows/page.ts';
import { random, stored } from './rows/random.ts';
import type { Row } from './rows/row.ts';
import { rush } from './rows/rush.ts';
import { helpText, parseBenchArguments } from './support/arguments.ts';
import { available, type Contender, OURS, PEERS } from './support/contenders.ts';
import { availableMemory } from './support/processes.ts';
import { keepResults, type Result, shownOf } from './support/results.ts';
import { endServers } from './support/stage.ts';
import { tableOf } from './support/tables.ts';

const ROWS: Row[] = [random, stored, burst, herd, rush, crash, create, memory, idle, page, cost, cluster, after];
/** Rows that fill a store, which stays until the run ends. */
const WITH_OTHERS = [stored, idle, page];
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
const { peers, notes } = available(asked.against);
refuseTooLarge(peers);
for (const row of rows) {
  const result = await measure(row);
  // Each row at once: what was measured is kept when a later one fails.
  if (asked.json) keepResults(asked.json, [result]);
  process.stdout.write(`${tableOf(shownOf(result))}\n`);
}
await endServers();

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
function refuseTooLarge(contenders: Contender[]): void {
  if (!rows.some((row) => WITH_OTHERS.includes(row))) return;
  const each = [OURS, ...(rows.includes(stored) ? contenders : [])].reduce((sum, one) => sum + one.storedBytes, 0);
  const [want = 0, have = 0] = [asked.sizes.stored * each, availableMemory()].map((bytes) => Math.round(bytes / MB));
  const needs = `--stored ${asked.sizes.stored} takes about ${want} MB, and ${have} MB are free`;
  process.stderr.write(`${needs}${want > have ? ': choose a smaller number, or fewer others with --against' : ''}\n`);
  if (want > have) process.exit(2);
}

async function measure(row: Row): Promise<Result> {
  const load = [loadavg()[0] ?? 0];
  const progress = (text: string) =>
    process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${row.name}: ${text}\n`);
  const { measured, aims, ratios, against, notes: own = [] } = await row.run({ sizes: asked.sizes, peers, progress });
  load.push(loadavg()[0] ?? 0);
  return {
    ...{ name: row.name, title: row.title, when: new Date().toISOString(), commit: commitOf(), load },
    machine: { cores: cpus().length, node: process.version },
    ...{ against, ratios, measured, aims, notes: [...notes, ...own] },
  };
}

function commitOf(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
