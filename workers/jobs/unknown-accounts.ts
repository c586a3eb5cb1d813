import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Snapshot, Step } from '../../src/broadcasts/decision.ts';
import { askOthersUntil, onUnknownAccount } from '../../src/broadcasts/rules/unknown-account.ts';
import type { TimerJob } from '../../src/queue/timer-queue.ts';

/** The accounts that this worker lacks. It leaves their broadcasts to other workers (contract, section 4), and logs it. */
export class UnknownAccounts {
  readonly #knows: (account: string) => boolean;
  readonly #logger: Logger;
  readonly #reported = new Set<string>();

  constructor(knows: (account: string) => boolean, logger: Logger) {
    this.#knows = knows;
    this.#logger = logger;
  }

  /** Whether this step needs an account that this worker lacks. Logs each account once, until the worker has it. */
  isMissing({ account }: Pick<Broadcast, 'account'>, step: Step): boolean {
    const needed = step.do === 'send' || step.do === 'checkMeeting' || (step.do === 'wait' && step.book !== undefined);
    if (!needed) return false;
    if (this.#knows(account)) {
      this.#reported.delete(account);
      return false;
    }
    if (!this.#reported.has(account))
      this.#logger.warn(
        { account },
        'this worker does not have a Zoom account, so its broadcasts are left to other workers; add it to ZOOM_ACCOUNTS_FILE and send SIGHUP',
      );
    this.#reported.add(account);
    return true;
  }

  /** When to check again (ms), and the decision to store first. */
  handOver({ broadcast, now }: Snapshot, step: Step, { action }: TimerJob, by: string) {
    const due = dueOf(broadcast, step);
    return { at: askOthersUntil(due, now), decision: onUnknownAccount(broadcast, action, due, now, by) };
  }
}

function dueOf({ nextAttemptAt, startAt }: Broadcast, step: Step): number {
  if (step.do === 'wait') return step.until;
  return step.do === 'send' ? step.due : Math.max(nextAttemptAt ?? 0, startAt);
}
