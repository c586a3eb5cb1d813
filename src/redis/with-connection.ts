import type { Service } from '../services/service.ts';
import { disconnectRedis, type RedisClient } from './connection.ts';

/** A service with a Redis connection of its own, which it opens when it starts and closes after it has stopped. */
export class WithConnection implements Service {
  readonly name: string;
  readonly #connect: () => Promise<RedisClient>;
  readonly #build: (redis: RedisClient) => Service;
  #redis: RedisClient | null = null;
  #service: Service | null = null;

  /** @param build makes the service on its connection; `start` starts it */
  constructor(name: string, connect: () => Promise<RedisClient>, build: (redis: RedisClient) => Service) {
    this.name = name;
    this.#connect = connect;
    this.#build = build;
  }

  async start(): Promise<void> {
    this.#redis ??= await this.#connect();
    this.#service ??= this.#build(this.#redis);
    await this.#service.start();
  }

  async stop(graceMs: number): Promise<void> {
    await this.#service?.stop(graceMs);
    if (this.#redis) await disconnectRedis(this.#redis);
  }
}
