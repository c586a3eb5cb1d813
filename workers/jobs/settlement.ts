import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Decision, MeetingState, RuleSettings } from '../../src/broadcasts/decision.ts';
import { onAnswer } from '../../src/broadcasts/rules/on-response.ts';
import type { BroadcastStore, Departure } from '../../src/broadcasts/store/store.ts';
import type { Exchange, Outcome } from '../../src/broadcasts/zoom-outcome.ts';
import type { Clock } from '../../src/clock.ts';
import type { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';

/** Distance of two tries to write while Redis is away, ms. */
const RETRY_MS = 200;

/** One claim: the request that it lets out, and what was known when it was made. */
export interface Claimed {
  broadcastId: string;
  fence: string;
  request: 'start' | 'stop' | 'mode' | 'configure';
  meeting: MeetingState;
}

export interface SettlementDeps {
  store: BroadcastStore;
  writer: BroadcastWriter;
  clock: Clock;
  rules: RuleSettings;
  workerId: string;
  logger: Logger;
}

/**
 * Ends every claim of this worker, however long Redis is away. A claim that is left standing would be believed to be in
 * flight as long as this worker lives, and its broadcast would never be touched again.
 */
export class Settlement {
  readonly #deps: SettlementDeps;

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
  }

  /** Writes the answer down, whatever else happens to the record meanwhile: one that is lost makes the outcome unknown. */
  async settle(claimed: Claimed, exchange: Exchange<Outcome>): Promise<void> {
    await this.#untilWritten(claimed, exchange, () => true);
  }

  /** For a claim whose answer did not come back from Redis: should it have been made, nothing was sent for it. */
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
  ): Promise<void> {
    const { clock, logger } = this.#deps;
    for (let tries = 0; ; tries += 1) {
      try {
        if (await this.#write(claimed, exchange, wanted)) return;
      } catch (error) {
        if (tries % 25 === 0)
          logger.warn(
            { err: error, broadcastId: claimed.broadcastId },
            'could not store the answer of Zoom yet: Redis is unavailable; trying again',
          );
        await clock.sleepUntil(clock.now() + RETRY_MS);
      }
    }
  }

  /** False when somebody else wrote first. An event of Zoom that comes between reading and writing counts as that. */
  async #write(
    claimed: Claimed,
    exchange: Exchange<Outcome>,
    wanted: (broadcast: Broadcast) => boolean,
  ): Promise<boolean> {
    const { store, writer, rules, workerId } = this.#deps;
    const snapshot = await store.load(claimed.broadcastId);
    if (!snapshot || !wanted(snapshot.broadcast)) return true;
    const { fence, request, meeting } = claimed;
    const answered = { fence, request, exchange, knownRunningAt: meeting.runningAt };
    const decision = onAnswer(snapshot, answered, rules, `worker:${workerId}`);
    const { broadcast } = snapshot;
    const result = await writer.apply([{ before: broadcast, decision }], {
      meeting: meetingOf(broadcast, snapshot.meeting, decision),
      departure: departureOf(broadcast.account, claimed, exchange.sentAt),
      wake: 'final',
    });
    return result.kind === 'ok';
  }
}

/** For the rate limit: when the request of a claim left (ms), or that it never did. */
export function departureOf(account: string, { fence, request }: Claimed, at: number | null): Departure {
  return { account, class: classOf(request), fence, at };
}

/** How the rate limit counts a request. */
export function classOf(request: Claimed['request']): 'start' | 'stop' {
  return request === 'stop' ? 'stop' : 'start';
}

/** For `commit`: what the decision adds to the meeting, provided that nothing new is known of it. */
export function meetingOf({ account, meetingId }: Broadcast, { seq }: MeetingState, decision: Decision) {
  return { account, meetingId, seq, patch: decision.meeting ?? {} };
}
