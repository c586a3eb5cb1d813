import type { Clock } from '../clock.ts';

/** Runs `action` on request, but at most once per `intervalMs`. Requests that come too early share one later run; `stop` drops it. */
export class AtMostEvery {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #action: () => void;
  #ranAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(intervalMs: number, clock: Pick<Clock, 'monotonic'>, action: () => void) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#action = action;
  }

  request(): void {
    if (this.#timer) return;
    const wait = this.#ranAt + this.#intervalMs - this.#clock.monotonic();
    if (wait > 0) this.#timer = setTimeout(() => this.#run(), wait);
    else this.#run();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #run(): void {
    this.#timer = null;
    this.#ranAt = this.#clock.monotonic();
    this.#action();
  }
}
