import type { Logger } from 'pino';

/** How many failures are remembered; beyond that the oldest is forgotten, and logged again if it recurs. */
const MAX_KNOWN = 1_000;

type FailureLogger = Pick<Logger, 'warn' | 'info' | 'debug'>;

/**
 * Logs the first failure of each thing at `warn` and its recovery at `info`. Those in between are counted, and logged at `debug`
 * with the count.
 */
export class FailureLog {
  readonly #logger: FailureLogger;
  readonly #count: (key: string) => void;
  readonly #inARow = new Map<string, number>();

  /** @param count called for every failure, for a metric */
  constructor(logger: FailureLogger, count: (key: string) => void = () => {}) {
    this.#logger = logger;
    this.#count = count;
  }

  /** @returns how many times in a row this has failed */
  failed(key: string, error: unknown, message: string, more: Record<string, unknown> = {}): number {
    this.#count(key);
    const times = (this.#inARow.get(key) ?? 0) + 1;
    const [oldest] = this.#inARow.keys();
    if (times === 1 && this.#inARow.size >= MAX_KNOWN && oldest !== undefined) this.#inARow.delete(oldest);
    this.#inARow.set(key, times);
    if (times === 1) this.#logger.warn({ err: error, ...more }, message);
    else this.#logger.debug({ err: error, failures: times, ...more }, message);
    return times;
  }

  succeeded(key: string): void {
    const times = this.#inARow.get(key);
    if (times === undefined) return;
    this.#inARow.delete(key);
    this.#logger.info({ failures: times }, `${key} is working again`);
  }
}
