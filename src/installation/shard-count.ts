import type { Logger } from 'pino';
import { type Keys, keysOf, MAX_SHARDS } from '../broadcasts/store/keys.ts';
import { migrate, SCHEMA_VERSION, storedSchemaVersion } from '../broadcasts/store/migrations.ts';
import { LivestreamError } from '../errors.ts';
import { RelayedStreams } from '../events/relayed-streams.ts';
import { runningProcesses } from '../queue/process-list.ts';
import type { RedisClient } from '../redis/connection.ts';
import { Loop } from '../services/loop.ts';
import { type Moved, ShardMove } from './move-shards.ts';

/** How often a running process checks whether the installation still has as many shards, ms. */
const WATCH_MS = 2_000;

/** What is written down while accounts are moved: no process may start. */
const MOVING = 'moving to ';

/**
 * How many shards the installation has; null: nothing is stored yet. A count of one is not stored, so the data looks like that of earlier versions.
 * @param wanted 1: null means 1, too, which saves two commands
 * @throws LivestreamError `other_shards` while accounts are moved, or when that was interrupted
 */
async function storedShards(redis: RedisClient, keys: Keys, wanted?: number): Promise<number | null> {
  const written = await redis.get(keys.named('shards'));
  if (written?.startsWith(MOVING)) {
    const detail = `this installation is ${written} shards, or that was interrupted`;
    const to = written.slice(MOVING.length);
    throw new LivestreamError('other_shards', detail, { extra: { advice: [`finish it: livestream shards ${to}`] } });
  }
  if (written !== null) return Number(written);
  if (wanted === 1) return null;
  return (await storedSchemaVersion(redis, keys)) === null ? null : 1;
}

export interface ShardChange {
  /** Null: nothing was stored yet, or a former move was interrupted. */
  from: number | null;
  to: number;
  moved: Moved;
}

/**
 * Changes the number of shards, and moves every account to its own.
 * @throws LivestreamError `in_use` while a process of the installation runs
 */
export async function changeShards(redis: RedisClient, prefix: string, to: number): Promise<ShardChange> {
  const keys = keysOf(prefix);
  await requireNobody(redis, keys);
  const from = await storedShards(redis, keys).catch((error) => {
    if (error instanceof LivestreamError) return null;
    throw error;
  });
  // First, so that no process starts while the data is migrated, which may take long.
  await redis.set(keys.named('shards'), `${MOVING}${to}`);
  // Builds that know no shards refuse the schema of this one, before the first account leaves the shard that they know.
  for (let shard = 0; shard < to; shard += 1) await migrate(redis, keysOf(prefix, shard));
  for (let shard = 1; shard < MAX_SHARDS; shard += 1) {
    const streams = new RelayedStreams(redis, keys, { keys: keysOf(prefix, shard), shard });
    while ((await streams.passOn()) > 0);
  }
  const moved = await new ShardMove(redis, prefix, to).run();
  if (to === 1) await redis.del(keys.named('shards'));
  else await redis.set(keys.named('shards'), String(to));
  return { from, to, moved };
}

async function requireNobody(redis: RedisClient, keys: Keys): Promise<void> {
  const [seconds] = await redis.time();
  const running = await runningProcesses(redis, keys, Number(seconds) * 1_000);
  if (running.length === 0) return;
  const which = [...new Set(running.map(({ host }) => host))].join(', ');
  const detail = `${running.length === 1 ? '1 process' : `${running.length} processes`} of this installation still run, or were killed in the last 20 s: ${which}. Nothing was changed.`;
  throw new LivestreamError('in_use', detail);
}

/**
 * Makes sure that this process has as many shards as the installation, or with another number it would look for accounts where
 * they are not. A new installation gets the number of its first process.
 * @param keys of the first shard
 * @throws LivestreamError `other_shards`, with what to do in `extra.advice`
 */
export async function joinShards(redis: RedisClient, keys: Keys, shards: number): Promise<void> {
  let stored = await storedShards(redis, keys, shards);
  if (stored === null && shards > 1) {
    // Together: at no moment is there one that an earlier build would take for its own.
    const step = redis.multi().set(keys.named('shards'), shards, 'NX');
    await step.set(keys.named('schema'), SCHEMA_VERSION, 'NX').exec();
    stored = await storedShards(redis, keys);
  }
  if (stored === null || stored === shards) return;
  const detail = `this installation has ${count(stored)}, and QUEUE_SHARDS is ${shards} here`;
  const advice = [
    `to go on as before, set QUEUE_SHARDS=${stored}`,
    `to change the number, stop every process of this installation, then run livestream shards ${shards}, and set QUEUE_SHARDS=${shards} everywhere`,
  ];
  throw new LivestreamError('other_shards', detail, { extra: { advice } });
}

/** @param onOther called when the number has changed while this process runs: it must exit */
export function watchShards(
  { redis, keys, shards, logger }: { redis: RedisClient; keys: Keys; shards: readonly unknown[]; logger: Logger },
  onOther: ((detail: string) => void) | undefined,
): Loop {
  const loop: Loop = new Loop({
    name: 'shards',
    everyMs: WATCH_MS,
    logger,
    problem: 'could not check how many shards this installation has; trying again',
    runOnce: async () => {
      try {
        await joinShards(redis, keys, shards.length);
      } catch (error) {
        if (!(error instanceof LivestreamError) || error.code !== 'other_shards') throw error;
        void loop.stop(0);
        const detail = `${error.message}: shutting down`;
        logger.error({}, detail);
        onOther?.(detail);
      }
    },
  });
  return loop;
}

function count(shards: number): string {
  return shards === 1 ? '1 shard' : `${shards} shards`;
}
