import type { Finding } from '../broadcasts/rules/on-preflight.ts';
import { askZoom, type CheckedPlan, type ZoomQuestionDeps } from './ask-zoom.ts';

/** What takes longer is not waited for, ms: someone is looking at a form. */
const PATIENCE_MS = 10_000;
/** Of an account's daily limit, in requests of all kinds: a page that asks while one types must leave starts and stops the rest. */
const DAY_SHARE = 0.6;
/** Plans checked at once in one process; more are not checked. */
const AT_ONCE = 20;

export interface PlanPreflightDeps extends ZoomQuestionDeps {
  /** Whether this process has credentials of an account. */
  hasCredentials: (account: string) => boolean;
}

export interface CheckedNow {
  /** Zoom answered every question. Else nothing more is known than the findings say. */
  checked: boolean;
  findings: Finding[];
}

/** The preflight of a plan that is not stored: the same questions, and nothing is written. Its reads respect the rate limit. */
export class PlanPreflight {
  readonly #deps: PlanPreflightDeps;
  #running = 0;
  #sequence = 0;

  constructor(deps: PlanPreflightDeps) {
    this.#deps = deps;
  }

  /** Takes 10 s at most. Never rejects for what Zoom does. */
  async check(plan: CheckedPlan): Promise<CheckedNow> {
    if (this.#running >= AT_ONCE || !this.#deps.hasCredentials(plan.account)) return NOT_CHECKED;
    this.#sequence += 1;
    const asking = this.#ask(plan, `plan-${this.#sequence}`);
    const answered = new AbortController();
    const late = this.#deps.clock.sleepUntil(this.#deps.clock.now() + PATIENCE_MS, answered.signal);
    return Promise.race([asking, late.then(() => NOT_CHECKED)]).finally(() => answered.abort());
  }

  async #ask(plan: CheckedPlan, lineToken: string): Promise<CheckedNow> {
    this.#running += 1;
    try {
      const { findings, complete } = await askZoom(this.#deps, plan, {
        lineToken,
        patienceMs: PATIENCE_MS,
        dayShare: DAY_SHARE,
      });
      return { checked: complete, findings };
    } finally {
      this.#running -= 1;
    }
  }
}

const NOT_CHECKED: CheckedNow = { checked: false, findings: [] };
