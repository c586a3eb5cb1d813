import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import type { RedisClient } from '../redis/connection.ts';
import { releaseLock, takeLease } from '../redis/lock.ts';
import { FailureLog } from '../services/failure-log.ts';
import { endedWithin, type Service } from '../services/service.ts';
import type { RelayedStreams } from './relayed-streams.ts';

/** When the process that passes on dies, another one does it after this, ms. */
const LEASE_MS = 3_000;
/** A blocking read without entries returns after this, ms. */
const BLOCK_MS = 1_000;
/** Another process passes on: look again after this, ms. */
const POLL_MS = 500;
/** Pause after a Redis error, ms. */
const PAUSE_MS = 200;

export interface RelayOptions {
  redis: RedisClient;
  /** Opens a connection of its own, which it closes: it blocks. */
  connect: () => Promise<RedisClient>;
  /** Of the first shard. */
  home: Keys;
  /** Of the shard whose reports are passed on. */
  streams: RelayedStreams;
  shard: number;
  /** Names this process. */
  id: string;
  clock: Clock;
  logger: Logger;
}

/**
 * Passes on what a shard reports to the streams of the first shard, which all readers follow: its events and its lines of the
 * audit, each once and in order. Every process of the installation can, one at a time does.
 */
export class Relay implements Service {
  readonly name: string;
  readonly #options: RelayOptions;
  readonly #failures: FailureLog;
  #client: RedisClient | null = null;
  #isOurs = false;
  #stopped = false;
  #running: Promise<void> | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.name = `relay of shard ${options.shard}`;
    this.#failures = new FailureLog(options.logger);
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  /** Passes on what this process has reported last. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#client?.disconnect();
    const ended = (this.#running ?? Promise.resolve()).then(() => this.#leave()).catch(() => {});
    await endedWithin(ended, graceMs);
    this.#client?.disconnect();
  }

  async #loop(): Promise<void> {
    const { clock, shard } = this.#options;
    while (!this.#stopped) {
      try {
        this.#isOurs = await takeLease(this.#options.redis, this.#lease, this.#options.id, LEASE_MS);
        if (this.#isOurs) await this.#wait();
        else await clock.sleepUntil(clock.now() + POLL_MS);
        this.#failures.succeeded(this.name);
      } catch (error) {
        if (this.#stopped) return;
        const message = 'could not pass on the events of a shard; trying again';
        this.#failures.failed(this.name, error, message, { shard });
        await clock.sleepUntil(clock.now() + PAUSE_MS);
      }
    }
  }

  /** Waits up to a second for entries, and passes them on. */
  async #wait(): Promise<void> {
    this.#client ??= await this.#options.connect();
    if (!this.#stopped) await this.#options.streams.waitAndPassOn(this.#client, BLOCK_MS);
  }

  async #leave(): Promise<void> {
    const { redis, id, streams } = this.#options;
    if (!this.#isOurs) return;
    while ((await streams.passOn()) > 0);
    await releaseLock(redis, this.#lease, id);
  }

  get #lease(): string {
    return this.#options.home.named(`relay-lease:${this.#options.shard}`);
  }
}
