import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Decision, MeetingState, RuleSettings, Snapshot } from '../../src/broadcasts/decision.ts';
import { onResponse } from '../../src/broadcasts/rules/on-response.ts';
import type { Departure } from '../../src/broadcasts/store/commit-payload.ts';
import type { Records } from '../../src/broadcasts/store/store.ts';
import type { Exchange, Outcome } from '../../src/broadcasts/zoom-outcome.ts';
import type { Clock } from '../../src/clock.ts';
import { redisRefusal } from '../../src/redis/refusal.ts';
import type { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { FailureLog } from '../../src/services/failure-log.ts';

/** Delay between two attempts to write, ms. */
const RETRY_MS = 200;
/** Key of the failure log while Redis is away: all requests in progress share one line. */
const ANSWERS = 'storing the answers of Zoom';

/** One claim: the request that it permits, and the snapshot behind it. */
export interface Claimed {
  broadcastId: string;
  fence: string;
  request: 'start' | 'stop' | 'mode' | 'configure';
  meeting: MeetingState;
  /** The record as stored since the claim, as far as this worker knows. */
  after?: Snapshot;
}

export interface SettlementDeps {
  store: Records;
  writer: BroadcastWriter;
  clock: Clock;
  rules: RuleSettings;
  workerId: string;
  logger: Logger;
}

/**
 * Ends every claim of this worker, however long Redis is away. An unended claim would count as in flight for as long as this worker
 * lives, and block its broadcast.
 */
export class Settlement {
  readonly #deps: SettlementDeps;
  readonly #failures: FailureLog;

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger);
  }

  /**
   * Stores the answer, whatever else happens to the record: without it, the outcome would be unknown.
   * @returns the record as written; undefined: the broadcast is gone
   */
  settle(claimed: Claimed, exchange: Exchange<Outcome>): Promise<Broadcast | undefined> {
    return this.#untilWritten(claimed, exchange, () => true);
  }

  /** Withdraws a claim that Redis did not confirm. It may exist, but nothing was sent for it. */
  async withdraw(claimed: Claimed): Promise<void> {
    const answeredAt = this.#deps.clock.now();
    const request = { method: 'PATCH', path: '' };
    const exchange = { request, answer: null, result: { kind: 'withdrawn' as const }, sentAt: null, answeredAt };
    await this.#untilWritten(claimed, exchange, ({ inFlight }) => inFlight?.fence === claimed.fence);
  }

  async #untilWritten(
    claimed: Claimed,
    exchange: Exchange<Outcome>,
    wanted: (broadcast: Broadcast) => boolean,
  ): Promise<Broadcast | undefined> {
    const { clock, store } = this.#deps;
    // Usually the record is unchanged since the claim. If not, the write fails, and the next round reads the record.
    let known = claimed.after;
    for (;;) {
      try {
        const snapshot = known ? { ...known, now: Math.floor(clock.now()) } : await store.load(claimed.broadcastId);
        known = undefined;
        const isWanted = snapshot && wanted(snapshot.broadcast);
        const written = isWanted ? await this.#write(snapshot, claimed, exchange) : undefined;
        if (isWanted && !written) continue;
        this.#succeeded(claimed);
        return written;
      } catch (error) {
        this.#failed(claimed, error);
        await clock.sleepUntil(clock.now() + RETRY_MS);
      }
    }
  }

  #failed({ broadcastId }: Claimed, error: unknown): void {
    const refusal = redisRefusal(error);
    const key = refusal ? ANSWERS : answerOf(broadcastId);
    const why = refusal ? `: ${refusal.message}` : '';
    this.#failures.failed(key, error, `could not store the answer of Zoom yet${why}; trying again`, { broadcastId });
  }

  #succeeded({ broadcastId }: Claimed): void {
    this.#failures.succeeded(ANSWERS);
    this.#failures.succeeded(answerOf(broadcastId));
  }

  /** Undefined: another process wrote first. A Zoom event between the read and the write counts as one. */
  async #write(snapshot: Snapshot, claimed: Claimed, exchange: Exchange<Outcome>): Promise<Broadcast | undefined> {
    const { writer, rules, workerId } = this.#deps;
    const { fence, request, meeting } = claimed;
    const response = { fence, request, exchange, knownRunningAt: meeting.runningAt };
    const decision = onResponse(snapshot, response, rules, `worker:${workerId}`);
    const { broadcast } = snapshot;
    const result = await writer.apply([{ before: broadcast, decision }], {
      meeting: meetingOf(broadcast, snapshot.meeting, decision),
      departure: departureOf(broadcast.account, claimed, exchange.sentAt),
      notify: 'final',
    });
    return result.kind === 'ok' ? result.written[0] : undefined;
  }
}

function answerOf(broadcastId: string): string {
  return `storing the answer of Zoom for broadcast ${broadcastId}`;
}

/** Tells the rate limit when the request of a claim left (ms), or that it never did. */
export function departureOf(account: string, { fence, request }: Claimed, at: number | null): Departure {
  return { account, class: classOf(request), fence, at };
}

/** Class of the request in the rate limit. */
export function classOf(request: Claimed['request']): 'start' | 'stop' {
  return request === 'stop' ? 'stop' : 'start';
}

/** Option of `commit`: writes the decision's facts about the meeting, unless Redis knows something newer. */
export function meetingOf({ account, meetingId }: Broadcast, { seq }: MeetingState, decision: Decision) {
  return { account, meetingId, seq, patch: decision.meeting ?? {} };
}
