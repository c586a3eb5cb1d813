import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../../broadcasts/store/keys.ts';
import { releaseLock, takeLock } from '../../redis/lock.ts';
import type { Sealer } from '../../secrets/sealing.ts';
import type { StoredToken, TokenStore } from './tokens.ts';

export interface RedisTokenStoreOptions {
  redis: Redis | Cluster;
  /** The full key of a name. `token:…` and `token-lock:…` must share one Cluster slot. */
  key: Keys['named'];
  /** Encrypts tokens; without it, Redis has them as plain text. They are valid for an hour. */
  sealer?: Sealer | null;
}

/**
 * KEYS: token, lock. ARGV: holder, value, ms to live.
 * Stores the token and releases the lock if the holder still has it: 1. Otherwise changes nothing: 0.
 */
const STORE = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`;

/** The token store of an installation: one value and one lock per name. */
export function createRedisTokenStore({ redis, key, sealer }: RedisTokenStoreOptions): TokenStore {
  const tokenKey = (name: string) => key(`token:${name}`);
  const lockKey = (name: string) => key(`token-lock:${name}`);
  return {
    read: async (name) => {
      const value = await redis.get(tokenKey(name));
      return value === null ? null : decode(value, sealer);
    },
    lock: (name, holder, ttlMs) => takeLock(redis, lockKey(name), holder, ttlMs),
    unlock: (name, holder) => releaseLock(redis, lockKey(name), holder),
    store: async (name, holder, token, ttlMs) => {
      const text = JSON.stringify(token);
      const value = sealer ? sealer.seal(text) : text;
      const ttl = String(Math.max(1, Math.ceil(ttlMs)));
      return (await redis.eval(STORE, 2, tokenKey(name), lockKey(name), holder, value, ttl)) === 1;
    },
  };
}

/** A value that cannot be decrypted (another SECRETS_KEY) counts as no token: a new one is cheap. */
function decode(value: string, sealer: Sealer | null | undefined): StoredToken | null {
  try {
    const token = JSON.parse(sealer ? sealer.open(value) : value) as StoredToken;
    return typeof token.token === 'string' && typeof token.id === 'string' ? token : null;
  } catch {
    return null;
  }
}
