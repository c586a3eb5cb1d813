import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { RuleSettings } from '../broadcasts/decision.ts';
import { initialState } from '../broadcasts/rules/initial-state.ts';
import * as commands from '../broadcasts/rules/on-command.ts';
import { requireNoPause } from '../broadcasts/rules/on-pause.ts';
import { startBefore } from '../broadcasts/rules/plan-interval.ts';
import type { Clock } from '../clock.ts';
import { randomId } from '../random-id.ts';
import { durationMs } from '../time/local-time.ts';
import { type AccountCheck, accountCheck } from '../validation/account-check.ts';
import type { BulkRequest } from '../validation/bulk-schema.ts';
import type { BroadcastChange, NewBroadcast } from '../validation/input-types.ts';
import { parseBatch, parseChange, parseNewBroadcast } from '../validation/parse-broadcast.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import type { Decide } from './bulk.ts';
import { movedTimes } from './moved-times.ts';
import { sealDestination } from './new-record.ts';

export interface CommandDeps {
  clock: Clock;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  rules: Pick<RuleSettings, 'startWindowMs'>;
  /** Seals a stream key; null without SECRETS_KEY. */
  seal: ((text: string) => string) | null;
  /** Makes the id of a new broadcast, without `bc_`. Default: random. A simulation passes its own to replay a seed. */
  newId?: () => string;
}

export type Command = 'cancel' | 'start' | 'stop' | 'retry';

/**
 * Turns a person's command into a new record or a decision: checks the input, then a pure rule decides. Never touches Redis. Inputs are
 * unvalidated JSON values. Throws only `LivestreamError`: `validation_failed` with all errors at once, and the refusals of the rules.
 */
export class CommandDecisions {
  readonly #deps: CommandDeps;
  readonly #accountIssue: AccountCheck;

  constructor(deps: CommandDeps) {
    this.#deps = deps;
    this.#accountIssue = accountCheck(deps.accounts);
  }

  newBroadcast(input: unknown): Broadcast {
    return this.build(parseNewBroadcast(input, this.#inputContext()));
  }

  /** @param input `{broadcasts: [...]}` */
  newBroadcasts(input: unknown): Broadcast[] {
    return parseBatch(input, this.#inputContext()).map((one) => this.build(one));
  }

  /** The record of a broadcast from validated input. */
  build(wanted: NewBroadcast): Broadcast {
    const now = Math.floor(this.#deps.clock.now());
    const { destination, account, ...plan } = wanted;
    const fresh = {
      id: `bc_${(this.#deps.newId ?? randomId)()}`,
      account: this.#deps.accounts.resolve(account).name,
      destination: sealDestination(destination, this.#deps.seal),
      status: 'scheduled' as const,
      reason: null,
      revision: 1,
      seriesId: null,
      source: null,
      warnings: [],
      createdAt: now,
      updatedAt: now,
      version: 0,
      plannedAt: now,
      startBefore: this.#before(wanted),
    };
    // Fast on purpose: V8 takes 0.11 ms for one literal with all spreads, 0.003 ms for this. A record has many fields.
    return Object.assign(plan, fresh, initialState());
  }

  /** @param input the changes, or a function that derives them from the current broadcast */
  change(input: (broadcast: Broadcast) => unknown, by: string): Decide {
    return ({ broadcast, now }) => {
      const wanted = parseChange(input(broadcast), broadcast, this.#inputContext(now));
      return commands.change(broadcast, this.#resolveChange(wanted), now, by, this.#before);
    };
  }

  command(command: Command, by: string): Decide {
    const decide: Record<Command, Decide> = {
      cancel: ({ broadcast, now }) => commands.cancel(broadcast, now, by),
      start: (snapshot) => {
        const { broadcast, meeting, now } = snapshot;
        const decision = commands.start(broadcast, meeting, now, by, this.#before);
        if (decision) requireNoPause(snapshot);
        return decision;
      },
      stop: ({ broadcast, now }) => commands.stop(broadcast, now, by),
      retry: (snapshot) => {
        const decision = commands.retry(snapshot.broadcast, snapshot.now, by, this.#before);
        requireNoPause(snapshot);
        return decision;
      },
    };
    return decide[command];
  }

  bulk({ action, by: length }: BulkRequest, by: string): Decide {
    if (action !== 'shift' && action !== 'extend') return this.command(action, by);
    return this.change((broadcast) => length && movedTimes(broadcast, action, length), by);
  }

  #inputContext(now = this.#deps.clock.now()) {
    return { now: Math.floor(now), sealingAvailable: this.#deps.seal !== null, accountIssue: this.#accountIssue };
  }

  #before = (plan: Pick<Broadcast, 'startAt' | 'stopAt' | 'startWindow'>): number =>
    startBefore(plan, plan.startWindow === null ? null : durationMs(plan.startWindow), this.#deps.rules.startWindowMs);

  #resolveChange(wanted: BroadcastChange): commands.PlanChange {
    const { destination, account, ...others } = wanted;
    return {
      ...others,
      ...(account === undefined ? {} : { account: this.#deps.accounts.resolve(account).name }),
      ...(destination === undefined ? {} : { destination: sealDestination(destination, this.#deps.seal) }),
    };
  }
}
