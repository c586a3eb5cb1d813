import { disconnectRedis, type RedisClient } from '../../src/redis/connection.ts';
import type { JobProcessor } from './job-processor.ts';

/** What is in hand when the workers are built anew gets this long to end, ms. */
const REPLACED_GRACE_MS = 2_000;

/** The workers with their connection: what the watchdog builds anew. */
export class RestartableWorkerPool {
  readonly #connect: () => Promise<RedisClient>;
  readonly #build: (connection: RedisClient) => JobProcessor;
  #connection: RedisClient;
  #workers: JobProcessor;
  #closed = false;

  constructor(
    connect: () => Promise<RedisClient>,
    first: RedisClient,
    build: (connection: RedisClient) => JobProcessor,
  ) {
    this.#connect = connect;
    this.#build = build;
    this.#connection = first;
    this.#workers = build(first);
  }

  /** The connection that is in use now. */
  get connection(): RedisClient {
    return this.#connection;
  }

  start(): void {
    this.#workers.start();
  }

  /** New workers on a new connection; the old ones fetch no more, and what they have in hand is handed back. */
  async rebuild(): Promise<RedisClient> {
    const former = { workers: this.#workers, connection: this.#connection };
    const connection = await this.#connect();
    if (this.#closed) {
      await disconnectRedis(connection);
      return former.connection;
    }
    this.#connection = connection;
    this.#workers = this.#build(connection);
    this.#workers.start();
    void former.workers
      .close(REPLACED_GRACE_MS)
      .catch(() => {})
      .finally(() => former.connection.disconnect());
    return connection;
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await this.#workers.close(graceMs);
  }
}
