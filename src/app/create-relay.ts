import { nanoid } from 'nanoid';
import { Relay } from '../events/relay.ts';
import { RelayedStreams } from '../events/relayed-streams.ts';
import { connectRedis } from '../redis/connection.ts';
import type { Service } from '../services/service.ts';
import { ServiceList } from '../services/service-list.ts';
import type { AppContext } from './context.ts';

/** Passes on the events and the audit of every shard to the first one. Does nothing with one shard. */
export function createRelay(core: Omit<AppContext, 'close'>): Service {
  const { redis, keys: home, shards, target, clock, logger } = core;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const id = nanoid();
  const services = shards.slice(1).map(({ keys }, i) => {
    const connect = () => connectRedis(target, 'blocking', { onError });
    const streams = new RelayedStreams(redis, home, { keys, shard: i + 1 });
    return new Relay({ redis, connect, home, streams, shard: i + 1, id, clock, logger });
  });
  return new ServiceList({ name: 'relays', clock, logger, services, stopTogether: true });
}
