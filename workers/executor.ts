import { nanoid } from 'nanoid';
import type { Logger } from 'pino';
import type { Broadcast } from '../src/broadcasts/broadcast.ts';
import {
  type Decision,
  DecisionBuilder,
  type RuleSettings,
  type Snapshot,
  type Step,
} from '../src/broadcasts/decision.ts';
import { nextStep, SEND_WITHIN_MS } from '../src/broadcasts/next-step.ts';
import { onAnswer } from '../src/broadcasts/on-answer.ts';
import { onLook } from '../src/broadcasts/on-look.ts';
import { requestStop } from '../src/broadcasts/stopping.ts';
import type { BroadcastStore, Claim } from '../src/broadcasts/store.ts';
import type { Clock } from '../src/clock.ts';
import type { ChangeNotices } from '../src/queue/change-notices.ts';
import type { WakeJob, WakeQueue } from '../src/queue/wake-queue.ts';
import type { Exchange, Outcome } from '../src/zoom/outcome.ts';
import type { ZoomApi } from '../src/zoom/zoom-api.ts';

/** What becomes of the job: it is done, or it comes back at `at` (ms). */
export type Verdict = { kind: 'done'; why: string } | { kind: 'again'; at: number };

export interface ExecutorDeps {
  store: BroadcastStore;
  queue: WakeQueue;
  zoom: ZoomApi;
  clock: Clock;
  notices: ChangeNotices;
  rules: RuleSettings;
  /** Opens a sealed stream key. */
  openSealed: (sealed: string) => string;
  /** This process, as leases and history name it. */
  workerId: string;
  logger: Logger;
  /** Called with the lateness (ms) of every start and stop that left. */
  onSent?: (action: 'start' | 'stop', latenessMs: number) => void;
}

/** A wait up to this long is slept in the process, ms; a longer one gives the place back to BullMQ. */
const HOLD_MS = 6_000;
/** A look before a retried start may take this long, ms: the second start leaves within a second of the gate. */
const LOOK_TIMEOUT_MS = 700;
/** Distance of two tries to write down an answer while Redis is away, ms. */
const SETTLE_RETRY_MS = 200;

/** Does what one wake-up call asks for: a thin shell around `nextStep`, claim, request and settle. */
export class Executor {
  readonly #deps: ExecutorDeps;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
  }

  /** Runs until nothing is left to do now. `signal` aborts what has not been sent yet: the job comes back at once. */
  async run(job: WakeJob, signal: AbortSignal): Promise<Verdict> {
    const change = new ChangeFlag(this.#deps.notices, job.broadcastId, signal);
    try {
      return await this.#steps(job, change, signal);
    } finally {
      change.close();
    }
  }

  async #steps(job: WakeJob, change: ChangeFlag, signal: AbortSignal): Promise<Verdict> {
    const { store, clock, rules, workerId } = this.#deps;
    for (;;) {
      if (signal.aborted) return { kind: 'again', at: clock.now() };
      change.reset();
      const snapshot = await store.load(job.broadcastId);
      if (!snapshot) return { kind: 'done', why: 'no such broadcast' };
      const step = nextStep(snapshot, job.action, job.revision, rules, `worker:${workerId}`);
      if (step.do === 'nothing') return { kind: 'done', why: step.why };
      const verdict = await this.#take(step, snapshot, change);
      if (verdict) return verdict;
    }
  }

  /** One step; a verdict ends the run, undefined means: look again. */
  async #take(
    step: Exclude<Step, { do: 'nothing' }>,
    snapshot: Snapshot,
    change: ChangeFlag,
  ): Promise<Verdict | undefined> {
    switch (step.do) {
      case 'wait':
        return this.#wait(step.until, snapshot, change);
      case 'commit':
        await this.#write(snapshot.broadcast, step.decision);
        return undefined;
      case 'look':
        return this.#look(snapshot, step.why, change);
      case 'send':
        return this.#send(snapshot, step, change);
    }
  }

  async #wait(until: number, { broadcast }: Snapshot, change: ChangeFlag): Promise<Verdict | undefined> {
    const { clock, zoom } = this.#deps;
    if (until - clock.now() > HOLD_MS) return { kind: 'again', at: until };
    // The due moment must not wait for a token.
    void zoom.prepare(broadcast.account);
    await clock.sleepUntil(until, change.signal);
    return undefined;
  }

  async #write(before: Broadcast, decision: Decision): Promise<Broadcast | null> {
    const result = await this.#deps.store.commit([{ before, decision }]);
    const [after] = result.kind === 'ok' ? result.written : [];
    if (!after) return null;
    await this.#afterWrite(before, after);
    return after;
  }

  /** Jobs follow the record; what fails here the sweep makes good. */
  async #afterWrite(before: Broadcast, after: Broadcast): Promise<void> {
    await this.#deps.queue.sync(before, after).catch((error) => {
      this.#deps.logger.warn({ err: error, broadcastId: after.id }, 'jobs not brought up to date; the sweep will');
    });
    if (before.status !== after.status) {
      this.#deps.logger.info(
        {
          broadcastId: after.id,
          meetingId: after.meetingId,
          from: before.status,
          to: after.status,
          reason: after.reason,
        },
        'broadcast',
      );
    }
  }

  async #look(snapshot: Snapshot, why: string, change: ChangeFlag): Promise<Verdict | undefined> {
    const { store, clock, zoom, rules, workerId } = this.#deps;
    const { broadcast } = snapshot;
    const slot = await store.reserveRead(broadcast.account, `look:${broadcast.id}`);
    if (slot !== null) {
      if (slot - clock.now() > HOLD_MS) return { kind: 'again', at: withinWindow(broadcast, slot) };
      await clock.sleepUntil(slot, change.signal);
      return undefined;
    }
    const hurry = why === 'after_429' || why === 'after_unknown';
    const exchange = await zoom.lookAtMeeting(
      broadcast.account,
      broadcast.meetingId,
      hurry ? LOOK_TIMEOUT_MS : undefined,
    );
    if (exchange.result.kind === 'unauthorized') await zoom.renewToken(broadcast.account);
    const now = clock.now();
    await this.#write(broadcast, onLook({ ...snapshot, now }, exchange, rules, `worker:${workerId}`));
    return undefined;
  }

  async #send(
    snapshot: Snapshot,
    step: Extract<Step, { do: 'send' }>,
    change: ChangeFlag,
  ): Promise<Verdict | undefined> {
    const { store, clock, workerId } = this.#deps;
    const { broadcast, meeting } = snapshot;
    const fence = nanoid(12);
    const decision = claimDecision(snapshot, step, { request: step.request, fence, worker: workerId, at: clock.now() });
    const claim: Claim = {
      class: step.request === 'stop' ? 'stop' : 'start',
      notBefore: step.due,
      token: `${step.request}:${broadcast.id}`,
      gate: step.request === 'start',
      seq: meeting.seq,
    };
    const claimedAt = clock.monotonic();
    const result = await store.commit([{ before: broadcast, decision }], { claim });
    if (result.kind === 'wait') return this.#wait(withinWindow(broadcast, result.until), snapshot, change);
    const [claimed] = result.kind === 'ok' ? result.written : [];
    if (!claimed) return undefined;
    const isInTime = () => step.request !== 'start' || clock.now() < broadcast.startBefore;
    const guard = () => clock.monotonic() - claimedAt <= SEND_WITHIN_MS && !change.changed && isInTime();
    const exchange = await this.#request(claimed, step.request, guard);
    if (exchange.result.kind === 'unauthorized') await this.#deps.zoom.renewToken(broadcast.account);
    this.#report(claimed, step, exchange);
    await this.#settle(claimed, fence, step.request, exchange);
    return undefined;
  }

  #request(
    broadcast: Broadcast,
    request: 'start' | 'stop' | 'mode' | 'configure',
    guard: () => boolean,
  ): Promise<Exchange<Outcome>> {
    const { zoom, openSealed } = this.#deps;
    const { account, kind, meetingId, destination } = broadcast;
    if (request === 'configure' && destination) {
      const { streamUrl, pageUrl, resolution, sealedStreamKey } = destination;
      const streamKey = openSealed(sealedStreamKey);
      return zoom.configure(
        { account, kind, meetingId, streamUrl, pageUrl, streamKey, ...(resolution ? { resolution } : {}) },
        guard,
      );
    }
    const action = request === 'configure' ? 'start' : request;
    const settings =
      action === 'mode' ? (broadcast.modeWanted ?? {}) : action === 'start' ? broadcast.settings : undefined;
    return zoom.updateStatus({ account, kind, meetingId, action, ...(settings ? { settings } : {}) }, guard);
  }

  #report(broadcast: Broadcast, step: Extract<Step, { do: 'send' }>, exchange: Exchange<Outcome>): void {
    if (exchange.sentAt === null || (step.request !== 'start' && step.request !== 'stop')) return;
    const lateness = exchange.sentAt - step.due;
    this.#deps.onSent?.(step.request, lateness);
    this.#deps.logger.info(
      {
        broadcastId: broadcast.id,
        meetingId: broadcast.meetingId,
        request: step.request,
        outcome: exchange.result.kind,
        status: exchange.answer?.status,
        latenessMs: lateness,
      },
      'request',
    );
  }

  /**
   * Writes the answer down, whatever else happens to the record meanwhile and however long Redis is away: an answer that is
   * lost makes the outcome unknown.
   */
  async #settle(
    claimed: Broadcast,
    fence: string,
    request: 'start' | 'stop' | 'mode' | 'configure',
    exchange: Exchange<Outcome>,
  ): Promise<void> {
    const { store, clock, rules, workerId, logger } = this.#deps;
    for (let tries = 0; ; tries += 1) {
      try {
        const snapshot = await store.load(claimed.id);
        if (!snapshot) return;
        const decision = onAnswer(snapshot, { fence, request, exchange }, rules, `worker:${workerId}`);
        if (await this.#write(snapshot.broadcast, decision)) return;
      } catch (error) {
        if (tries % 25 === 0)
          logger.warn({ err: error, broadcastId: claimed.id }, 'answer not written yet: Redis is away');
        await clock.sleepUntil(clock.now() + SETTLE_RETRY_MS);
      }
    }
  }
}

/** No wait of a start reaches over the end of its window: there it becomes missed. */
function withinWindow({ status, startBefore }: Broadcast, until: number): number {
  return status === 'live' || status === 'stopping' ? until : Math.min(until, startBefore);
}

/** What the claim writes: the request in flight, and the state that shows it. */
function claimDecision(
  snapshot: Snapshot,
  step: Extract<Step, { do: 'send' }>,
  inFlight: NonNullable<Broadcast['inFlight']>,
): Decision {
  const { broadcast } = snapshot;
  const builder = new DecisionBuilder(broadcast, inFlight.at, `worker:${inFlight.worker}`);
  if (step.request === 'start') builder.become('starting', null);
  if (step.request === 'stop' && broadcast.status === 'live') {
    requestStop(builder, broadcast.stopAt ?? step.due, 'stop time');
    builder.next.wake = broadcast.wake;
  }
  const mode = step.request === 'mode' ? { mode: broadcast.modeWanted ?? {} } : {};
  builder.next.inFlight = { ...inFlight, ...mode };
  return builder.build();
}

/** Whether the broadcast was changed by somebody since the last reading; wakes what sleeps on it. */
class ChangeFlag {
  changed = false;
  #controller = new AbortController();
  readonly #close: () => void;

  constructor(notices: ChangeNotices, id: string, signal: AbortSignal) {
    const wake = () => {
      this.changed = true;
      this.#controller.abort();
    };
    const off = notices.on(id, wake);
    signal.addEventListener('abort', wake, { once: true });
    this.#close = () => {
      off();
      signal.removeEventListener('abort', wake);
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  reset(): void {
    if (!this.changed) return;
    this.changed = false;
    this.#controller = new AbortController();
  }

  close(): void {
    this.#close();
  }
}
