import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Cluster, Redis } from 'ioredis';
import { nanoid } from 'nanoid';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { sameJson } from '../json.ts';
import { takeLock, underLock } from '../redis/lock.ts';
import { NEVER, SOURCE_DEFAULTS, type Source, type SourceState, type SyncPlan } from './source.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** If the process of a sync died, the sync counts as over after this, ms. */
const LOCK_MS = 60_000;
/** Maximum length of the event log, the same everywhere. */
const MAX_EVENTS = 100_000;

const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** The records of sources, and their last readings. */
export class SourceStore {
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Sorted by name. */
  async list(): Promise<Source[]> {
    const stored = await this.#redis.hgetall(this.#keys.named('sources'));
    const sources = Object.values(stored).map(readRecord);
    return sources.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(name: string): Promise<Source | null> {
    const text = await this.#redis.hget(this.#keys.named('sources'), name);
    return text === null ? null : readRecord(text);
  }

  count(): Promise<number> {
    return this.#redis.hlen(this.#keys.named('sources'));
  }

  /** Returns whether it is new. */
  async create(source: Source): Promise<boolean> {
    return (await this.#redis.hsetnx(this.#keys.named('sources'), source.name, JSON.stringify(source))) === 1;
  }

  /** Returns false if somebody else changed it in between. */
  async replace(before: Source, next: Source): Promise<boolean> {
    const key = this.#keys.named('sources');
    const stored = await this.#redis.hget(key, before.name);
    if (stored === null || !sameJson(readRecord(stored), before)) return false;
    return (await this.#redis.eval(REPLACE, 1, key, before.name, stored, JSON.stringify(next))) === 1;
  }

  async remove(name: string): Promise<void> {
    await this.#redis.hdel(this.#keys.named('sources'), name);
    await this.#redis.hdel(this.#keys.named('source-states'), name);
    await this.#redis.del(this.#keys.named(`source-plan:${name}`), this.#keys.named(`source-file:${name}`));
  }

  async state(name: string): Promise<SourceState> {
    const text = await this.#redis.hget(this.#keys.named('source-states'), name);
    return text === null ? NEVER : { ...NEVER, ...(JSON.parse(text) as SourceState) };
  }

  /** If the source is removed at the same time, nothing of it stays. */
  async writeState(name: string, state: SourceState): Promise<void> {
    await this.#redis.hset(this.#keys.named('source-states'), name, JSON.stringify(state));
    if ((await this.get(name)) === null) await this.remove(name);
  }

  async lastPlan(name: string): Promise<SyncPlan | null> {
    const bytes = await this.#read(`source-plan:${name}`);
    return bytes && (JSON.parse(bytes.toString('utf8')) as SyncPlan);
  }

  async writePlan(name: string, plan: SyncPlan): Promise<void> {
    await this.#redis.set(this.#keys.named(`source-plan:${name}`), await pack(JSON.stringify(plan)));
  }

  lastFile(name: string): Promise<Buffer | null> {
    return this.#read(`source-file:${name}`);
  }

  async writeFile(name: string, content: Uint8Array): Promise<void> {
    await this.#redis.set(this.#keys.named(`source-file:${name}`), await pack(content));
  }

  /** Progress of the running sync. */
  async progress(name: string): Promise<{ done: number; total: number } | null> {
    const text = await this.#redis.get(this.#keys.named(`source-progress:${name}`));
    const [done, total] = (text ?? '').split('/').map(Number);
    return text === null ? null : { done: done ?? 0, total: total ?? 0 };
  }

  async writeProgress(name: string, done: number, total: number): Promise<void> {
    await this.#redis.set(this.#keys.named(`source-progress:${name}`), `${done}/${total}`, 'PX', LOCK_MS);
  }

  /** Runs `act` unless a sync of this source is already running, on any machine: then it returns null. */
  async alone<Result>(name: string, act: () => Promise<Result>): Promise<{ result: Result } | null> {
    const key = this.#keys.named(`source-lock:${name}`);
    const holder = nanoid();
    if (!(await takeLock(this.#redis, key, holder, LOCK_MS))) return null;
    return underLock(this.#redis, key, holder, LOCK_MS, async () => {
      try {
        return { result: await act() };
      } finally {
        await this.#redis.del(this.#keys.named(`source-progress:${name}`));
      }
    });
  }

  async addEvent(event: LivestreamEvent): Promise<void> {
    const key = this.#keys.named('events');
    await this.#redis.xadd(key, 'MAXLEN', '~', MAX_EVENTS, '*', 'e', JSON.stringify(event));
  }

  async #read(key: `source-plan:${string}` | `source-file:${string}`): Promise<Buffer | null> {
    const packed = await this.#redis.getBuffer(this.#keys.named(key));
    return packed && unpack(packed);
  }
}

function readRecord(text: string): Source {
  return { ...SOURCE_DEFAULTS, ...(JSON.parse(text) as Source) };
}
