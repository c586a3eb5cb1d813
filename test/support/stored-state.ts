import { Redis } from 'ioredis';
import type { TestContext } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { readRecord } from '../../src/broadcasts/store/record-codec.ts';
import type { Installation } from './installation.ts';
import { until } from './wait-for.ts';

/** A look into an installation's Redis, for what the API does not show. */
export interface StoredState {
  redis: Redis;
  record(id: string): Promise<Broadcast>;
  /** Deletes all of BullMQ, as a crash between the record and its jobs leaves it. */
  dropJobs(): Promise<number>;
}

/** Closed when the test ends. */
export function storedState(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  installation: Installation,
): StoredState {
  const redis = new Redis(installation.redis.url);
  redis.on('error', () => {});
  onTestFinished(() => redis.disconnect());
  const base = `${installation.prefix}:{0}:`;
  return {
    redis,
    record: async (id) => (await storedRecord(redis, `${base}b:${id}`, id)) as Broadcast,
    dropJobs: async () => {
      const keys = await redis.keys(`${base.replaceAll(/[{}]/g, '?')}q:*`);
      return keys.length === 0 ? 0 : redis.del(...keys);
    },
  };
}

/** A broadcast as it is stored, with the fields that are left out; null when there is none, or it is damaged. */
export async function storedRecord(redis: Redis, key: string, id: string): Promise<Broadcast | null> {
  const [data = null, ...rest] = await redis.hmget(key, 'd', 'v', 'a', 'm');
  return readRecord(id, { data, key: rest }).broadcast;
}

/** Waits until none of these has a request in flight. */
export async function untilSettled({ record }: StoredState, ids: string[], ms = 15_000): Promise<void> {
  const settled = async () => (await Promise.all(ids.map(record))).every(({ inFlight }) => inFlight === null);
  await until('no request is in flight any more', settled, ms);
}
