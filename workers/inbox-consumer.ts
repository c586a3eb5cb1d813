import type { Logger } from 'pino';
import type { Keys } from '../src/broadcasts/keys.ts';
import type { Observation } from '../src/broadcasts/observation.ts';
import type { RedisClient } from '../src/queue/redis-connection.ts';
import { INBOX_GROUP, inboxKey } from '../src/zoom/webhook-inbox.ts';

/** A blocking read returns this often without events, ms: so that a shutdown is noticed. */
const BLOCK_MS = 1_000;
/** An event that a worker took and did not finish is given to another after this, ms. */
const ABANDONED_MS = 5_000;
const PAGE = 100;

type Entry = [id: string, fields: string[]];

/** Takes Zoom's events off the inbox and works them off; one that is finished is removed, one that is not comes again. */
export class InboxConsumer {
  readonly #redis: RedisClient;
  readonly #key: string;
  readonly #workerId: string;
  readonly #take: (seen: Observation) => Promise<unknown>;
  readonly #logger: Logger;
  #stopped = false;
  #running: Promise<void> | null = null;

  /** @param redis a connection of its own: it blocks */
  constructor(options: {
    redis: RedisClient;
    keys: Keys;
    workerId: string;
    take: (seen: Observation) => Promise<unknown>;
    logger: Logger;
  }) {
    this.#redis = options.redis;
    this.#key = inboxKey(options.keys);
    this.#workerId = options.workerId;
    this.#take = options.take;
    this.#logger = options.logger;
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    // Its read would wait for Redis to come back.
    if (this.#redis.status !== 'ready') this.#redis.disconnect();
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
        this.#logger.debug({ err: error }, 'inbox');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async #ensureGroup(): Promise<void> {
    await this.#redis.xgroup('CREATE', this.#key, INBOX_GROUP, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.includes('BUSYGROUP')) throw error;
    });
  }

  async #abandoned(): Promise<Entry[]> {
    const [, entries] = (await this.#redis.xautoclaim(
      this.#key,
      INBOX_GROUP,
      this.#workerId,
      ABANDONED_MS,
      '0',
      'COUNT',
      PAGE,
    )) as [string, Entry[]];
    return entries;
  }

  async #fresh(): Promise<Entry[]> {
    const read = await this.#redis.xreadgroup(
      'GROUP',
      INBOX_GROUP,
      this.#workerId,
      'COUNT',
      PAGE,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      this.#key,
      '>',
    );
    const [stream] = (read ?? []) as [string, Entry[]][];
    return stream?.[1] ?? [];
  }

  async #workOff(entries: Entry[]): Promise<void> {
    for (const [id, fields] of entries) {
      try {
        await this.#take(JSON.parse(fields[1] ?? 'null') as Observation);
      } catch (error) {
        // Left pending: it comes again. An event that is no JSON of ours can only be dropped.
        this.#logger.warn({ err: error, entry: id }, 'event not taken in');
        if (!(error instanceof SyntaxError)) continue;
      }
      await this.#redis.xack(this.#key, INBOX_GROUP, id);
      await this.#redis.xdel(this.#key, id);
    }
  }
}
