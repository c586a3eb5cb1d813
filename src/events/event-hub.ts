import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import { FailureLog } from '../services/failure-log.ts';
import type { Service } from '../services/service.ts';
import { OLDEST } from './event-id.ts';
import { EVENTS, type EventEntry, type EventLog, type StoredEvent, storedEvent } from './event-log.ts';

/** A blocking read without events returns after this long, ms. */
const BLOCK_MS = 1_000;
const PAGE = 500;
/** Pause after a Redis error, ms. */
const PAUSE_MS = 200;

export interface EventHubOptions {
  /** Opens a connection of its own, which it closes: it blocks. */
  connect: () => Promise<RedisClient>;
  named: Keys['named'];
  log: EventLog;
  logger: Pick<Logger, 'debug' | 'info' | 'warn'>;
}

/** Called with new events, in order; `last` is the position in the stream after them. Must not block or throw. */
export type BatchListener = (events: StoredEvent[], last: string) => void;

/**
 * The only blocking reader of the event stream in this process; all followers subscribe to it. It reads by position, so that
 * nothing is lost while the connection is down.
 */
export class EventHub implements Service {
  readonly name = 'event reader';
  readonly log: EventLog;
  readonly #connect: EventHubOptions['connect'];
  readonly #key: string;
  readonly #failures: FailureLog;
  readonly #listeners = new Set<BatchListener>();
  #client: RedisClient | null = null;
  #position: string = OLDEST;
  #stopped = false;
  #started: Promise<void> | null = null;
  #running: Promise<void> | null = null;

  constructor(options: EventHubOptions) {
    this.#connect = options.connect;
    this.#key = options.named(EVENTS);
    this.log = options.log;
    this.#failures = new FailureLog(options.logger);
  }

  /** The listeners have received everything up to here. */
  get position(): string {
    return this.#position;
  }

  /**
   * Reads on from the newest event; resolves once that one is known. It is asked for at once, on the connection of the
   * commands: the events of a command given after this call come after it. Safe to call twice.
   */
  start(): Promise<void> {
    this.#started ??= this.#untilDone(async () => {
      this.#position = await this.log.newestId();
    });
    this.#running ??= this.#started.then(() => this.#loop());
    return this.#started;
  }

  /** Breaks off the blocking read and closes the connection. No listener is called afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#client?.disconnect();
    await this.#running;
    this.#client?.disconnect();
  }

  /** Calls `listener` with everything after `position`, until the returned function is called. */
  listen(listener: BatchListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) await this.#untilDone(() => this.#readOn());
  }

  /** Repeats `step` after an error, until it succeeds or the hub stops. */
  async #untilDone(step: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        await step();
        this.#failures.succeeded(this.name);
        return;
      } catch (error) {
        if (this.#stopped) return;
        this.#failures.failed(this.name, error, 'could not read events; trying again');
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #readOn(): Promise<void> {
    this.#client ??= await this.#connect();
    if (this.#stopped) return;
    const read = await this.#client.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', this.#key, this.#position);
    const entries = ((read ?? []) as [string, EventEntry[]][])[0]?.[1] ?? [];
    const last = entries.at(-1)?.[0];
    if (last === undefined || this.#stopped) return;
    this.#position = last;
    const events = entries.map(storedEvent).filter((event) => event !== null);
    for (const listener of [...this.#listeners]) listener(events, last);
  }
}
