import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import { OLDEST } from './event-id.ts';
import { EVENTS, type EventLog, type StoredEvent, type StreamEntry, storedEvent } from './event-log.ts';

/** A blocking read without events returns after this long, ms, so that a shutdown is noticed. */
const BLOCK_MS = 1_000;
const PAGE = 500;
/** Pause after a Redis error, ms. */
const PAUSE_MS = 200;

/** Called with new events, in order; `last` is the position in the stream after them. Must not block or throw. */
export type EventListener = (events: StoredEvent[], last: string) => void;

/** The only blocking reader of the event stream in this process; all followers subscribe to it. */
export class EventHub {
  readonly log: EventLog;
  readonly #redis: RedisClient;
  readonly #key: string;
  readonly #logger: Logger;
  readonly #listeners = new Set<EventListener>();
  #position: string = OLDEST;
  #stopped = false;
  #running: Promise<void> | null = null;

  /** @param redis a connection of its own: it blocks */
  constructor(options: { redis: RedisClient; named: Keys['named']; log: EventLog; logger: Logger }) {
    this.#redis = options.redis;
    this.#key = options.named(EVENTS);
    this.log = options.log;
    this.#logger = options.logger;
  }

  /** The listeners have received everything up to here. */
  get position(): string {
    return this.#position;
  }

  /** Reads on from the newest event. Safe to call twice. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#position = await this.log.newestId();
    this.#running = this.#loop();
  }

  /** Ends at the next return of the blocking read; disconnect its connection to end it at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Calls `listener` with everything after `position`, until the returned function is called. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#readOn();
      } catch (error) {
        if (this.#stopped) return;
        this.#logger.debug({ err: error }, 'could not read the event stream; trying again');
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #readOn(): Promise<void> {
    const read = await this.#redis.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', this.#key, this.#position);
    const entries = ((read ?? []) as [string, StreamEntry[]][])[0]?.[1] ?? [];
    const last = entries.at(-1)?.[0];
    if (last === undefined) return;
    this.#position = last;
    const events = entries.map(storedEvent).filter((event) => event !== null);
    for (const listener of [...this.#listeners]) listener(events, last);
  }
}
