import type { Cluster, Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** Redis remembers an Idempotency-Key for this long, ms. */
export const IDEMPOTENCY_TTL_MS = 24 * 3_600_000;

/** The answer under an `Idempotency-Key` as the script stored it (`idempotency.lua`); empty: not yet. Null: the key is new. */
export async function answerUnder(
  redis: Redis | Cluster,
  keys: Keys,
  key: string,
): Promise<{ bodyHash: string; answer: string } | null> {
  const [bodyHash, answer] = await redis.hmget(keys.named(`idem:${key}`), 'h', 'a');
  return bodyHash ? { bodyHash, answer: answer ?? '' } : null;
}
