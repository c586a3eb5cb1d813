import { afterEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { LivestreamError } from '../../../src/errors.ts';
import { changeShards, joinShards } from '../../../src/installation/shard-count.ts';
import { startUp } from '../../../src/standalone/up.ts';
import { collectLog } from '../../support/real-context.ts';
import { ACCOUNTS, PREFIX, type ShardedService, startSharded } from '../../support/sharded-service.ts';
import { until } from '../../support/wait-for.ts';

let service: ShardedService;
afterEach(() => service?.stop());

const refusalOf = (starting: Promise<unknown>) =>
  starting.then(
    () => null,
    (error) => (error instanceof LivestreamError ? [error.code, error.message] : error),
  );

/** Everything the API shows. */
async function shown() {
  const paths = ['/v1/broadcasts?limit=100', '/v1/alerts?limit=100', '/v1/pauses', '/v1/series', '/v1/keys'];
  const answers = await Promise.all(paths.map((path) => service.ask('GET', path)));
  const { broadcasts } = answers[0]?.body ?? {};
  const histories = await Promise.all(
    broadcasts.map(({ id }: { id: string }) => service.ask('GET', `/v1/broadcasts/${id}/history`)),
  );
  return [...answers, ...histories].map(({ body }) => body);
}

it('is that of the first process, and no process with another number starts', async () => {
  service = await startSharded(3);
  await service.schedule('north');
  await service.end();
  for (const other of [1, 2, 4])
    expect(await refusalOf(service.begin(other))).toEqual([
      'other_shards',
      `this installation has 3 shards, and QUEUE_SHARDS is ${other} here`,
    ]);
  await service.begin(3);
});

it('is 1 for an installation that never heard of it', async () => {
  service = await startSharded(1);
  expect(await service.raw.keys(`${PREFIX}:*shards`)).toEqual([]);
  await service.end();
  expect(await refusalOf(service.begin(2))).toEqual([
    'other_shards',
    'this installation has 1 shard, and QUEUE_SHARDS is 2 here',
  ]);
});

it('costs a process with one shard a single command to check', async () => {
  service = await startSharded(1);
  const get = vi.spyOn(service.raw, 'get');
  const exists = vi.spyOn(service.raw, 'exists');
  await joinShards(service.raw, service.core.keys, 1);
  expect([get.mock.calls.length, exists.mock.calls.length]).toEqual([1, 0]);
});

/** What builds that know no shards support. */
const SCHEMA_BEFORE_SHARDS = 3;

it('is not changed before builds that know no shards are shut out', async () => {
  service = await startSharded(1);
  const { keys } = service.core;
  await service.schedule('south');
  await service.end();
  await service.raw.del(keys.named('processes'));
  await service.raw.set(keys.named('schema'), SCHEMA_BEFORE_SHARDS);
  const zadd = service.raw.zadd.bind(service.raw) as (...args: unknown[]) => Promise<never>;
  const seen: number[] = [];
  vi.spyOn(service.raw, 'zadd').mockImplementation(async (...args: unknown[]) => {
    seen.push(Number(await service.raw.get(keys.named('schema'))));
    return zadd(...args);
  });
  await changeShards(service.raw, PREFIX, 3);
  vi.restoreAllMocks();
  expect(seen.length).toBeGreaterThan(0);
  for (const schema of seen) expect(schema).toBeGreaterThan(SCHEMA_BEFORE_SHARDS);
});

it('is not changed before new processes are shut out: none starts while the data is migrated', async () => {
  service = await startSharded(1);
  const { keys } = service.core;
  await service.end();
  await service.raw.del(keys.named('processes'));
  await service.raw.set(keys.named('schema'), SCHEMA_BEFORE_SHARDS);
  let schema = '';
  const set = service.raw.set.bind(service.raw);
  vi.spyOn(service.raw, 'set').mockImplementationOnce(async (key, value) => {
    schema = (await service.raw.get(keys.named('schema'))) ?? '';
    const answer = await set(key, value);
    expect(await refusalOf(joinShards(service.raw, keys, 1))).toEqual([
      'other_shards',
      'this installation is moving to 3 shards, or that was interrupted',
    ]);
    return answer;
  });
  await changeShards(service.raw, PREFIX, 3);
  vi.restoreAllMocks();
  expect(schema).toBe(String(SCHEMA_BEFORE_SHARDS));
});

it('of a new installation shuts them out in the step that writes it down', async () => {
  service = await startSharded(1);
  const { keys } = service.core;
  await service.end();
  await service.raw.flushall();
  await joinShards(service.raw, keys, 3);
  expect(await service.raw.get(keys.named('shards'))).toBe('3');
  expect(Number(await service.raw.get(keys.named('schema')))).toBeGreaterThan(SCHEMA_BEFORE_SHARDS);
});

it('is not changed while a process runs', async () => {
  service = await startSharded(1);
  const [code] = (await refusalOf(changeShards(service.core.redis, PREFIX, 2))) as string[];
  expect(code).toBe('in_use');
});

it('can be changed while nothing runs: all is there as before, in its shard, and what is due starts', async () => {
  service = await startSharded(1);
  const meetings = ['88000001', '88000002', '88000003'];
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  for (const [i, account] of ACCOUNTS.entries()) {
    const { id } = await service.schedule(account, { meetingId: meetings[i], startAt, labels: { room: 'A' } });
    await service.ask('PATCH', `/v1/broadcasts/${id}`, { title: `of ${account}` });
    await service.schedule(account, { externalId: `x-${account}`, startAt: '2031-01-01T10:00:00Z' });
  }
  await service.ask('POST', '/v1/pauses', { scope: { account: 'north' } });
  await service.core.alerts.raiseInstallationAlert({ code: 'clock', message: 'm', advice: 'a', key: 'k' });
  const before = await shown();
  for (const shards of [3, 2, 1, 3]) {
    await service.end();
    // The processes are gone; their last reports would hold it up for 20 s.
    await service.raw.del(`${PREFIX}:{0}:processes`);
    const { moved } = await changeShards(service.raw as never, PREFIX, shards);
    expect(moved.broadcasts).toBeGreaterThan(0);
    const again = await changeShards(service.raw as never, PREFIX, shards);
    expect(again.moved).toEqual({ broadcasts: 0, alerts: 0 });
    await service.begin(shards);
    expect(await shown(), `${shards} shards`).toEqual(before);
    for (const account of ACCOUNTS) {
      const keys = service.keysOf(account);
      expect(await service.raw.zcard(keys.index(`account:${account}`))).toBe(2);
      expect(await service.raw.hlen(keys.named(`mi:${account}:${meetings[ACCOUNTS.indexOf(account)]}`))).toBe(1);
    }
    const bases = new Set((await service.raw.keys(`${PREFIX}:*`)).map((key) => key.split('}')[0]));
    expect(bases.size).toBe(shards);
  }
  await service.work();
  const waiting = (await service.ask('GET', '/v1/broadcasts?limit=100')).body.broadcasts as {
    id: string;
    account: string;
  }[];
  const [south] = waiting.filter(({ account }) => account === 'south');
  await service.ask('POST', `/v1/broadcasts/${south?.id}/start`);
  await until(
    'it is live',
    async () => (await service.ask('GET', `/v1/broadcasts/${south?.id}`)).body.status === 'live',
  );
  const timers = () =>
    Promise.all(
      waiting
        .filter(({ account }) => account === 'west')
        .map(({ id }) => service.raw.exists(`${service.keysOf('west').bullmq}:starts:${id}_start_1`)),
    );
  await until('the timers are there', async () => (await timers()).some((there) => there === 1), 60_000);
});

it('must be 1 for `livestream up` with a Redis of its own', async () => {
  const config = loadConfig({ QUEUE_SHARDS: '2', DATA_DIR: '/nowhere/livestream' });
  await expect(startUp(config, () => config, {}, collectLog().logger)).rejects.toThrow(
    'QUEUE_SHARDS: must be 1 without REDIS_URL, got 2',
  );
});
