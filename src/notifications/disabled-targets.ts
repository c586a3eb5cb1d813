import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';

/** A target that answered 410 gets nothing for this long, ms; then one event tries it again. */
const GONE_MS = 24 * 3_600_000;

/** Targets that answered 410 Gone: nothing more is sent to them (Standard Webhooks, "Operational considerations"). */
export class DisabledTargets {
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async note(id: string): Promise<void> {
    await this.#redis.set(this.#key(id), '1', 'PX', GONE_MS);
  }

  async has(id: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key(id))) === 1;
  }

  /** It accepts messages again. */
  async forget(id: string): Promise<void> {
    await this.#redis.del(this.#key(id));
  }

  #key(id: string): string {
    return this.#keys.named(`notify-gone:${id}`);
  }
}
