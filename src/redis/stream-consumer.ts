import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { FailureLog } from '../services/failure-log.ts';
import { endedWithin, type Service } from '../services/service.ts';
import type { RedisClient } from './connection.ts';

/** An entry of a Redis stream: its id and its fields, name and value in turn. */
export type StreamEntry = [id: string, fields: string[]];

export interface StreamConsumerOptions {
  /** Names the consumer in the log. */
  name: string;
  /** A connection of its own: it blocks. */
  redis: RedisClient;
  /** The stream. */
  key: string;
  group: string;
  /** Where the group begins when it is new: `0` the oldest entry, `$` what comes from now on. */
  from: '0' | '$';
  /** Processes entries. Those whose ids it returns are done, the others are delivered again. Must be idempotent. */
  take: (entries: StreamEntry[]) => Promise<string[]>;
  /** Whether finished entries are deleted from the stream. */
  remove: boolean;
  /** An entry that was not finished is delivered again after this, ms; default 5 s. */
  retryMs?: number;
  clock: Clock;
  logger: Logger;
}

/** One name for all processes: unfinished entries are found by their age, and dead processes leave no names behind. */
const CONSUMER = 'workers';
/** A blocking read without entries returns after this, ms, so that a shutdown is noticed. */
const BLOCK_MS = 1_000;
/** Entries that a worker did not finish are delivered again after this, ms. */
const ABANDONED_MS = 5_000;
const PAGE = 100;
/** Pause after a Redis error, ms. */
const PAUSE_MS = 200;

/** Reads a stream for all workers together: each entry is processed at least once, even if a worker dies while doing so. */
export class StreamConsumer implements Service {
  readonly name: string;
  readonly #options: StreamConsumerOptions;
  readonly #failures: FailureLog;
  #stopped = false;
  #running: Promise<void> | null = null;

  constructor(options: StreamConsumerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#failures = new FailureLog(options.logger);
  }

  /** Resolves when the group's position in the stream is stored: no entry after that is missed. */
  async start(): Promise<void> {
    await this.#ensureGroup();
    this.#running ??= this.#loop();
  }

  /** Waits up to `graceMs` for the entries in progress. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const { redis } = this.#options;
    // Its read would wait for Redis to come back.
    if (redis.status !== 'ready') redis.disconnect();
    if (this.#running) await endedWithin(this.#running, graceMs);
  }

  /** One round: entries that a consumer took and did not finish, then new ones, for which it waits up to a second. */
  async runOnce(): Promise<void> {
    await this.#workOff(await this.#abandoned());
    await this.#workOff(await this.#fresh());
  }

  async #loop(): Promise<void> {
    const { name, clock, key } = this.#options;
    while (!this.#stopped) {
      try {
        await this.#ensureGroup();
        while (!this.#stopped) {
          await this.runOnce();
          this.#failures.succeeded(name);
        }
      } catch (error) {
        if (this.#stopped) return;
        this.#failures.failed(name, error, 'could not read a Redis stream; trying again', { stream: key });
        await clock.sleepUntil(clock.now() + PAUSE_MS);
      }
    }
  }

  async #ensureGroup(): Promise<void> {
    const { redis, key, group, from } = this.#options;
    await redis.xgroup('CREATE', key, group, from, 'MKSTREAM').catch((error: Error) => {
      if (!error.message.includes('BUSYGROUP')) throw error;
    });
  }

  async #abandoned(): Promise<StreamEntry[]> {
    const { redis, key, group, retryMs = ABANDONED_MS } = this.#options;
    const claimed = await redis.xautoclaim(key, group, CONSUMER, retryMs, '0', 'COUNT', PAGE);
    // An entry that was trimmed meanwhile is null.
    return (claimed as [string, (StreamEntry | null)[]])[1].filter((entry) => entry !== null);
  }

  async #fresh(): Promise<StreamEntry[]> {
    const { redis, key, group } = this.#options;
    const read = await redis.xreadgroup(
      'GROUP',
      group,
      CONSUMER,
      'COUNT',
      PAGE,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      key,
      '>',
    );
    return ((read ?? []) as [string, StreamEntry[]][])[0]?.[1] ?? [];
  }

  async #workOff(entries: StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { redis, key, group, take, remove } = this.#options;
    const done = await take(entries);
    if (done.length === 0) return;
    await redis.xack(key, group, ...done);
    if (remove) await redis.xdel(key, ...done);
  }
}
