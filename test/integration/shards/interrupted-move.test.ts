import type { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { shardOf } from '../../../src/broadcasts/store/shard-of.ts';
import { changeShards } from '../../../src/installation/shard-count.ts';
import { PREFIX, type ShardedService, startSharded } from '../../support/sharded-service.ts';

let service: ShardedService;
afterEach(() => service.stop());

/** Nothing runs any more; its last report would hold up a move for 20 s. */
async function end(): Promise<void> {
  await service.end();
  await service.raw.del(`${PREFIX}:{0}:processes`);
}

/** What is written of a move, with its last writes in a MULTI. */
const WRITES = ['restore', 'zrem', 'del', 'hdel', 'multi'];
/** A connection that dies before write number `at` about one of `ids`. */
function dyingAt(raw: Redis, at: number, ids: readonly string[]): Redis {
  let count = 0;
  return new Proxy(raw, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const about = name === 'multi' || args.some((arg) => ids.some((id) => String(arg).includes(id)));
        if (about && WRITES.includes(String(name))) count += 1;
        if (count >= at) throw new Error('killed');
        return value.apply(target, args);
      };
    },
  });
}

it('a move that was killed anywhere and is run again leaves nothing behind', async () => {
  service = await startSharded(1);
  const { id } = await service.schedule('south', { labels: { room: 'A' } });
  await service.ask('PATCH', `/v1/broadcasts/${id}`, { title: 'New' });
  const cause = { code: 'failed', broadcastId: id, account: 'south', labels: {}, message: 'm', advice: 'a' };
  const keys = service.core.keys;
  await service.raw.hset(keys.named('alert:al_1'), 'd', JSON.stringify(cause));
  await service.raw.zadd(keys.named('alerts:all'), 1, 'al_1');
  await service.raw.hset(keys.named('alert-causes'), `${id}:failed`, 'al_1');
  await end();
  const left = async () => {
    const found = await service.raw.keys(`${PREFIX}:*`);
    return found.filter((key) => [`:b:${id}`, `:h:${id}`, ':alert:al_1'].some((name) => key.endsWith(name))).sort();
  };
  let killed = 0;
  for (let done = false; !done; ) {
    const dying = dyingAt(service.raw, killed + 1, [id, 'al_1']);
    done = await changeShards(dying as never, PREFIX, 3).then(
      () => true,
      (error) => {
        expect(error.message).toBe('killed');
        killed += 1;
        return false;
      },
    );
    // With another number first: what it began must be found there, too.
    if (killed === 2) await changeShards(service.raw as never, PREFIX, 2);
    await changeShards(service.raw as never, PREFIX, 3);
    const base = keysOf(PREFIX, shardOf('south', 3)).base;
    expect(await left(), `killed at ${killed}`).toEqual([`${base}alert:al_1`, `${base}b:${id}`, `${base}h:${id}`]);
    expect(await service.raw.zrange(`${base}ix:account:south`, '0', '-1')).toEqual([id]);
    await changeShards(service.raw as never, PREFIX, 1);
  }
  expect(killed).toBeGreaterThan(3);
});

it('a copy in another shard than that of its account is not read', async () => {
  service = await startSharded(3);
  const { id } = await service.schedule('north');
  await service.ask('PATCH', `/v1/broadcasts/${id}`, { title: 'First' });
  const [from, to] = [service.keysOf('north'), service.keysOf('west')];
  for (const [source, target] of [
    [from.broadcast(id), to.broadcast(id)],
    [from.history(id), to.history(id)],
  ] as const) {
    await service.raw.restore(target, '0', (await service.raw.dumpBuffer(source)) as Buffer);
  }
  await service.ask('PATCH', `/v1/broadcasts/${id}`, { title: 'New' });
  expect((await service.ask('PATCH', `/v1/broadcasts/${id}`, { labels: { a: 'b' } })).status).toBe(200);
  const { body } = await service.ask('GET', `/v1/broadcasts/${id}`);
  expect([body.title, body.labels]).toEqual(['New', { a: 'b' }]);
  const { history } = (await service.ask('GET', `/v1/broadcasts/${id}/history`)).body;
  expect(history).toHaveLength(4);
});

it('what is damaged does not hold up a move, and stays where the quarantine finds it', async () => {
  service = await startSharded(3);
  const { id } = await service.schedule('south');
  const of = service.keysOf('south');
  await end();
  await service.raw.zadd(of.index('all'), 1, 'bc_none', 2, 'bc_text');
  await service.raw.set(of.broadcast('bc_text'), 'x');
  await service.raw.hset(keysOf(PREFIX).named('pauses'), 'pa_x', '{');
  for (const shards of [2, 1]) await changeShards(service.raw as never, PREFIX, shards);
  const home = keysOf(PREFIX);
  expect((await service.raw.zrange(home.index('all'), '0', '-1')).sort()).toEqual([id, 'bc_text'].sort());
  expect(await service.raw.get(home.broadcast('bc_text'))).toBe('x');
  expect(await service.raw.hget(home.named('pauses'), 'pa_x')).toBe('{');
});

it('the marks of a bulk action are in every shard after a move, and none is overwritten', async () => {
  service = await startSharded(3);
  await end();
  const bases = [0, 1, 2].map((shard) => keysOf(PREFIX, shard).named('idem:shift'));
  const [first = '', second = '', third = ''] = bases;
  await service.raw.hset(first, { h: 'hash', m: 'matched', bc_1: 'one' });
  await service.raw.hset(third, { h: 'hash', bc_2: 'two' });
  for (const key of [first, third]) await service.raw.pexpire(key, 60_000);
  await changeShards(service.raw as never, PREFIX, 2);
  expect(await service.raw.hgetall(first)).toEqual({ h: 'hash', m: 'matched', bc_1: 'one', bc_2: 'two' });
  expect(await service.raw.hgetall(second)).toEqual({ h: 'hash', bc_1: 'one', bc_2: 'two' });
  for (const key of [first, second]) expect(await service.raw.pttl(key)).toBeGreaterThan(0);
});
