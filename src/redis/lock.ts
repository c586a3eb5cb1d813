/** Locks: keys that expire, and whose value names their holder. */

import type { RedisClient } from './connection.ts';

/** KEYS: lock. ARGV: holder. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** KEYS: lock. ARGV: holder, ms. A lock that has expired may have been another's meanwhile: it is not taken again. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: lock. ARGV: holder, ms. 1 when the holder has it now. */
const LEASE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** A lock is renewed so many times before it would expire. */
const RENEWALS = 4;

/** Takes a lock for `ms`. @returns false when it is held, by whomever */
export async function takeLock(redis: RedisClient, lock: string, holder: string, ms: number): Promise<boolean> {
  return (await redis.set(lock, holder, 'PX', Math.ceil(ms), 'NX')) === 'OK';
}

/** Takes a lock for `ms`, or renews it. @returns whether this holder has it now */
export async function takeLease(redis: RedisClient, lock: string, holder: string, ms: number): Promise<boolean> {
  return (await redis.eval(LEASE, 1, lock, holder, ms)) === 1;
}

/** Deletes a lock if this holder still has it; otherwise changes nothing. */
export async function releaseLock(redis: RedisClient, lock: string, holder: string): Promise<void> {
  await redis.eval(RELEASE, 1, lock, holder);
}

/** Runs `work` under a lock that this holder has taken for `ms`: renews it meanwhile, and releases it at the end. */
export async function underLock<Result>(
  redis: RedisClient,
  lock: string,
  holder: string,
  ms: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const renew = () => void redis.eval(RENEW, 1, lock, holder, ms).catch(() => {});
  const renewal = setInterval(renew, ms / RENEWALS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await releaseLock(redis, lock, holder).catch(() => {});
  }
}
