import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Decision, Snapshot, Step } from '../../src/broadcasts/decision.ts';
import type { WaitReason } from '../../src/broadcasts/rules/counts.ts';
import { nextStep } from '../../src/broadcasts/rules/next-step.ts';
import { onDayUsedUp } from '../../src/broadcasts/rules/on-daily-limit.ts';
import { onMeetingStatus } from '../../src/broadcasts/rules/on-meeting-status.ts';
import { onOutage } from '../../src/broadcasts/rules/outage.ts';
import { lastStart } from '../../src/broadcasts/rules/plan-interval.ts';
import { expectedTimers, jobIdOf } from '../../src/broadcasts/rules/timers.ts';
import type { WriteOptions } from '../../src/broadcasts/store/commit-payload.ts';
import type { TimerJob } from '../../src/queue/timer-queue.ts';
import { NO_TRACING, type Tracing } from '../../src/tracing/tracing.ts';
import { ChangeWatcher } from './change-watcher.ts';
import { JobSpan } from './job-span.ts';
import { type Refused, Sender, type SenderDeps, type SendStep } from './sender.ts';
import { meetingOf } from './settlement.ts';
import { UnknownAccounts } from './unknown-accounts.ts';

/** The fate of the job: it is done, or BullMQ delivers it again at `at` (ms). */
export type JobOutcome =
  | { kind: 'done'; why: string }
  /** `exact`: deliver at that moment, not `LEAD_MS` ahead: there is nothing to prepare. */
  | { kind: 'again'; at: number; exact?: boolean };

export interface ExecutorDeps extends SenderDeps {
  /** Whether this worker has the credentials of an account. Default: it has all. */
  knows?: (account: string) => boolean;
  /** Called when a request has to wait; `what` names it. May be called again for the same wait. */
  onWait?: (reason: WaitReason, what: string) => void;
  /** Default: no tracing. */
  tracing?: Tracing;
}

/** The process sleeps through waits of up to this long, ms; for a longer one the job goes back to BullMQ. */
const HOLD_MS = 3_000;
/** A claim is prepared this long before its moment, ms: 70 of one moment take 7 to 15 ms of a core. */
const PREPARE_MS = 10;
/** Limit for the status check before a retried start, ms: the second start must leave within a second of the gate. */
const STATUS_TIMEOUT_MS = 700;

/** Metric names for the store's reasons to delay a claim; the record shows the other waits. */
const WAITS: Record<string, WaitReason | undefined> = { slot: 'rate', pause: 'rate', day: 'day', circuit: 'outage' };

/** Runs one timer: a thin shell around `nextStep`, claim, request and settle. */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #sender: Sender;
  readonly #unknown: UnknownAccounts;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#sender = new Sender(deps);
    this.#unknown = new UnknownAccounts(deps.knows ?? (() => true), deps.logger);
  }

  /**
   * Runs until there is nothing left to do now. `signal` aborts everything not sent yet, and BullMQ redelivers the job at once.
   * @param onAccount called with the account of the broadcast
   */
  async run(job: TimerJob, signal: AbortSignal, onAccount?: (account: string) => void): Promise<JobOutcome> {
    const change = new ChangeWatcher(this.#deps.notices, job.broadcastId, signal);
    const span = new JobSpan(this.#deps.tracing ?? NO_TRACING, job);
    try {
      const outcome = await this.#steps({ job, change, span, armed: null }, signal, onAccount);
      span.ended(outcome);
      return outcome;
    } catch (error) {
      span.failed(error);
      throw error;
    } finally {
      change.close();
    }
  }

  /** Whether the record still needs this job: it may have changed while the job went back to BullMQ. */
  async wants({ broadcastId }: TimerJob, jobId: string | undefined): Promise<boolean> {
    const [broadcast] = await this.#deps.store.getMany([broadcastId]);
    return !!broadcast && expectedTimers(broadcast).some(({ action }) => jobIdOf(broadcast, action) === jobId);
  }

  async #steps(run: Run, signal: AbortSignal, onAccount: (account: string) => void = () => {}): Promise<JobOutcome> {
    const { store, clock, rules, workerId } = this.#deps;
    const { change, job } = run;
    for (;;) {
      if (signal.aborted) return { kind: 'again', at: clock.now() };
      const armed = change.changed ? null : run.armed;
      run.armed = null;
      change.reset();
      if (job.action === 'start') await this.#deps.clockGuard?.whenTrusted(change.signal);
      const now = Math.floor(clock.now());
      const snapshot = armed
        ? { ...armed.snapshot, now: Math.max(now, armed.from) }
        : await store.load(job.broadcastId);
      if (!snapshot) return { kind: 'done', why: 'no such broadcast' };
      if (job.action === 'start' && this.#deps.clockGuard?.startsHeld) continue;
      onAccount(snapshot.broadcast.account);
      const step = nextStep(snapshot, job.action, job.revision, rules, `worker:${workerId}`);
      const isUnknown = this.#unknown.isMissing(snapshot.broadcast, step);
      // Only a claim is prepared ahead of the moment that was waited for.
      if (armed && (step.do !== 'send' || isUnknown)) {
        await clock.sleepUntil(armed.from, change.signal, 'exact');
        if (change.changed) continue;
      }
      if (step.do === 'nothing') return { kind: 'done', why: step.why };
      const verdict = await run.span.within(snapshot.broadcast, () =>
        isUnknown ? this.#leave(step, snapshot, job) : this.#take(step, snapshot, run, armed?.from ?? null),
      );
      if (verdict) return verdict;
    }
  }

  /** Leaves the broadcast to a worker that has the account. If none has, it waits until the start window ends or a person steps in. */
  async #leave(step: Step, snapshot: Snapshot, job: TimerJob): Promise<JobOutcome> {
    const { broadcast } = snapshot;
    const { at, decision } = this.#unknown.handOver(snapshot, step, job, `worker:${this.#deps.workerId}`);
    if (decision) await this.#write(broadcast, decision);
    return { kind: 'again', at: withinWindow(broadcast, at), exact: true };
  }

  /** Takes one step. A returned outcome ends the run; undefined means: load the record again. */
  async #take(
    step: Exclude<Step, { do: 'nothing' }>,
    snapshot: Snapshot,
    run: Run,
    armedFor: number | null,
  ): Promise<JobOutcome | undefined> {
    switch (step.do) {
      case 'wait':
        return this.#wait(await this.#bookAhead(step, snapshot), snapshot, run, step.book !== undefined);
      case 'commit':
        await this.#write(snapshot.broadcast, step.decision);
        return undefined;
      case 'checkMeeting':
        return this.#checkMeeting(snapshot, step.why, run.change);
      case 'send':
        return this.#send(snapshot, step, run, armedFor);
    }
  }

  /** @param arms true: the run waits only for time or for its rate limit slot, so it can use the same snapshot afterwards */
  async #wait(until: number, snapshot: Snapshot, run: Run, arms = false): Promise<JobOutcome | undefined> {
    const { clock, zoom } = this.#deps;
    if (until - clock.now() > HOLD_MS) return { kind: 'again', at: until };
    // Get the token now: a due request must not wait for it.
    void zoom.prepare(snapshot.broadcast.account);
    const isArmed = arms && claimChecksAllOf(snapshot);
    await clock.sleepUntil(
      isArmed ? until - PREPARE_MS : until,
      run.change.signal,
      arms && !isArmed ? 'exact' : undefined,
    );
    if (isArmed) run.armed = { snapshot, from: until };
    return undefined;
  }

  /**
   * Books a slot shortly before a request is due. In a rush of thousands, each learns its turn in advance, and those with a late
   * turn give up their place in this process.
   * @returns when to continue, ms
   */
  async #bookAhead({ until, book }: Extract<Step, { do: 'wait' }>, { broadcast }: Snapshot): Promise<number> {
    const { store, clock } = this.#deps;
    if (!book || until - clock.now() > HOLD_MS) return until;
    const slot = await store.bookSlot(broadcast.account, book, `${book}:${broadcast.id}`, until);
    if (slot > until) this.#waits('slot', broadcast, book);
    // Never before `until`: that would be a busy loop.
    return Math.max(until, slot);
  }

  async #write(before: Broadcast, decision: Decision, options: WriteOptions = {}): Promise<void> {
    // Another worker may hold a second job of this broadcast; it ends when the broadcast does. This run must not notify itself.
    await this.#deps.writer.apply([{ before, decision }], { ...options, notify: 'final' });
  }

  async #checkMeeting(snapshot: Snapshot, why: string, change: ChangeWatcher): Promise<JobOutcome | undefined> {
    const { store, clock, zoom, rules, workerId } = this.#deps;
    const { broadcast } = snapshot;
    const priority = why === 'after_429' || why === 'after_unknown' || why === 'after_drop';
    const slot = await store.reserveRead(broadcast.account, `look:${broadcast.id}`, { priority });
    if (slot !== null) {
      if (slot - clock.now() > HOLD_MS) return { kind: 'again', at: withinWindow(broadcast, slot) };
      await clock.sleepUntil(slot, change.signal);
      return undefined;
    }
    const exchange = await zoom.getMeetingStatus(
      broadcast.account,
      broadcast.meetingId,
      priority ? STATUS_TIMEOUT_MS : undefined,
    );
    if (exchange.result.kind === 'unauthorized') await zoom.renewToken(broadcast.account);
    const now = clock.now();
    const decision = onMeetingStatus({ ...snapshot, now }, exchange, rules, `worker:${workerId}`);
    // An event that came during the check is newer than its result. The event wins, and the next step checks the status again.
    await this.#write(broadcast, decision, { meeting: meetingOf(broadcast, snapshot.meeting, decision) });
    return undefined;
  }

  async #send(snapshot: Snapshot, step: SendStep, run: Run, armedFor: number | null): Promise<JobOutcome | undefined> {
    const { broadcast } = snapshot;
    const result = await this.#sender.send(snapshot, step, run.change, armedFor);
    if (result?.kind !== 'wait') return result && this.#afterwards({ ...snapshot, broadcast: result.broadcast }, run);
    const { why, until } = result;
    this.#waits(why, broadcast, step.request);
    if (why === 'day') return this.#showDayUsedUp(broadcast, step.request, result);
    if (why === 'circuit') return this.#heldUp(broadcast, step.request, until);
    // Read the record again: the rules hold it back.
    if (why === 'paused') return undefined;
    return this.#wait(withinWindow(broadcast, until), snapshot, run, why === 'slot' || why === 'due');
  }

  /** Usually nothing is left to do, and this saves another read: any later change has sent a notice. */
  #afterwards(settled: Snapshot, { change, job }: Run): JobOutcome | undefined {
    const { rules, workerId } = this.#deps;
    const step = nextStep(settled, job.action, job.revision, rules, `worker:${workerId}`);
    return step.do === 'nothing' && !change.changed ? { kind: 'done', why: step.why } : undefined;
  }

  #waits(why: string, { id, revision }: Broadcast, request: string): void {
    const reason = WAITS[why];
    if (reason) this.#deps.onWait?.(reason, `${id}:${revision}:${request}`);
  }

  /** Zoom has an outage. The job waits in BullMQ and frees its place in this process (decision 8). */
  async #heldUp(broadcast: Broadcast, request: SendStep['request'], until: number): Promise<JobOutcome> {
    const { clock, workerId } = this.#deps;
    const decision = onOutage(broadcast, request, until, clock.now(), `worker:${workerId}`);
    if (decision) await this.#write(broadcast, decision);
    return { kind: 'again', at: withinWindow(broadcast, until), exact: true };
  }

  async #showDayUsedUp(
    broadcast: Broadcast,
    request: SendStep['request'],
    { until, dailyAlertRaised: raised }: Refused,
  ): Promise<undefined> {
    const { clock, workerId } = this.#deps;
    const decision = onDayUsedUp(
      broadcast,
      { request, until, alreadyRaised: raised },
      clock.now(),
      `worker:${workerId}`,
    );
    await this.#write(broadcast, decision, raised ? {} : { dailyAlertFor: broadcast.account });
  }
}

/** One run of a job. */
interface Run {
  job: TimerJob;
  change: ChangeWatcher;
  span: JobSpan;
  /** Snapshot from before a wait, for a claim at `from` (ms). It stays valid until the claim says otherwise. Null: read again. */
  armed: { snapshot: Snapshot; from: number } | null;
}

/**
 * Whether the claim itself detects every change since this snapshot: the record by its version, the meeting by its `seq`, its gate,
 * the pauses, the rate limit, and a new broadcast of the meeting that begins before this one (`firstFrom`). If one already begins
 * before it, only another read shows whether that one has stopped.
 */
function claimChecksAllOf({ broadcast, siblings }: Snapshot): boolean {
  return !siblings.some(({ id, startAt }) => id !== broadcast.id && startAt < broadcast.startAt);
}

/** A start never waits past the end of its window: it is missed then. */
function withinWindow(broadcast: Broadcast, until: number): number {
  return broadcast.status === 'stopping' ? until : Math.min(until, lastStart(broadcast));
}
