import type { Broadcast } from '../broadcasts/broadcast.ts';
import { isFinal } from '../broadcasts/broadcast.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import { WANTED } from './preflight-task.ts';

/** How long to wait for the result, ms; after that the workers continue in the background. */
const PATIENCE_MS = 20_000;
const POLL_MS = 100;

export interface OnDemand {
  broadcast: Broadcast;
  /** False: not checked yet, the warnings are those of the last time. */
  checked: boolean;
}

/**
 * Has the workers check a broadcast now and waits for what they find. @throws LivestreamError `not_found`, or `finished`
 * when it has ended
 */
export async function preflightNow(
  deps: { redis: RedisClient; store: Records; clock: Clock },
  id: string,
): Promise<OnDemand> {
  const { redis, store, clock } = deps;
  const before = await store.get(id);
  if (isFinal(before))
    throw new LivestreamError('finished', `The broadcast is ${before.status}: there is nothing to check.`);
  const done = (await preflightsOf(store, id)) + 1;
  await redis.sadd(store.of(before.account).keys.named(WANTED), id);
  for (const until = clock.now() + PATIENCE_MS; clock.now() < until; ) {
    await clock.sleepUntil(clock.now() + POLL_MS);
    if ((await preflightsOf(store, id)) >= done) return { broadcast: await store.get(id), checked: true };
  }
  return { broadcast: await store.get(id), checked: false };
}

async function preflightsOf(store: Records, id: string): Promise<number> {
  return (await store.history(id)).filter(({ type }) => type === 'preflight').length;
}
