import { parseArgs } from 'node:util';

/** How large one row is. */
export interface Sizes {
  rounds: number;
  /** Starts at random moments, and in how long, ms. */
  random: number;
  withinMs: number;
  /** Others in store of the rows `stored`, `idle` and `page`. */
  stored: number;
  /** How long the processes are watched while nothing is due, ms. */
  idleMs: number;
  /** Pages that are read of each filter. */
  pages: number;
  /** Starts in the seconds after a worker was killed. */
  crash: number;
  /** Starts at one instant on one Redis and on three. */
  cluster: number;
  /** Starts that waited for something, of each kind. */
  after: number;
  /** Starts at one instant, each of an account of its own. */
  herd: number;
  /** Starts of one account in the row `rush`. */
  rush: number;
  /** Creates that are timed. */
  creates: number;
  /** Waiting broadcasts whose memory is measured. */
  memory: number;
}

export interface BenchArguments {
  help: boolean;
  /** Names of rows; all of them when none is named. */
  only: string[];
  /** Names of peers; all of them when none is named. Ours and the limit are always measured. */
  against: string[];
  json: string | null;
  sizes: Sizes;
}

const FULL: Sizes = {
  rounds: 3,
  random: 2_000,
  withinMs: 20_000,
  stored: 30_000,
  idleMs: 30_000,
  pages: 100,
  crash: 300,
  cluster: 3_000,
  after: 10,
  herd: 5_000,
  rush: 300,
  creates: 6_000,
  memory: 10_000,
};
const QUICK: Sizes = {
  rounds: 1,
  random: 300,
  withinMs: 3_000,
  stored: 3_000,
  idleMs: 5_000,
  pages: 10,
  crash: 60,
  cluster: 300,
  after: 2,
  herd: 500,
  rush: 100,
  creates: 1_000,
  memory: 2_000,
};
const RANGE = { rounds: [1, 100], stored: [0, 5_000_000] } as const;

/** @param rows, peers the names that may be given; @throws Error with every mistake, a line each */
export function parseBenchArguments(argv: readonly string[], rows: string[], peers: string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string', multiple: true, default: [] },
      against: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      stored: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const problems: string[] = [];
  const listed = (option: string, given: string[], known: string[]) => {
    const names = given.flatMap((text) => text.split(',')).map((name) => name.trim());
    for (const name of names)
      if (!known.includes(name)) problems.push(`--${option} must be one of ${known.join(', ')}, got ${name}`);
    return names;
  };
  const sizes = { ...(values.quick ? QUICK : FULL) };
  for (const name of ['rounds', 'stored'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    const [least, greatest] = RANGE[name];
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > greatest)
      problems.push(`--${name} must be a whole number from ${least} to ${greatest}, got ${text}`);
    else sizes[name] = Number(text);
  }
  const only = listed('only', values.only, rows);
  const against = listed('against', values.against, peers);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { help: values.help, only, against, json: values.json ?? null, sizes };
}

/** What is measured by a program of its own, because it has a shape of its own. */
const PROGRAMS = {
  'import.ts': '`livestream import` of 10,000 rows',
  'page.ts': 'the dashboard with 5,000 broadcasts a day, in Chromium',
  'pages.ts': 'starts with no dashboard open and with ten',
  'replication-loss.ts': 'what a failover of Redis loses',
  'soak.ts': 'whether memory, keys and connections stay flat over many broadcasts',
  'sources.ts': 'plan and sync of a source of 10,000 broadcasts',
  'tracing.ts': 'what a trace of each broadcast costs',
};

/** @param rows, peers with a line on each */
export function helpText(rows: { name: string; title: string }[], peers: { name: string; title: string }[]): string {
  const list = (all: { name: string; title: string }[]) =>
    all.map(({ name, title }) => `  ${name.padEnd(19)} ${title}`);
  return [
    'Measures how late requests leave, and what they cost, side by side with the least that is possible and with other schedulers.',
    '',
    'npm run bench -- [options]',
    '',
    '  --only NAME      only this row (may be given several times, or with commas)',
    `  --rounds N       rounds of each row, ${RANGE.rounds.join(' to ')}; default ${FULL.rounds}`,
    `  --stored N       others in store of the rows stored, idle and page, ${RANGE.stored.join(' to ')}; default ${FULL.stored}`,
    '  --against NAME   only these others (several times, or with commas)',
    '  --quick          one round of small sizes: whether it runs, not how quick it is',
    '  --json FILE      also keeps every figure of every round there, one row a line',
    '  --help           this text',
    '',
    'Rows:',
    ...list(rows),
    '',
    'Others:',
    ...list(peers),
    '',
    'Each by itself, after npm run build: node --import ./test/support/run-typescript.mjs bench/NAME',
    ...list(Object.entries(PROGRAMS).map(([name, title]) => ({ name, title }))),
    '',
  ].join('\n');
}
