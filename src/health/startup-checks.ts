import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import { REDIS_CHECKS } from './redis-checks.ts';

/**
 * Checks Redis before a process uses it. What could lose data or cause delays is logged as a warning; what would
 * cause wrong behavior prevents the start.
 * @param clock this machine's own
 * @throws LivestreamError `redis_unavailable` with every reason at once
 */
export async function checkAtStart(client: RedisClient, keys: Keys, clock: Clock, logger: Logger): Promise<void> {
  const found = await Promise.all(
    REDIS_CHECKS.map(async ({ name, refuses, run }) => ({ name, refuses, finding: await run(client, keys, clock) })),
  );
  const refusals: string[] = [];
  for (const { name, refuses, finding } of found) {
    const { severity, message, fix } = finding;
    if (severity === 'ok') continue;
    if (severity === 'fault' && refuses) refusals.push(`${name}: ${message} (${fix})`);
    else logger.warn({ check: `redis: ${name}`, fix }, `${name}: ${message}`);
  }
  if (refusals.length > 0)
    throw new LivestreamError('redis_unavailable', `Redis is not usable: ${refusals.join('; ')}`);
}
