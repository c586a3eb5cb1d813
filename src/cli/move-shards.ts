import { ConfigError, loadConfig } from '../config.ts';
import { LivestreamError } from '../errors.ts';
import { changeShards, type ShardChange } from '../installation/shard-count.ts';
import { connectRedis, disconnectRedis } from '../redis/connection.ts';
import { CliFailure, EXIT } from './exit-codes.ts';
import type { CliIo } from './io.ts';

/** Changes the number of shards of the installation at REDIS_URL. */
export async function moveShards(to: number, { env }: CliIo): Promise<ShardChange> {
  const { target, prefix } = redisOf(env);
  if (target === null) {
    const detail = 'REDIS_URL is not set; the embedded Redis of `livestream up` needs no shards';
    throw failure('no_redis', 'No Redis', detail, 'Set REDIS_URL to the Redis of the installation.');
  }
  try {
    const redis = await connectRedis(target, 'commands');
    return await changeShards(redis, prefix, to).finally(() => disconnectRedis(redis));
  } catch (error) {
    if (!(error instanceof LivestreamError)) throw error;
    const advice = error.code === 'in_use' ? 'Stop every process of this installation, wait 20 s, and try again.' : '';
    throw failure(error.code, 'The number of shards was not changed', error.message, advice);
  }
}

function redisOf(env: CliIo['env']) {
  try {
    return loadConfig(env).redis;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.problems.map(({ name, message }) => `${name}: ${message}`);
    throw new CliFailure(EXIT.failed, { code: 'settings', title: 'Invalid settings' }, lines);
  }
}

function failure(code: string, title: string, detail: string, advice: string): CliFailure {
  return new CliFailure(EXIT.failed, { code, title, detail }, advice === '' ? [] : [advice]);
}
