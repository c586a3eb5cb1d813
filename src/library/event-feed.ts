import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { LibraryLogger } from './options.ts';

export type EventListener = (event: LivestreamEvent) => unknown;

/** A blocking read returns this often without events, ms: so that `close` is noticed. */
const BLOCK_MS = 1_000;
const RETRY_MS = 200;
const PAGE = 200;

type Entry = [id: string, fields: string[]];

/**
 * Hands what happens, from the first `on` onwards, to listeners. It reads Redis' stream of events by position, so that nothing
 * is lost while the connection is down.
 */
export class EventFeed {
  readonly #commands: RedisClient;
  readonly #connect: () => Promise<RedisClient>;
  readonly #stream: string;
  readonly #logger: LibraryLogger;
  readonly #listeners = new Set<{ matches: (type: string) => boolean; listener: EventListener }>();
  #running: Promise<void> | null = null;
  #client: RedisClient | null = null;
  #closed = false;

  constructor(options: {
    commands: RedisClient;
    /** A connection of its own, which it ends: it blocks. */
    connect: () => Promise<RedisClient>;
    stream: string;
    logger: LibraryLogger;
  }) {
    this.#commands = options.commands;
    this.#connect = options.connect;
    this.#stream = options.stream;
    this.#logger = options.logger;
  }

  /** `pattern`: a type, `alert.*`, `broadcast.*` or `*`. Returns what takes the listener away again. */
  on(pattern: string, listener: EventListener): () => void {
    const entry = { matches: matcher(pattern), listener };
    this.#listeners.add(entry);
    // Asked on the connection of the commands: a command given after this call comes after this position.
    this.#running ??= this.#run(this.#lastId());
    return () => this.#listeners.delete(entry);
  }

  /** Resolves once no listener is called any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    // Interrupts the blocking read, so that nothing waits for it.
    this.#client?.disconnect();
    await this.#running;
  }

  async #lastId(): Promise<string> {
    const [last] = await this.#commands.xrevrange(this.#stream, '+', '-', 'COUNT', 1);
    return last?.[0] ?? '0-0';
  }

  async #run(first: Promise<string>): Promise<void> {
    let position: string | null = null;
    while (!this.#closed) {
      try {
        position ??= await first.catch(() => this.#lastId());
        this.#client ??= await this.#connect();
        for (const [id, fields] of await this.#readAfter(position, this.#client)) {
          position = id;
          this.#deliver(fields[1] ?? 'null');
        }
      } catch (error) {
        if (this.#closed) break;
        this.#logger.warn({ err: error }, 'could not read events; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#client?.disconnect();
  }

  async #readAfter(position: string, client: RedisClient): Promise<Entry[]> {
    const read = await client.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', this.#stream, position);
    const [stream] = (read ?? []) as [string, Entry[]][];
    return stream?.[1] ?? [];
  }

  #deliver(text: string): void {
    const event = JSON.parse(text) as LivestreamEvent | null;
    if (!event) return;
    for (const { matches, listener } of [...this.#listeners]) {
      if (matches(event.type)) this.#call(listener, event);
    }
  }

  /** An error in a listener belongs to your program; it must not end the feed. */
  #call(listener: EventListener, event: LivestreamEvent): void {
    const failed = (error: unknown) => this.#logger.error({ err: error, type: event.type }, 'an event listener failed');
    try {
      Promise.resolve(listener(event)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

function matcher(pattern: string): (type: string) => boolean {
  if (pattern === '*') return () => true;
  if (pattern.endsWith('.*')) return (type) => type.startsWith(pattern.slice(0, -1));
  return (type) => type === pattern;
}
