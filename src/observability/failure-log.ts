import type { Logger } from 'pino';

/** How many failures are remembered; beyond that the oldest is forgotten, and logged again if it recurs. */
const MAX_KNOWN = 1_000;

/** Logs the first failure of each thing at `warn` and its recovery at `info`; failures in between are only counted. */
export class FailureLog {
  readonly #logger: Pick<Logger, 'warn' | 'info'>;
  readonly #count: (key: string) => void;
  readonly #inARow = new Map<string, number>();

  /** @param count called for every failure, for a metric */
  constructor(logger: Pick<Logger, 'warn' | 'info'>, count: (key: string) => void = () => {}) {
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
    return times;
  }

  succeeded(key: string): void {
    const times = this.#inARow.get(key);
    if (times === undefined) return;
    this.#inARow.delete(key);
    this.#logger.info({ failures: times }, `${key} is working again`);
  }
}
