import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { type Process, startProcess } from '../../test/support/livestream-process.ts';
import { startRedis, type TestRedis } from '../../test/support/redis-server.ts';
import type { Job } from '../peers/peer.ts';
import type { Answered, Asked } from '../peers/peer-process.ts';
import { type Contender, OURS } from './contenders.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { cpuOf, cpuOfFamily, residentMemory } from './processes.ts';
import { startTarget, type Target } from './target.ts';

const PEER_PROCESS = fileURLToPath(new URL('../peers/peer-process.ts', import.meta.url));
const TYPESCRIPT = fileURLToPath(new URL('../../test/support/run-typescript.mjs', import.meta.url));
const DAY_MS = 86_400_000;
/** What is stored besides is due within this time, from tomorrow on. */
const STORED_WITHIN_MS = 30 * DAY_MS;

export interface Account {
  name: string;
  plan: 'pro' | 'business';
}

/** CPU so far, ms: of the process that sends, and of its server. */
export interface Cost {
  worker: number;
  server: number;
}

/** A contender whose processes run. */
export interface Live {
  addMany(jobs: Job[]): Promise<void>;
  /** Ms that it took to create all, one by one, `atOnce` of them on their way. */
  create(jobs: Job[], atOnce: number): Promise<number>;
  cost(): Cost;
  /** Resident memory of the process that sends, bytes. */
  memory(): number;
  server: Server;
}

export interface Server {
  url: string;
  pid: number;
  redis: Redis | null;
  /** The first column of the first line; only of PostgreSQL. */
  ask(sql: string): string;
  close(): Promise<void>;
}

interface Options {
  /** Whether it sends what is due; default true. */
  works?: boolean;
  /** Most that is due together. */
  together?: number;
}

/** Opens a stage with a target for one row, and ends both after `act`. @param limits requests a second of an account */
export async function onStage<Result>(
  accounts: Account[],
  limits: Record<string, number>,
  act: (stage: Stage, target: Target) => Promise<Result>,
): Promise<Result> {
  const target = await startTarget(limits);
  const stage = new Stage(target, accounts);
  try {
    return await act(stage, target);
  } finally {
    await stage.close();
    await target.close();
  }
}

/** The servers of one row: each contender has its own, from its first round to the end of the row. */
class Stage {
  readonly #target: Target;
  readonly #accounts: Account[];
  readonly #servers = new Map<string, Server>();
  readonly #seeded = new Set<string>();
  #postgres: Promise<Postgres> | null = null;

  constructor(target: Target, accounts: Account[]) {
    this.#target = target;
    this.#accounts = accounts;
  }

  /** Starts its processes on a store that holds nothing but what `seed` put there, and ends them after `act`. */
  async with<Result>(contender: Contender, options: Options, act: (live: Live) => Promise<Result>): Promise<Result> {
    const server = await this.#serverOf(contender);
    if (server.redis && !this.#seeded.has(server.url)) await server.redis.flushall();
    const hasWorker = contender.module === OURS.module && options.works !== false;
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const worker = hasWorker ? await this.#startWorker(server, ends) : null;
      const peer = await this.#startPeer(contender, server, options);
      ends.push(() => endOf(peer));
      return await act(liveOf(contender, server, peer, worker?.pid ?? peer.pid ?? 0));
    } finally {
      for (const end of ends.reverse()) await end();
    }
  }

  /** Stores others, once: they stay until the row ends. */
  async seed(contender: Contender, count: number): Promise<void> {
    const server = await this.#serverOf(contender);
    if (count === 0 || this.#seeded.has(server.url)) return;
    const from = Date.now() + DAY_MS;
    const accounts = this.#accounts.map(({ name }) => name);
    const jobs = Array.from({ length: count }, (_, i) => ({
      id: String(50_000_000_000 + i),
      account: accounts[i % accounts.length] ?? '',
      due: from + Math.floor((i / count) * STORED_WITHIN_MS),
    }));
    await this.with(contender, { works: false }, (live) => live.addMany(jobs));
    this.#seeded.add(server.url);
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) await server.close();
    await (await this.#postgres)?.stop();
  }

  async #serverOf(contender: Contender): Promise<Server> {
    const known = this.#servers.get(contender.name);
    if (known) return known;
    const server = await this.#startServer(contender);
    this.#servers.set(contender.name, server);
    return server;
  }

  async #startServer({ server, redisSettings, module }: Contender): Promise<Server> {
    if (server === 'redis') return redisServer(await startRedis(redisSettings));
    if (server === 'none') return { url: '', pid: 0, redis: null, ask: () => '', close: async () => {} };
    this.#postgres ??= startPostgres();
    const postgres = await this.#postgres;
    const url = postgres.database(module);
    return { url, pid: postgres.pid, redis: null, ask: (sql) => postgres.ask(module, sql), close: async () => {} };
  }

  /** `livestream worker` of the build, at its defaults. */
  async #startWorker({ url }: Server, ends: (() => Promise<unknown>)[]): Promise<Process> {
    const folder = await mkdtemp(join(tmpdir(), 'livestream-bench-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'accounts.json');
    const accounts = this.#accounts.map(({ name, plan }) => ({
      ...{ name, plan },
      ...{ accountId: `zoom-${name}`, accessToken: name },
    }));
    await writeFile(file, JSON.stringify({ accounts }));
    const worker = await startProcess('worker', {
      REDIS_URL: url,
      ZOOM_API_URL: `${this.#target.url}/v2`,
      ZOOM_ACCOUNTS_FILE: file,
      // Both come minutes before the start, and would be measured besides those that are planned seconds ahead.
      PREFLIGHT: 'off',
      HEADS_UP: 'off',
      LOG_FORMAT: 'json',
    });
    ends.push(() => worker.kill('SIGKILL'));
    return worker;
  }

  async #startPeer(
    { module, concurrencyOf, perSecond }: Contender,
    server: Server,
    options: Options,
  ): Promise<ChildProcess> {
    const { works = true, together = 1 } = options;
    const argument = JSON.stringify({
      server: server.url,
      target: this.#target.url,
      concurrency: concurrencyOf?.(together) ?? 1,
      works,
      perSecond: perSecond ?? null,
      accounts: this.#accounts.map(({ name }) => name),
    });
    const child = fork(PEER_PROCESS, [module, argument], { execArgv: ['--import', TYPESCRIPT] });
    const lost = once(child, 'exit').then(() => {
      throw new Error(`${module} ended before it was ready: its message is above`);
    });
    lost.catch(() => {});
    await Promise.race([once(child, 'message'), lost]);
    return child;
  }
}

function redisServer(started: TestRedis): Server {
  const redis = new Redis(started.url);
  const close = async () => {
    redis.disconnect();
    await started.stop();
  };
  return { url: started.url, pid: started.pid, redis, ask: () => '', close };
}

function liveOf(contender: Contender, server: Server, peer: ChildProcess, pid: number): Live {
  const ask = asking(peer, contender.name);
  const serverCpu = { none: () => 0, redis: cpuOf, postgres: cpuOfFamily }[contender.server];
  return {
    server,
    addMany: async (jobs) => void (await ask({ ask: 'addMany', jobs })),
    create: (jobs, atOnce) => ask({ ask: 'create', jobs, atOnce }),
    cost: () => ({ worker: cpuOf(pid), server: serverCpu(server.pid) }),
    memory: () => residentMemory(pid),
  };
}

type Question = Asked extends infer One ? (One extends Asked ? Omit<One, 'n'> : never) : never;

function asking(peer: ChildProcess, name: string): (question: Question) => Promise<number> {
  let asked = 0;
  return (question) => {
    asked += 1;
    const n = asked;
    return new Promise((resolve, reject) => {
      const settle = (answer: Answered) => {
        if (answer.n !== n) return;
        forget();
        if ('error' in answer) reject(new Error(`${name}: ${answer.error}`));
        else resolve(answer.value);
      };
      const ended = () => {
        forget();
        reject(new Error(`${name} ended: its message is above`));
      };
      const forget = () => {
        peer.off('message', settle);
        peer.off('exit', ended);
      };
      peer.on('message', settle);
      peer.on('exit', ended);
      peer.send({ ...question, n });
    });
  };
}

async function endOf(peer: ChildProcess): Promise<void> {
  if (peer.exitCode !== null || peer.signalCode !== null) return;
  const exited = once(peer, 'exit');
  peer.kill('SIGKILL');
  await exited;
}
