import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Process, startProcess } from '../../test/support/livestream-process.ts';
import type { Contender } from './contenders.ts';
import { endOf, type Live, liveOf, startPeer } from './live.ts';
import { withoutFile } from './redis-use.ts';
import { type Postgres, type Server, startPostgres, startServer } from './servers.ts';
import { startTarget, type Target } from './target.ts';

const DAY_MS = 86_400_000;
/** What is stored besides is due within this time, from tomorrow on. */
const STORED_WITHIN_MS = 30 * DAY_MS;
/** Labels of what is stored besides: `room=r0` … */
const ROOMS = 10;
/** Jobs that are made in one go, so that a million need no memory here. */
const SEED_PAGE = 20_000;

export interface Account {
  name: string;
  plan: 'pro' | 'business';
}

interface Options {
  /** Whether it sends what is due; default true. */
  works?: boolean;
  /** Worker processes of ours; default 1. */
  workers?: number;
  /** An API process of ours, too. */
  api?: boolean;
  /** Most that is due together. */
  together?: number;
}

/** The servers that hold many others: several rows use them, until the run ends. */
const full = new Map<string, Server>();

let postgres: Promise<Postgres> | null = null;

/** Ends what outlives a row. */
export async function endServers(): Promise<void> {
  for (const server of full.values()) await server.close();
  full.clear();
  await (await postgres)?.stop();
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
export class Stage {
  readonly #target: Target;
  readonly #accounts: Account[];
  readonly #servers = new Map<string, Server>();

  constructor(target: Target, accounts: Account[]) {
    this.#target = target;
    this.#accounts = accounts;
  }

  /** Starts its processes on a store that holds nothing but what `seed` put there, and ends them after `act`. */
  async with<Result>(contender: Contender, options: Options, act: (live: Live) => Promise<Result>): Promise<Result> {
    const server = await this.#serverOf(contender);
    if (!this.#isFull(server)) await server.empty();
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const { works = true, workers: count = 1, together = 1 } = options;
      const env = contender.ours ? await this.#environment(contender, server, ends) : {};
      const start = async (command: 'api' | 'worker') => {
        const started = await startProcess(command, env);
        ends.push(() => started.kill('SIGKILL'));
        return started;
      };
      const workers: Process[] = [];
      for (let n = 0; contender.ours && works && n < count; n += 1) workers.push(await start('worker'));
      const api = options.api || contender.api ? await start('api') : null;
      const peer = await startPeer(contender.module, {
        server: server.url,
        target: this.#target.url,
        api: String(api?.report['url'] ?? ''),
        shards: contender.shards ?? 1,
        concurrency: contender.concurrencyOf?.(together) ?? 1,
        works,
        perSecond: contender.perSecond ?? null,
        accounts: this.#accounts.map(({ name }) => name),
      });
      ends.push(() => endOf(peer));
      return await act(liveOf(contender.name, { server, peer, workers, api }));
    } finally {
      for (const end of ends.reverse()) await end();
    }
  }

  /** Stores others, once in a run: they stay until it ends. */
  async seed(contender: Contender, count: number, progress: (text: string) => void): Promise<void> {
    if (count === 0 || this.#servers.has(contender.name)) return;
    const known = full.get(contender.name);
    const server = known ?? (await this.#serverOf(contender));
    this.#servers.set(contender.name, server);
    if (known) return;
    const from = Date.now() + DAY_MS;
    const accounts = this.#accounts.map(({ name }) => name);
    const jobOf = (i: number) => ({
      id: String(50_000_000_000 + i),
      account: accounts[i % accounts.length] ?? '',
      due: from + Math.floor((i / count) * STORED_WITHIN_MS),
      title: `Lecture ${i}`,
      room: `r${i % ROOMS}`,
    });
    const fill = async (live: Live) => {
      const begun = performance.now();
      for (let done = 0; done < count; done += SEED_PAGE) {
        const size = Math.min(SEED_PAGE, count - done);
        await live.addMany(Array.from({ length: size }, (_, i) => jobOf(done + i)));
        const each = (performance.now() - begun) / (done + size);
        progress(`${contender.name} has ${done + size} of ${count} others, ${each.toFixed(2)} ms each`);
      }
    };
    await this.with(contender, { works: false }, (live) =>
      server.redis ? withoutFile(server.redis, () => fill(live)) : fill(live),
    );
    full.set(contender.name, server);
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) if (!this.#isFull(server)) await server.close();
  }

  #isFull(server: Server): boolean {
    return [...full.values()].includes(server);
  }

  async #serverOf(contender: Contender): Promise<Server> {
    const known = this.#servers.get(contender.name);
    if (known) return known;
    const server = await startServer(contender, () => {
      postgres ??= startPostgres();
      return postgres;
    });
    this.#servers.set(contender.name, server);
    return server;
  }

  /** For `livestream worker` and `livestream api` of the build, at their defaults. */
  async #environment({ shards }: Contender, { url }: Server, ends: (() => Promise<unknown>)[]) {
    const folder = await mkdtemp(join(tmpdir(), 'livestream-bench-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'accounts.json');
    const accounts = this.#accounts.map(({ name, plan }) => ({
      ...{ name, plan },
      ...{ accountId: `zoom-${name}`, accessToken: name },
    }));
    await writeFile(file, JSON.stringify({ accounts }));
    return {
      REDIS_URL: url,
      ZOOM_API_URL: `${this.#target.url}/v2`,
      ZOOM_ACCOUNTS_FILE: file,
      // Both come minutes before the start, and would be measured besides those that are planned seconds ahead.
      PREFLIGHT: 'off',
      HEADS_UP: 'off',
      LOG_FORMAT: 'json',
      PORT: '0',
      ...(shards ? { QUEUE_SHARDS: String(shards) } : {}),
    };
  }
}
