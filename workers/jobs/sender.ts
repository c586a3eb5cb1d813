import { nanoid } from 'nanoid';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { RuleSettings, Snapshot, Step } from '../../src/broadcasts/decision.ts';
import { onClaim } from '../../src/broadcasts/rules/on-claim.ts';
import { lastStart } from '../../src/broadcasts/rules/plan-interval.ts';
import { SEND_WITHIN_MS } from '../../src/broadcasts/rules/transitions.ts';
import type { Claim, Write } from '../../src/broadcasts/store/commit-payload.ts';
import type { CommitResult, Records } from '../../src/broadcasts/store/store.ts';
import type { Exchange, Outcome } from '../../src/broadcasts/zoom-outcome.ts';
import type { ZoomApi } from '../../src/broadcasts/zoom-port.ts';
import type { Clock } from '../../src/clock.ts';
import type { ChangeNotices } from '../../src/queue/change-notices.ts';
import type { ClockGuard } from '../../src/queue/clock-watch.ts';
import type { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { JITTER_MS } from '../../src/zoom/rate-limits.ts';
import type { ChangeWatcher } from './change-watcher.ts';
import { Requests } from './requests.ts';
import { SendSemaphore } from './send-semaphore.ts';
import { type Claimed, classOf, departureOf, Settlement } from './settlement.ts';

export type SendStep = Extract<Step, { do: 'send' }>;
/** No claim yet: `until` (ms) is the earliest moment for it. */
export type Refused = Extract<CommitResult, { kind: 'wait' }>;
/** The request left; this is what the worker wrote about it. */
export interface Settled {
  kind: 'settled';
  broadcast: Broadcast;
}

export interface SenderDeps {
  store: Records;
  writer: BroadcastWriter;
  zoom: ZoomApi;
  clock: Clock;
  notices: ChangeNotices;
  rules: RuleSettings;
  /** Opens a sealed stream key. */
  openSealed: (sealed: string) => string;
  /** This process's id in leases and history. */
  workerId: string;
  logger: Logger;
  /** Whether to trust Redis' clock. Default: always. */
  clockGuard?: ClockGuard;
  /** Called with the lateness (ms) of every start and stop sent. */
  onSent?: (action: 'start' | 'stop', latenessMs: number) => void;
}

/** A claim must reach Redis within this, ms. */
const CLAIM_WITHIN_MS = 2_000;

/** Claims a request, sends it, and settles the claim. */
export class Sender {
  readonly #deps: SenderDeps;
  readonly #settlement: Settlement;
  readonly #requests: Requests;
  readonly #semaphore: SendSemaphore;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
    this.#requests = new Requests(deps);
    this.#settlement = new Settlement(deps);
    this.#semaphore = new SendSemaphore(deps.clock);
  }

  /**
   * Waits until the request is due and this process has room for it.
   * @param armedFor the snapshot is from before a wait, and this is the earliest moment for the claim (ms). Null: it was read just now
   * @returns why the claim must wait, or what the settlement wrote; undefined: read the record again
   */
  async send(
    snapshot: Snapshot,
    step: SendStep,
    change: ChangeWatcher,
    armedFor: number | null,
  ): Promise<Refused | Settled | undefined> {
    // Redis' clock may run up to 2 s ahead of the service's before it counts as wrong: wait for the later of the two.
    if (armedFor === null) await this.#deps.clock.sleepUntil(step.due, change.signal);
    if (change.changed) return undefined;
    const { account } = snapshot.broadcast;
    const release = await this.#semaphore.acquire(account, step.request === 'stop', change.signal);
    try {
      return change.changed ? undefined : await this.#claimAndSend(snapshot, step, { change, armedFor, release });
    } finally {
      release();
    }
  }

  async #claimAndSend(
    snapshot: Snapshot,
    step: SendStep,
    { change, armedFor, release }: { change: ChangeWatcher; armedFor: number | null; release: () => void },
  ): Promise<Refused | Settled | undefined> {
    const { clock, workerId, zoom } = this.#deps;
    const { broadcast, meeting } = snapshot;
    const fence = nanoid(12);
    const at = Math.max(clock.now(), armedFor ?? 0, step.due);
    const decision = onClaim(snapshot, step, { request: step.request, fence, worker: workerId, at });
    // Load the shared token while Redis decides, so that the request does not wait for it afterwards.
    void zoom.prepare(broadcast.account);
    const claimedAt = clock.monotonic() + at - clock.now();
    const claimed: Claimed = { broadcastId: broadcast.id, fence, request: step.request, meeting };
    const claim = { ...this.#claimOf(snapshot, step, fence, armedFor !== null), notAfter: at + CLAIM_WITHIN_MS };
    const result = await this.#claim(claimed, { before: broadcast, decision }, claim, { at, change });
    if (result.kind === 'wait') return result;
    const [written] = result.kind === 'ok' ? result.written : [];
    if (result.kind !== 'ok' || !written) return undefined;
    const mayLeave = () =>
      clock.monotonic() - claimedAt <= SEND_WITHIN_MS && !change.changed && this.#isInTime(broadcast, step);
    const guard = () => {
      release();
      return mayLeave() && this.#leaves(written, claimed, result.now);
    };
    const exchange = await this.#requests.send(written, step.request, guard);
    release();
    this.#report(written, step, exchange);
    const after = { ...snapshot, broadcast: written };
    const settled = await this.#settlement.settle({ ...claimed, after }, exchange);
    return settled && { kind: 'settled', broadcast: settled };
  }

  #claimOf({ broadcast, meeting }: Snapshot, step: SendStep, fence: string, isArmed: boolean): Omit<Claim, 'notAfter'> {
    const { clock, workerId } = this.#deps;
    return {
      class: classOf(step.request),
      notBefore: step.due,
      worker: workerId,
      token: `${step.request}:${broadcast.id}`,
      fence,
      gate: step.request === 'start',
      starts: step.request === 'start' || step.request === 'configure',
      seq: meeting.seq,
      ...(isArmed && { firstFrom: broadcast.startAt }),
      jitter: clock.random(),
      first: broadcast.faults === 0 && broadcast.unknownStarts === 0 && !broadcast.tokenRenewed,
    };
  }

  #isInTime(broadcast: Broadcast, { due, request }: SendStep): boolean {
    const now = this.#deps.clock.now();
    if (now < due) return false;
    return request !== 'start' || (now < lastStart(broadcast) && !this.#deps.clockGuard?.startsHeld);
  }

  /** The rate limit counts from the departure. It learns the moment when the claim is settled, or at once if this was slow. */
  #leaves({ account }: Broadcast, claimed: Claimed, claimedAt: number): true {
    const { clock, store, logger } = this.#deps;
    const at = clock.now();
    if (at - claimedAt > JITTER_MS)
      store
        .noteDeparture(departureOf(account, claimed, at))
        .catch((err) =>
          logger.debug({ err }, 'could not report a late request to the rate limit; settling its claim will'),
        );
    return true;
  }

  /**
   * Sends a claim at `at` (ms): it was prepared ahead, and a change until then keeps it from being sent. Redis may have made the claim
   * although its reply got lost. A resend by the client would then conflict with itself.
   */
  async #claim(
    claimed: Claimed,
    write: Write,
    claim: Claim,
    { at, change }: { at: number; change: ChangeWatcher },
  ): Promise<CommitResult> {
    const { clock, writer } = this.#deps;
    let isSent = false;
    const mayClaim = async () => {
      await clock.sleepUntil(at, change.signal, 'exact');
      isSent = !change.changed;
      return isSent;
    };
    try {
      const result = await writer.apply([write], { claim, mayClaim });
      if (result.kind === 'conflict' && isSent) await this.#settlement.withdraw(claimed);
      return result;
    } catch (error) {
      // Wait until the claim can no longer happen: a stalled connection may still deliver it.
      await clock.sleepUntil(claim.notAfter);
      await this.#settlement.withdraw(claimed);
      throw error;
    }
  }

  #report(broadcast: Broadcast, step: Extract<Step, { do: 'send' }>, exchange: Exchange<Outcome>): void {
    if (exchange.sentAt === null || (step.request !== 'start' && step.request !== 'stop')) return;
    const lateness = exchange.sentAt - step.due;
    this.#deps.onSent?.(step.request, lateness);
    // An accepted request changes the state, and that change is logged already.
    const level = exchange.result.kind === 'accepted' ? 'debug' : 'info';
    this.#deps.logger[level](
      {
        broadcastId: broadcast.id,
        meetingId: broadcast.meetingId,
        request: step.request,
        outcome: exchange.result.kind,
        status: exchange.answer?.status,
        latenessMs: lateness,
      },
      'sent a request to Zoom',
    );
  }
}
