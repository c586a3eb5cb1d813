import type { Pauses } from '../../src/scheduling/pauses.ts';
import type { LeaderTask } from './leader.ts';

/** Rounds (of a second) between two sweeps for broadcasts whose pause is gone; a sweep should find none. */
const SWEEP_EVERY = 20;

/** Ends the pauses whose end has passed, and releases broadcasts whose pause no longer exists. */
export class PauseTask implements LeaderTask {
  readonly name = 'pauses';
  readonly everyMs = 1_000;
  readonly #pauses: Pick<Pauses, 'endDue' | 'sweep'>;
  readonly #by: string;
  #round = 0;

  constructor(pauses: Pick<Pauses, 'endDue' | 'sweep'>, workerId: string) {
    this.#pauses = pauses;
    this.#by = `worker:${workerId}`;
  }

  async runOnce(): Promise<void> {
    await this.#pauses.endDue(this.#by);
    if (this.#round % SWEEP_EVERY === 0) await this.#pauses.sweep(this.#by);
    this.#round += 1;
  }
}
