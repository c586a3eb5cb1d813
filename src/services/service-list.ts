import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { endedWithin, type Service } from './service.ts';

export interface ServiceListOptions {
  name: string;
  /** Each after all those that it needs. */
  services: readonly Service[];
  clock: Pick<Clock, 'monotonic'>;
  logger: Pick<Logger, 'debug' | 'warn'>;
  /**
   * Tells all to stop at the same time, each with the whole grace: for services that take work by themselves, so that none takes
   * more while another still finishes.
   */
  stopTogether?: boolean;
}

/** What was started before a service that cannot start gets this long to stop. */
const FAILED_START_GRACE_MS = 2_000;

/** Starts services in order and stops them in reverse, within one grace. A list is a service, so lists can hold lists. */
export class ServiceList implements Service {
  readonly name: string;
  readonly #options: ServiceListOptions;
  /** In the order in which they were started, the one that is starting included. */
  readonly #started: Service[] = [];
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: ServiceListOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** When one cannot start, stops those before it and rejects with its error. */
  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  /** Never rejects: one that cannot stop is logged, and the others are stopped. */
  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stopAll(graceMs);
    return this.#stopping;
  }

  async #startAll(): Promise<void> {
    try {
      for (const service of this.#options.services) {
        if (this.#stopping) throw new Error(`${this.name} was stopped while it was starting`);
        this.#started.push(service);
        await service.start();
      }
    } catch (error) {
      await this.#release(FAILED_START_GRACE_MS);
      throw error;
    }
  }

  async #stopAll(graceMs: number): Promise<void> {
    const endsAt = this.#options.clock.monotonic() + graceMs;
    if (this.#starting) await endedWithin(this.#starting, graceMs);
    await this.#release(this.#left(endsAt));
  }

  async #release(graceMs: number): Promise<void> {
    const services = this.#started.splice(0).reverse();
    if (this.#options.stopTogether) {
      await Promise.all(services.map((service) => this.#stopOne(service, graceMs)));
      return;
    }
    const endsAt = this.#options.clock.monotonic() + graceMs;
    for (const service of services) await this.#stopOne(service, this.#left(endsAt));
  }

  async #stopOne(service: Service, graceMs: number): Promise<void> {
    const { clock, logger } = this.#options;
    const begun = clock.monotonic();
    try {
      await service.stop(graceMs);
      logger.debug({ service: service.name, tookMs: Math.round(clock.monotonic() - begun) }, 'service stopped');
    } catch (error) {
      logger.warn({ err: error, service: service.name }, 'could not stop a service cleanly; stopping the others');
    }
  }

  #left(endsAt: number): number {
    return Math.max(0, endsAt - this.#options.clock.monotonic());
  }
}
