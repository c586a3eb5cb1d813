import { Redis } from 'ioredis';
import { startRedis } from '../../test/support/redis-server.ts';
import { startCluster } from '../../test/support/redis-topology.ts';
import type { Contender } from './contenders.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { cpuOf, cpuOfFamily } from './processes.ts';

/** What a contender stores in. */
export interface Server {
  url: string;
  /** CPU so far of each of its processes, ms: one number for each master of a cluster. */
  cpu(): number[];
  redis: Redis | null;
  /** The first column of the first line; only of PostgreSQL. */
  ask(sql: string): string;
  /** Removes all that is stored; PostgreSQL's makes each database anew instead. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

const NOTHING = { redis: null, ask: () => '', empty: async () => {}, close: async () => {} };

/** @param postgres the one of this run, in which each contender has a database of its own, made anew */
export async function startServer(
  { server, redisSettings = [], module }: Contender,
  postgres: () => Promise<Postgres>,
): Promise<Server> {
  switch (server) {
    case 'none':
      return { ...NOTHING, url: '', cpu: () => [0] };
    case 'redis':
      return oneRedis(redisSettings);
    case 'cluster':
      return threeMasters(redisSettings);
    case 'postgres': {
      const { pid, database, ask } = await postgres();
      return { ...NOTHING, url: database(module), cpu: () => [cpuOfFamily(pid)], ask: (sql) => ask(module, sql) };
    }
  }
}

export { type Postgres, startPostgres };

async function oneRedis(settings: string[]): Promise<Server> {
  const started = await startRedis(settings);
  const redis = new Redis(started.url);
  const close = async () => {
    redis.disconnect();
    await started.stop();
  };
  const empty = async () => void (await redis.flushall());
  return { ...NOTHING, url: started.url, cpu: () => [cpuOf(started.pid)], redis, empty, close };
}

async function threeMasters(settings: string[]): Promise<Server> {
  const { url, masters, stop } = await startCluster({ replicas: 0, settings });
  const nodes = masters.map(({ port }) => new Redis({ port, host: '127.0.0.1' }));
  return {
    ...NOTHING,
    url,
    cpu: () => masters.map(({ pid }) => cpuOf(pid)),
    empty: async () => void (await Promise.all(nodes.map((node) => node.flushall()))),
    close: async () => {
      for (const node of nodes) node.disconnect();
      await stop();
    },
  };
}
