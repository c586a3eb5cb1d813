import { expect, it } from 'vitest';
import { keysOf, MAX_SHARDS } from '../../../../src/broadcasts/store/keys.ts';
import { shardOf } from '../../../../src/broadcasts/store/shard-of.ts';

const NAMES = Array.from({ length: 800 }, (_, i) => `account-${i}`);

it('an account stays in its shard for good: these were written down once', () => {
  const shards = (account: string) => [1, 2, 3, 4, 8, 16].map((count) => shardOf(account, count));
  expect(shards('default')).toEqual([0, 0, 0, 3, 3, 14]);
  expect(shards('north')).toEqual([0, 1, 1, 1, 1, 1]);
  expect(shards('south')).toEqual([0, 1, 2, 2, 5, 10]);
});

it.each([2, 3, 8, MAX_SHARDS])('accounts are spread evenly over %i shards', (count) => {
  const sizes = Array.from({ length: count }, () => 0);
  for (const name of NAMES) sizes[shardOf(name, count)] = (sizes[shardOf(name, count)] ?? 0) + 1;
  const fair = NAMES.length / count;
  for (const size of sizes) expect(Math.abs(size - fair)).toBeLessThan(fair * 0.4);
});

it('one shard more takes accounts to itself, and moves none between the others', () => {
  const moved = NAMES.filter((name) => shardOf(name, 4) !== shardOf(name, 5));
  expect(moved.every((name) => shardOf(name, 5) === 4)).toBe(true);
  expect(moved.length).toBeLessThan(NAMES.length / 4);
});

/** The slot of a Redis Cluster: CRC16 (XMODEM) of the hash tag, as its specification says. */
function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(/\{(.+?)\}/.exec(key)?.[1] ?? key)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc % 16_384;
}

it('knows slots as Redis does', () => {
  expect(['123456789', '{0}', 'foo{hash_tag}'].map(slotOf)).toEqual([12_739, 13_907, 2_515]);
});

it.each([2, 3, 4, 8])('the first shards of a Cluster with %i masters lie on different ones', (masters) => {
  const masterOf = (shard: number) => Math.floor((slotOf(keysOf('x', shard).base) / 16_384) * masters);
  const used = new Set(Array.from({ length: masters }, (_, shard) => masterOf(shard)));
  expect(used.size).toBe(masters);
});

it('the first shard has the keys of an installation without shards, and no other has one of them', () => {
  expect(keysOf('livestream').base).toBe('livestream:{0}:');
  const bases = Array.from({ length: MAX_SHARDS }, (_, shard) => keysOf('livestream', shard).base);
  expect(new Set(bases).size).toBe(MAX_SHARDS);
});
