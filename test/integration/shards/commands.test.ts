import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import { PauseStore } from '../../../src/broadcasts/store/pause-store.ts';
import { PauseStores } from '../../../src/broadcasts/store/pause-stores.ts';
import type { BroadcastStore, CommitResult } from '../../../src/broadcasts/store/store.ts';
import { ACCOUNTS, type ShardedService, startSharded } from '../../support/sharded-service.ts';
import { until } from '../../support/wait-for.ts';

/** Three shards, an account in each, and the API over all of them. */
let service: ShardedService;
beforeAll(async () => {
  service = await startSharded(3);
});
afterAll(() => service.stop());
beforeEach(async () => {
  for (const { keys } of service.core.shards) {
    const left = await service.raw.keys(`${keys.base.replaceAll(/[{}]/g, '?')}*`);
    const kept = ['shards', 'schema', 'installation'].map((name) => keys.base + name);
    const gone = left.filter((key) => !kept.includes(key));
    if (gone.length > 0) await service.raw.del(...gone);
  }
});

const inHours = (hours: number) => new Date(Date.UTC(2031, 0, 1) + hours * 3_600_000).toISOString();

async function listed(query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await service.ask('GET', `/v1/broadcasts?${query}${cursor}`);
    expect(status).toBe(200);
    ids.push(...body.broadcasts.map(({ id }: { id: string }) => id));
    if (body.nextCursor === null) return ids;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

describe('a broadcast', () => {
  it('lies in the shard of its account, with its timers and all else', async () => {
    for (const account of ACCOUNTS) {
      const { id } = await service.schedule(account);
      const keys = service.keysOf(account);
      expect(await service.raw.exists(keys.broadcast(id), `${keys.bullmq}:starts:${id}_start_1`)).toBe(2);
      expect(await service.raw.zscore(keys.index('all'), id)).not.toBeNull();
    }
    const bases = new Set(ACCOUNTS.map((account) => service.keysOf(account).base));
    expect(bases.size).toBe(3);
  });

  it('is found by its id, changed and canceled, wherever it lies', async () => {
    for (const account of ACCOUNTS) {
      const { id } = await service.schedule(account);
      expect((await service.ask('PATCH', `/v1/broadcasts/${id}`, { title: 'New' })).body.title).toBe('New');
      expect((await service.ask('DELETE', `/v1/broadcasts/${id}`)).body.status).toBe('canceled');
      expect((await service.ask('GET', `/v1/broadcasts/${id}`)).body.title).toBe('New');
      const { history } = (await service.ask('GET', `/v1/broadcasts/${id}/history`)).body;
      expect(history.map(({ type }: { type: string }) => type)).toContain('created');
    }
    expect((await service.ask('GET', '/v1/broadcasts/bc_nowhere')).status).toBe(404);
  });

  it('does not move to an account of another shard', async () => {
    const { id } = await service.schedule('west');
    const { status, body } = await service.ask('PATCH', `/v1/broadcasts/${id}`, { account: 'north' });
    expect([status, body.errors[0].path, body.errors[0].message]).toEqual([
      400,
      'account',
      expect.stringContaining('cancel this broadcast, and schedule it again for north'),
    ]);
    expect((await service.ask('GET', `/v1/broadcasts/${id}`)).body.account).toBe('west');
  });
});

describe('a list', () => {
  it.each(['asc', 'desc'])('of pages of any size has every broadcast once, in order (%s)', async (order) => {
    const made: string[] = [];
    for (let n = 0; n < 14; n += 1) {
      // Several of one moment, in different shards.
      const account = ACCOUNTS[n % ACCOUNTS.length] as string;
      made.push((await service.schedule(account, { startAt: inHours(Math.floor(n / 4)) })).id);
    }
    const whole = await listed(`limit=1000&order=${order}`);
    expect([...whole].sort()).toEqual([...made].sort());
    for (const limit of [1, 2, 5, 13, 14])
      expect(await listed(`limit=${limit}&order=${order}`), `limit=${limit}`).toEqual(whole);
    expect(await listed(`limit=3&order=${order}&status=scheduled,live&account=north`)).toEqual(
      whole.filter((id) => made.indexOf(id) % 3 === 1),
    );
  });

  it('counts all of them in the summary and the metrics', async () => {
    for (const account of ACCOUNTS) await service.schedule(account);
    const { body } = await service.ask('GET', '/v1/summary');
    expect(body.broadcasts.now.scheduled).toBe(3);
    expect(body.nextStart).not.toBeNull();
  });
});

describe('a batch over several shards', () => {
  const plan = (account: string, meetingId: string) => ({ account, meetingId, startAt: inHours(1), duration: 'PT1H' });

  it('is stored whole, and answered in its own order; again with its Idempotency-Key', async () => {
    const broadcasts = [plan('south', '77000001'), plan('west', '77000002'), plan('north', '77000003')];
    const headers = { 'idempotency-key': 'batch-1' };
    const first = await service.ask('POST', '/v1/broadcasts/batch', { broadcasts }, headers);
    expect(first.status).toBe(201);
    const accounts = first.body.broadcasts.map(({ account }: { account: string }) => account);
    expect(accounts).toEqual(['south', 'west', 'north']);
    const again = await service.ask('POST', '/v1/broadcasts/batch', { broadcasts }, headers);
    expect(again.body).toEqual(first.body);
    expect(await listed('limit=10')).toHaveLength(3);
  });

  it('is not stored at all when one of them overlaps', async () => {
    await service.schedule('north', { meetingId: '77000013', startAt: inHours(1) });
    const broadcasts = [plan('south', '77000011'), plan('west', '77000012'), plan('north', '77000013')];
    expect((await service.ask('POST', '/v1/broadcasts/batch', { broadcasts })).status).toBe(409);
    expect(await listed('limit=10')).toHaveLength(1);
  });

  const three = (n: number) => [plan('south', `770${n}1`), plan('west', `770${n}2`), plan('north', `770${n}3`)];
  /** Does something at the moment when the part of an account is written. */
  const whenWritten = (account: string, act: (write: () => Promise<CommitResult>) => Promise<CommitResult>) => {
    const store = service.core.store.of(account) as BroadcastStore;
    const commit = store.commit.bind(store);
    vi.spyOn(store, 'commit').mockImplementation((writes, options = {}) => {
      const write = () => commit(writes, options);
      return options.checkOnly ? write() : act(write);
    });
  };

  it.each([
    ['somebody takes a time of a later shard', 409],
    ['a later shard is away', 500],
  ])('is canceled again, wholly, when %s in between', async (what, status) => {
    const broadcasts = three(status);
    vi.spyOn(service.core.clock, 'sleepUntil').mockResolvedValue();
    whenWritten('north', async (write) => {
      if (status === 500) throw new Error('away');
      vi.restoreAllMocks();
      await service.schedule('north', { meetingId: broadcasts[2]?.meetingId, startAt: inHours(1) });
      return write();
    });
    expect((await service.ask('POST', '/v1/broadcasts/batch', { broadcasts })).status, what).toBe(status);
    vi.restoreAllMocks();
    const all = (await service.ask('GET', '/v1/broadcasts?limit=10')).body.broadcasts as Record<string, string>[];
    const stored = all.filter(({ account }) => account !== 'north');
    expect(stored.map((one) => one.status)).toEqual(['canceled', 'canceled']);
    for (const account of ['south', 'west']) {
      const { named } = service.keysOf(account);
      const meetingId = broadcasts.find((one) => one.account === account)?.meetingId;
      const left = [named('pending'), named('stops'), named('deadlines'), named(`mi:${account}:${meetingId}`)];
      expect(await service.raw.exists(...left)).toBe(0);
    }
    const lines = async () => (await service.ask('GET', '/v1/audit?limit=100')).body.entries;
    const actions = await until('all is in the audit', async () => {
      const own = (await lines()).filter((line: { object: { id: string } }) =>
        stored.some(({ id }) => id === line.object.id),
      );
      return own.length >= 4 && own.map(({ action }: { action: string }) => action).sort();
    });
    expect(actions).toEqual(['broadcast.cancel', 'broadcast.cancel', 'broadcast.create', 'broadcast.create']);
  });

  it('is canceled again at once when the Redis of a later shard refuses', async () => {
    const waited = vi.spyOn(service.core.clock, 'sleepUntil').mockResolvedValue();
    const begun = service.core.clock.now();
    whenWritten('north', async (write) => {
      await service.raw.config('SET', 'maxmemory', '1');
      return write().finally(() => service.raw.config('SET', 'maxmemory', '0'));
    });
    const { status, body } = await service.ask('POST', '/v1/broadcasts/batch', { broadcasts: three(700) });
    expect([status, body.code]).toEqual([503, 'redis_refuses_writes']);
    expect(waited.mock.calls.filter(([until]) => until > begun + 3_000)).toEqual([]);
    vi.restoreAllMocks();
    expect(await listed('status=canceled')).toHaveLength(2);
    expect(await listed('limit=10')).toHaveLength(2);
  });

  it('stores no part that comes after it was given up', async () => {
    let late: (() => Promise<CommitResult>) | undefined;
    const waited = vi.spyOn(service.core.clock, 'sleepUntil').mockResolvedValue();
    whenWritten('north', (write) => {
      late = write;
      throw new Error('Command timed out');
    });
    expect((await service.ask('POST', '/v1/broadcasts/batch', { broadcasts: three(600) })).status).toBe(503);
    const [givenUpAt = 0] = waited.mock.lastCall ?? [];
    vi.restoreAllMocks();
    vi.spyOn(service.core.clockWatch, 'scriptTime', 'get').mockReturnValue(givenUpAt);
    await expect(late?.()).rejects.toThrow('too late');
    vi.restoreAllMocks();
    expect(await listed('status=scheduled')).toEqual([]);
  });

  it('is stored whole when only the answer of a shard was lost', async () => {
    whenWritten('west', async (write) => {
      await write();
      throw new Error('Connection is closed.');
    });
    const { status, body } = await service.ask('POST', '/v1/broadcasts/batch', { broadcasts: three(300) });
    vi.restoreAllMocks();
    expect([status, body.broadcasts?.length]).toEqual([201, 3]);
    expect(await listed('status=scheduled')).toHaveLength(3);
  });

  it('has one answer when it is sent twice at once with its Idempotency-Key', async () => {
    const body = { broadcasts: three(200) };
    const headers = { 'idempotency-key': 'twice' };
    let second: ReturnType<ShardedService['ask']> | undefined;
    let refuse = () => {};
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    const south = service.core.store.of('south') as BroadcastStore;
    const commit = south.commit.bind(south);
    vi.spyOn(south, 'commit').mockImplementation(async (writes, options) => {
      const result = await commit(writes, options);
      if (result.kind === 'overlap') refuse();
      return result;
    });
    whenWritten('north', async (write) => {
      second = service.ask('POST', '/v1/broadcasts/batch', body, headers);
      await refused;
      return write();
    });
    const first = await service.ask('POST', '/v1/broadcasts/batch', body, headers);
    const other = await second;
    vi.restoreAllMocks();
    expect([first.status, other?.status]).toEqual([201, 201]);
    expect(other?.body).toEqual(first.body);
    expect(await listed('limit=10')).toHaveLength(3);
  });
});

it('an Idempotency-Key that was used for one shard does not serve for another', async () => {
  const headers = { 'idempotency-key': 'used' };
  const plan = { meetingId: '77000021', startAt: inHours(1), duration: 'PT1H' };
  expect((await service.ask('POST', '/v1/broadcasts', { ...plan, account: 'west' }, headers)).status).toBe(201);
  const { status, body } = await service.ask('POST', '/v1/broadcasts', { ...plan, account: 'north' }, headers);
  expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
});

it('a bulk action changes those of all shards, once, however often it is sent with its key', async () => {
  const startAt = inHours(5);
  for (const account of ACCOUNTS) await service.schedule(account, { startAt, labels: { day: 'x' } });
  const action = { action: 'shift', by: 'PT1H', filter: { label: 'day=x' }, expect: 3 };
  const headers = { 'idempotency-key': 'shift' };
  const first = await service.ask('POST', '/v1/broadcasts/bulk', action, headers);
  expect([first.status, first.body.changed?.length]).toEqual([200, 3]);
  expect((await service.ask('POST', '/v1/broadcasts/bulk', action, headers)).body).toEqual(first.body);
  const { body } = await service.ask('GET', '/v1/broadcasts?limit=10');
  expect(new Set(body.broadcasts.map((one: { startAt: string }) => Date.parse(one.startAt)))).toEqual(
    new Set([Date.parse(inHours(6))]),
  );
});

it('a pause of all is in every shard until it ends, and a pause that only others have ends by itself', async () => {
  const { body: pause } = await service.ask('POST', '/v1/pauses', { scope: { all: true } });
  const counts = () => Promise.all(service.core.shards.map(({ keys }) => service.raw.hlen(keys.named('pauses'))));
  expect(await counts()).toEqual([1, 1, 1]);
  const { id } = await service.schedule('south');
  expect((await service.ask('GET', `/v1/broadcasts/${id}`)).body.paused.id).toBe(pause.id);
  expect((await service.ask('DELETE', `/v1/pauses/${pause.id}`)).status).toBeLessThan(300);
  expect(await counts()).toEqual([0, 0, 0]);

  // A process died half way: long ago, or while it made one.
  const [home, second] = service.core.shards;
  const left = {
    ...pause,
    id: 'pa_left',
    since: Date.now() - 60_000,
    covers: 'all',
    scope: { all: true },
    until: null,
  };
  await service.raw.hset(second?.keys.named('pauses') ?? '', 'pa_left', JSON.stringify(left));
  await service.raw.hset(home?.keys.named('pauses') ?? '', 'pa_made', JSON.stringify({ ...left, id: 'pa_made' }));
  await service.core.pauses.endDue('test');
  const ids = await Promise.all(service.core.shards.map(({ keys }) => service.raw.hkeys(keys.named('pauses'))));
  expect(ids).toEqual([['pa_made'], ['pa_made'], ['pa_made']]);
});

describe('with a shard that is away', () => {
  const [id, covers, until] = ['pa_1', 'all', null];
  const pause = { id, covers, until, scope: { all: true } as const, since: 1, note: null, by: 'api' };
  const storesOf = () => service.core.shards.map(({ keys }) => new PauseStore(service.raw, keys));
  const has = () => Promise.all(storesOf().map((store) => store.get('pa_1').then((found) => found !== null)));
  const away = async () => {
    throw new Error('away');
  };

  it('a pause that could not be made is left in no other shard', async () => {
    const stores = storesOf();
    vi.spyOn(stores[2] as PauseStore, 'create').mockImplementation(away);
    await expect(new PauseStores(stores).create(pause)).rejects.toThrow('away');
    expect(await has()).toEqual([false, false, false]);
  });

  it('the others are brought in line, and what is due there ends', async () => {
    const stores = storesOf();
    await stores[0]?.create(pause);
    for (const method of ['all', 'end'] as const) vi.spyOn(stores[1] as PauseStore, method).mockImplementation(away);
    const all = new PauseStores(stores);
    await expect(all.align(Date.now())).rejects.toThrow('away');
    expect(await has()).toEqual([true, false, true]);
    await expect(all.end(pause, 'api', Date.now())).rejects.toThrow('away');
    expect(await has()).toEqual([false, false, false]);
  });

  it('one pause that cannot be ended holds up no other that is due', async () => {
    const late = { ...pause, until: 2 };
    const due = [late, { ...late, id: 'pa_2' }].map((one) => [one.id, JSON.stringify(one)]);
    await service.raw.hset(service.core.keys.named('pauses'), Object.fromEntries(due));
    const end = PauseStores.prototype.end;
    vi.spyOn(PauseStores.prototype, 'end').mockImplementation(function (this: PauseStores, one, ...rest) {
      return one.id === 'pa_1' ? away() : end.call(this, one, ...rest);
    });
    const ending = service.core.pauses.endDue('test');
    await expect(ending).rejects.toThrow('away');
    vi.restoreAllMocks();
    expect(await service.raw.hkeys(service.core.keys.named('pauses'))).toEqual(['pa_1']);
  });
});

it('the events and the audit of every shard are read in one stream, each once', async () => {
  const made: string[] = [];
  for (let n = 0; n < 9; n += 1) made.push((await service.schedule(ACCOUNTS[n % 3] as string)).id);
  const home = service.core.keys;
  const texts = async (name: 'events' | 'audit') =>
    (await service.raw.xrange(home.named(name), '-', '+')).map(([, fields]) => fields[1] as string);
  const events = await until('all were passed on', async () => {
    const found = (await texts('events')).map((text) => readEvent(text)?.data['id']);
    return found.length >= 9 && found;
  });
  expect([...events].sort()).toEqual([...made].sort());
  await until('the audit, too', async () => (await texts('audit')).length >= 9);
  expect((await texts('audit')).map((text) => JSON.parse(text).object.id).sort()).toEqual([...made].sort());
});
