import type { Logger } from 'pino';
import type { Clock } from '../src/clock.ts';
import { type StoredEvent, type StreamEntry, storedEvent } from '../src/events/event-log.ts';
import type { RedisClient } from '../src/queue/redis-connection.ts';

const GROUP = 'notifications';
/** One name for all processes: what one of them took and did not finish is told by its age, and no name is left behind. */
const CONSUMER = 'workers';
/** A blocking read returns this often without events, ms: so that a shutdown is noticed. */
const BLOCK_MS = 1_000;
/** Events that a worker took and did not finish are given out again after this, ms. */
const ABANDONED_MS = 5_000;
/** News older than this is none, ms: notifications had been turned off meanwhile. */
const STALE_MS = 24 * 3_600_000;
const PAGE = 100;
/** Pause after a fault of Redis, ms. */
const PAUSE_MS = 200;

/** Reads the event stream for all workers together and hands each event on once; a crash loses none. */
export class NotificationFeed {
  readonly #redis: RedisClient;
  readonly #key: string;
  readonly #take: (events: StoredEvent[]) => Promise<void>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #stopped = false;
  #running: Promise<void> | null = null;

  /** @param options `redis`: a connection of its own, it blocks; `key`: the event stream; `take`: must be idempotent */
  constructor(options: {
    redis: RedisClient;
    key: string;
    take: (events: StoredEvent[]) => Promise<void>;
    clock: Clock;
    logger: Logger;
  }) {
    this.#redis = options.redis;
    this.#key = options.key;
    this.#take = options.take;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Resolves when its place in the stream is marked: no event after that is missed. */
  async start(): Promise<void> {
    await this.#ensureGroup();
    this.#running ??= this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#ensureGroup();
        while (!this.#stopped) {
          await this.#workOff(await this.#abandoned());
          await this.#workOff(await this.#fresh());
        }
      } catch (error) {
        if (this.#stopped) return;
        this.#logger.warn({ err: error }, 'events not handed on for notification yet');
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  /** The first time from now on: what happened before NOTIFY_URL was set is no news. */
  async #ensureGroup(): Promise<void> {
    await this.#redis.xgroup('CREATE', this.#key, GROUP, '$', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.includes('BUSYGROUP')) throw error;
    });
  }

  async #abandoned(): Promise<StreamEntry[]> {
    const idle = ABANDONED_MS;
    const claimed = await this.#redis.xautoclaim(this.#key, GROUP, CONSUMER, idle, '0', 'COUNT', PAGE);
    return (claimed as [string, StreamEntry[]])[1].filter((entry) => entry !== null);
  }

  async #fresh(): Promise<StreamEntry[]> {
    const read = await this.#redis.xreadgroup(
      'GROUP',
      GROUP,
      CONSUMER,
      'COUNT',
      PAGE,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      this.#key,
      '>',
    );
    return ((read ?? []) as [string, StreamEntry[]][])[0]?.[1] ?? [];
  }

  async #workOff(entries: StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const since = this.#clock.now() - STALE_MS;
    const events = entries.map(storedEvent).filter((event) => event !== null);
    await this.#take(events.filter(({ id }) => Number(id.split('-', 1)[0]) >= since));
    await this.#redis.xack(this.#key, GROUP, ...entries.map(([id]) => id));
  }
}
