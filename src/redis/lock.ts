import type { RedisClient } from './connection.ts';

/** KEYS: lock. ARGV: holder. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** KEYS: lock. ARGV: holder, ms. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** Deletes a lock (a key whose value names its holder) if this holder still has it; otherwise changes nothing. */
export async function releaseLock(redis: RedisClient, lock: string, holder: string): Promise<void> {
  await redis.eval(RELEASE, 1, lock, holder);
}

/** Lets a lock expire `ms` from now if this holder still has it; otherwise changes nothing. */
export async function renewLock(redis: RedisClient, lock: string, holder: string, ms: number): Promise<void> {
  await redis.eval(RENEW, 1, lock, holder, ms);
}
