import type { Cluster, Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** An Idempotency-Key is remembered this long, ms. */
export const IDEMPOTENCY_TTL_MS = 24 * 3_600_000;

/** What was answered under an `Idempotency-Key`, as the script kept it (`idempotency.lua`); empty: not yet. Null: the key is new. */
export async function answerUnder(
  redis: Redis | Cluster,
  keys: Keys,
  key: string,
): Promise<{ bodyHash: string; answer: string } | null> {
  const [bodyHash, answer] = await redis.hmget(keys.named(`idem:${key}`), 'h', 'a');
  return bodyHash ? { bodyHash, answer: answer ?? '' } : null;
}
