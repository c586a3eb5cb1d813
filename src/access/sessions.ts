import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { hashOf, randomSecret } from '../secrets/access-token.ts';

export interface Session {
  /** The key it began with. */
  ref: string;
  proof: string;
  /** The origin it began at: `https://live.example.org`. */
  origin: string;
}

/** A session ends this long after its last request, ms: one working day. */
export const SESSION_MS = 12 * 3_600_000;
/** Minimum interval between extensions, ms: a page that sends a request every second must not cost a write each time. */
const EXTEND_EVERY_MS = 60_000;
const COOKIE = /^[\w-]{43}$/;

/** The sessions of signed-in browsers. Only the SHA-256 of a cookie is stored: whoever reads Redis cannot use it. */
export class Sessions {
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** @returns the cookie: 256 random bits */
  async begin(sessionOf: (cookie: string) => Session): Promise<string> {
    const cookie = randomSecret();
    const key = this.#key(cookie);
    await this.#redis
      .multi()
      .hset(key, { ...sessionOf(cookie) })
      .pexpire(key, SESSION_MS)
      .exec();
    return cookie;
  }

  /** Null: it does not exist, or has expired. Each use extends it. */
  async find(cookie: string): Promise<Session | null> {
    if (!COOKIE.test(cookie)) return null;
    const key = this.#key(cookie);
    const [[ref, proof, origin], left] = await Promise.all([
      this.#redis.hmget(key, 'ref', 'proof', 'origin'),
      this.#redis.pttl(key),
    ]);
    if (!ref || !proof || !origin) return null;
    if (left >= 0 && left < SESSION_MS - EXTEND_EVERY_MS) await this.#redis.pexpire(key, SESSION_MS);
    return { ref, proof, origin };
  }

  async end(cookie: string): Promise<void> {
    if (COOKIE.test(cookie)) await this.#redis.del(this.#key(cookie));
  }

  #key(cookie: string): string {
    return this.#keys.named(`session:${hashOf(cookie).toString('hex')}`);
  }
}
