import type { KeyName, Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import { unlessWrongType } from './wrong-type.ts';

/** Fields of `idem:<key>` that are not marks: the hash of the request, its answer, and what a bulk action matched. */
const OF_REQUEST: ReadonlySet<string> = new Set(['h', 'a', 'm']);

/**
 * Copies what is known of each `Idempotency-Key` in a shard, and overwrites nothing. The marks of a bulk action must lie beside what
 * they mark, wherever that goes: every shard gets them. All else stays where it is, or goes to the first shard when its own goes.
 * @param names of the keys `idem:` in `from` @param to the shards that there will be, the first one's keys first
 */
export async function copyMarks(
  redis: RedisClient,
  from: Keys,
  names: readonly KeyName[],
  to: readonly Keys[],
): Promise<void> {
  for (const name of names) {
    // Before the fields: a hash that expires in between is not copied at all.
    const left = await redis.pttl(from.named(name));
    const fields = Object.entries(await unlessWrongType(redis.hgetall(from.named(name)), {}));
    const hasMarks = fields.some(([field]) => !OF_REQUEST.has(field));
    for (const [shard, keys] of to.entries()) {
      const gets =
        shard === 0 && !to.includes(from) ? () => true : (field: string) => field === 'h' || !OF_REQUEST.has(field);
      if (keys === from || (!hasMarks && (shard > 0 || to.includes(from)))) continue;
      const step = redis.multi();
      for (const [field, text] of fields) if (gets(field)) step.hsetnx(keys.named(name), field, text);
      const longest = Math.max(left, await redis.pttl(keys.named(name)));
      if (longest > 0) step.pexpire(keys.named(name), longest);
      await step.exec();
    }
  }
}
