import { disconnectRedis, type RedisClient } from '../../src/redis/connection.ts';
import type { Service } from '../../src/services/service.ts';
import type { JobProcessor } from './job-processor.ts';

/** When the workers are rebuilt, jobs in progress get this long to end, ms. */
const REPLACED_GRACE_MS = 2_000;

/** The BullMQ workers and their connection: the watchdog rebuilds them. */
export class RestartableWorkerPool implements Service {
  readonly name = 'worker pool';
  readonly #connect: () => Promise<RedisClient>;
  readonly #build: (connection: RedisClient) => JobProcessor;
  #current: { connection: RedisClient; workers: JobProcessor } | null = null;
  #stopping = false;

  /** @param build makes the workers; the pool starts them */
  constructor(connect: () => Promise<RedisClient>, build: (connection: RedisClient) => JobProcessor) {
    this.#connect = connect;
    this.#build = build;
  }

  /** The connection in use. @throws Error before `start` has resolved */
  get connection(): RedisClient {
    if (!this.#current) throw new Error('the worker pool has not been started');
    return this.#current.connection;
  }

  async start(): Promise<void> {
    if (!this.#current) await this.#replace();
  }

  /** Starts new workers on a new connection. The old ones stop fetching and hand back their jobs. */
  async rebuild(): Promise<RedisClient> {
    const former = this.#current;
    await this.#replace();
    if (this.#current !== former) {
      void former?.workers
        .stop(REPLACED_GRACE_MS)
        .catch(() => {})
        .finally(() => former.connection.disconnect());
    }
    return this.connection;
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    if (!this.#current) return;
    await this.#current.workers.stop(graceMs);
    await disconnectRedis(this.#current.connection);
  }

  async #replace(): Promise<void> {
    const connection = await this.#connect();
    if (this.#stopping) return disconnectRedis(connection);
    const workers = this.#build(connection);
    this.#current = { connection, workers };
    workers.start();
  }
}
