import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { FailureLog } from '../services/failure-log.ts';
import { durationMs } from '../time/local-time.ts';
import { BY_ITSELF, SourceService } from './source-service.ts';
import type { KnownMeeting } from './zoom-lists.ts';

const ROUND_MS = 5_000;

/**
 * Syncs due sources, and those affected by a Zoom event, one at a time. Only the leading worker runs it. A source that is down does not
 * hold up the others: a request ends after 30 s.
 */
export class SourceTask {
  readonly name = 'sources';
  readonly everyMs = ROUND_MS;
  readonly #service: SourceService;
  readonly #clock: Clock;
  readonly #failures: FailureLog;

  constructor(service: SourceService, clock: Clock, logger: Pick<Logger, 'warn' | 'info' | 'debug'>) {
    this.#service = service;
    this.#clock = clock;
    this.#failures = new FailureLog(logger);
  }

  async runOnce(): Promise<void> {
    const { store } = this.#service;
    for (const { source, meetings } of await this.#service.touched()) await this.#one(source.name, meetings);
    for (const source of await store.list()) {
      const state = await store.state(source.name);
      const nextAt = SourceService.nextAt(source, state, everyMs(source.every));
      if (nextAt !== null && nextAt <= this.#clock.now()) await this.#one(source.name);
    }
  }

  async #one(name: string, touched: readonly KnownMeeting[] = []): Promise<void> {
    try {
      await this.#service.sync(name, {}, BY_ITSELF, touched);
      this.#failures.succeeded(`source ${name}`);
    } catch (error) {
      // Somebody is syncing it by hand, or has just removed it.
      if (error instanceof LivestreamError && ['source_busy', 'not_found'].includes(error.code)) return;
      await this.#service.noteTried(name, (error as Error).message).catch(() => {});
      this.#failures.failed(`source ${name}`, error, 'a source could not be synced; it will be tried again', {
        source: name,
      });
    }
  }
}

/** ms; validated when it was set. */
export function everyMs(every: string): number {
  return durationMs(every) ?? 900_000;
}
