import { createHash } from 'node:crypto';

/** Maximum cached accounts per number of shards: a hash takes 2 µs, and every command needs one. */
const MAX_KNOWN = 10_000;
const known = new Map<string, number>();

/**
 * The shard with all data of an account: the same in every process, whatever else is stored. Each shard bids for the account, and the
 * highest bid wins (rendezvous hashing), so that an additional shard only takes accounts for itself.
 * @param shards number of shards @returns 0 to `shards` - 1
 */
export function shardOf(account: string, shards: number): number {
  if (shards === 1) return 0;
  const name = `${shards} ${account}`;
  const found = known.get(name) ?? highestBid(account, shards);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, found);
  return found;
}

function highestBid(account: string, shards: number): number {
  const bids = Array.from({ length: shards }, (_, shard) =>
    createHash('sha256').update(`${shard} ${account}`).digest().readUInt32BE(),
  );
  return bids.indexOf(Math.max(...bids));
}
