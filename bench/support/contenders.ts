import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { postgresMissing } from './postgres.ts';

/** Somebody who is measured. */
export interface Contender {
  /** As tables show it. */
  name: string;
  /** As `--against` takes it; null is always measured. */
  option: string | null;
  title: string;
  /** Its module in bench/peers. */
  module: string;
  /** This product: worker processes of the build send what is due. */
  ours?: boolean;
  /** It is asked through an API process of the build. */
  api?: boolean;
  server: 'none' | 'redis' | 'cluster' | 'postgres';
  /** QUEUE_SHARDS; default 1. */
  shards?: number;
  /** What one more of them takes in store, bytes, with what its server needs beside it. */
  storedBytes: number;
  /** More of its Redis' command line. */
  redisSettings?: string[];
  /** What one job takes at most to be added on a busy machine, ms: due moments lie that far ahead. */
  addMs: number;
  /** Requests a second that an account may send, of one that must be told. */
  perSecond?: number;
  /** Jobs in hand at once, of so many that are due together; none for the product, whose default is measured. */
  concurrencyOf?: (together: number) => number;
}

export const OURS: Contender = {
  name: 'livestream',
  option: null,
  title: 'this product: library and worker process of the build',
  module: 'livestream',
  ours: true,
  server: 'redis',
  // As the embedded Redis is started and docs/production.md says.
  redisSettings: ['--hash-max-listpack-value', '2048'],
  storedBytes: 7_000,
  addMs: 1.5,
};
/** The same, asked over HTTP. */
export const API: Contender = { ...OURS, name: 'livestream, API', module: 'livestream-api', api: true };
/** The product with nothing else in store: what a full store is compared with. */
export const EMPTY: Contender = { ...OURS, name: 'livestream, empty store' };
/** Accounts spread over three masters. */
export const CLUSTER: Contender = { ...OURS, name: 'livestream, 3 masters', server: 'cluster', shards: 3 };
export const LIMIT: Contender = {
  name: 'undici loop',
  option: null,
  title: 'the least that is possible: timers in memory, nothing stored',
  module: 'undici-loop',
  server: 'none',
  storedBytes: 0,
  addMs: 0.1,
};
/** Fewer would make them wait for answers, which come after 50 ms. */
const LEAST_CONCURRENCY = 100;
const together = (count: number) => Math.max(LEAST_CONCURRENCY, count);

export const BULLMQ: Contender = {
  name: 'BullMQ',
  option: 'bullmq',
  title: 'delayed jobs, Redis with hz 500, every write on disk as ours has it',
  module: 'bullmq',
  server: 'redis',
  redisSettings: ['--hz', '500', '--hash-max-listpack-value', '2048'],
  storedBytes: 2_500,
  addMs: 0.4,
  concurrencyOf: together,
};

export const PEERS: Contender[] = [
  BULLMQ,
  {
    ...BULLMQ,
    name: 'BullMQ, everysec',
    option: 'bullmq-everysec',
    title: 'the same with appendfsync everysec, as its documentation advises: a second of jobs may be lost',
    redisSettings: [...(BULLMQ.redisSettings ?? []), '--appendfsync', 'everysec'],
  },
  {
    name: 'graphile-worker',
    option: 'graphile-worker',
    title: 'looks every 10 ms, local queue, batches (PostgreSQL)',
    module: 'graphile-worker',
    server: 'postgres',
    storedBytes: 1_500,
    addMs: 0.4,
    concurrencyOf: together,
  },
  {
    name: 'pg-boss',
    option: 'pg-boss',
    title: 'looks every 500 ms, its shortest interval (PostgreSQL)',
    module: 'pg-boss',
    server: 'postgres',
    storedBytes: 1_500,
    addMs: 0.4,
    concurrencyOf: together,
  },
  {
    name: 'Agenda',
    option: 'agenda',
    title: 'looks every 100 ms, on its PostgreSQL store',
    module: 'agenda',
    server: 'postgres',
    storedBytes: 1_500,
    addMs: 2,
    concurrencyOf: together,
  },
];

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Those that can be measured here, and a line on each reason why others cannot. */
export function available(chosen: string[]): { peers: Contender[]; notes: string[] } {
  const wanted = PEERS.filter(({ option }) => chosen.length === 0 || chosen.includes(option ?? ''));
  const withPostgres = wanted.filter(({ server }) => server === 'postgres');
  if (withPostgres.length === 0) return { peers: wanted, notes: [] };
  const missing = existsSync(PACKAGES) ? postgresMissing() : 'their packages are missing: npm ci --prefix bench';
  if (missing === null) return { peers: wanted, notes: [] };
  const names = withPostgres.map(({ name }) => name).join(', ');
  return {
    peers: wanted.filter(({ server }) => server !== 'postgres'),
    notes: [`left out: ${names}; ${missing}`],
  };
}
