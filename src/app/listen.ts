/** The server side of API and worker: their address, and whether they are ready. */
import type { FastifyInstance } from 'fastify';
import type { HealthProbes } from '../http/routes/probe-routes.ts';
import { workersInEvery } from '../queue/heartbeat.ts';
import { endedWithin, type Service } from '../services/service.ts';
import type { AppContext } from './context.ts';

/** What `/readyz` checks. */
export function healthOf({ redis, shards, writes }: Pick<AppContext, 'redis' | 'shards' | 'writes'>): HealthProbes {
  return {
    // PING fails, too, where Redis cannot save to disk. So any reply to the write probe counts as an answer.
    redis: async () => (await writes.refusal())?.readsWork ?? true,
    refusal: () => writes.refusal(),
    workersSeen: () => workersInEvery(redis, shards),
  };
}

export interface Address {
  host: string;
  port: number;
  /** Names the port's setting, for the message when the port is in use. */
  setting: string;
}

/** An HTTP server: listens from its start; on a stop it finishes the requests in progress. */
export class HttpService implements Service {
  readonly name: string;
  readonly #app: FastifyInstance;
  readonly #address: Address;
  readonly #onListening: (url: string) => void;
  #closing: Promise<void> | undefined;

  /** @param onListening called with the address once it listens */
  constructor(name: string, app: FastifyInstance, address: Address, onListening: (url: string) => void) {
    this.name = name;
    this.#app = app;
    this.#address = address;
    this.#onListening = onListening;
  }

  /** `http://host:port` */
  get url(): string {
    const { host, port } = this.#address;
    const address = this.#app.server.address();
    const bound = typeof address === 'object' && address ? address.port : port;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  }

  /** @throws Error that names the setting when the port is in use */
  async start(): Promise<void> {
    const { log, server } = this.#app;
    if (server.listening) return;
    const { host, port, setting } = this.#address;
    const { level } = log;
    // Fastify would log one line of its own for each address.
    log.level = 'warn';
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new Error(`port ${port} of ${host} is in use; choose another with ${setting}`, { cause: error });
    }
    log.level = level;
    this.#onListening(this.url);
  }

  async stop(graceMs: number): Promise<void> {
    this.#closing ??= this.#app.close();
    await endedWithin(this.#closing, graceMs);
  }
}
