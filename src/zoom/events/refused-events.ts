import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../../broadcasts/store/keys.ts';
import type { Clock } from '../../clock.ts';

/** Anyone can send a delivery that gets rejected, so write at most this often, ms … */
const WRITE_EVERY_MS = 5_000;
/** … and log at most this often, ms. */
const LOG_EVERY_MS = 60_000;

const REFUSED =
  'refused an event at /v1/zoom/webhooks: its signature is wrong (signature_invalid). If Zoom sent it, check ZOOM_WEBHOOK_SECRET_TOKEN; nothing confirms that streams are on meanwhile';

/** Webhook deliveries rejected for their signature, since the installation began. */
export interface RefusedDeliveries {
  count: number;
  /** Time of the last one, ms; null: there was none. */
  lastAt: number | null;
}

/** Counts rejected deliveries for `/metrics` and `doctor`: otherwise a wrong secret would look like silence. */
export class RefusedEvents {
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'warn'>;
  #pending = 0;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #unlogged = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: Redis | Cluster, keys: Keys, clock: Clock, logger: Pick<Logger, 'warn'>) {
    this.#redis = redis;
    this.#keys = keys;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Never rejects. If this write fails, a later one includes it. @param why in words */
  note(why: string): void {
    const now = this.#clock.monotonic();
    this.#log(why, now);
    this.#pending += 1;
    if (now - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = now;
    const count = this.#pending;
    this.#pending = 0;
    const key = this.#keys.named('events-refused');
    const step = this.#redis.multi().hincrby(key, 'count', count).hset(key, 'at', Math.floor(this.#clock.now()));
    void step.exec().catch(() => {
      this.#pending += count;
    });
  }

  #log(why: string, now: number): void {
    this.#unlogged += 1;
    if (now - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = now;
    this.#logger.warn({ deliveries: this.#unlogged, why }, REFUSED);
    this.#unlogged = 0;
  }
}

export async function refusedDeliveries(redis: Redis | Cluster, keys: Keys): Promise<RefusedDeliveries> {
  const [count, at] = await redis.hmget(keys.named('events-refused'), 'count', 'at');
  return { count: Number(count ?? 0), lastAt: at ? Number(at) : null };
}
