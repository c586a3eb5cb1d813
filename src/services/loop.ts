import type { Logger } from 'pino';
import { FailureLog } from './failure-log.ts';
import { endedWithin, type Service } from './service.ts';

export interface LoopOptions {
  name: string;
  /** From the start of one round to the start of the next. A round that takes longer delays the next; two never overlap. */
  everyMs: number;
  /** One round. It may reject: the next one runs anyway. */
  runOnce: () => Promise<unknown>;
  logger: Pick<Logger, 'debug' | 'info' | 'warn'>;
  /** The log line of the first failure in a row: what could not be done, and what happens now. */
  problem: string;
  /** Called for each round that failed. */
  onFailure?: () => void;
}

/** Runs a round again and again. The first round comes after `everyMs`; call `soon` for one at once. */
export class Loop implements Service {
  readonly name: string;
  readonly #options: LoopOptions;
  readonly #failures: FailureLog;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(options: LoopOptions) {
    this.name = options.name;
    this.#options = options;
    this.#failures = new FailureLog(options.logger, options.onFailure);
  }

  start(): void {
    if (this.#timer || this.#stopped) return;
    this.#timer = setInterval(() => this.#tick(), this.#options.everyMs);
    // The timer alone must not keep the process running.
    this.#timer.unref();
  }

  /** Runs a round now, or right after the one that is running. */
  soon(): void {
    if (this.#running) this.#again = true;
    else this.#tick();
  }

  /** Waits up to `graceMs` for the round that is running. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#running) await endedWithin(this.#running, graceMs);
  }

  #tick(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#round().finally(() => {
      this.#running = null;
      const again = this.#again;
      this.#again = false;
      if (again) this.#tick();
    });
  }

  async #round(): Promise<void> {
    const { name, runOnce, problem } = this.#options;
    try {
      await runOnce();
      this.#failures.succeeded(name);
    } catch (error) {
      this.#failures.failed(name, error, problem);
    }
  }
}

/** A loop that begins with a step of its own: `start` waits for it, and rejects with its error. */
export function startingWith(first: () => Promise<unknown>, loop: Loop): Service {
  return {
    name: loop.name,
    start: async () => {
      await first();
      loop.start();
    },
    stop: (graceMs) => loop.stop(graceMs),
  };
}
