import { type Action, type Broadcast, isFinal } from '../../../src/broadcasts/broadcast.ts';
import {
  type Alert,
  type Decision,
  DecisionBuilder,
  type MeetingPatch,
  type MeetingState,
  type RuleSettings,
  type Snapshot,
  type Step,
} from '../../../src/broadcasts/decision.ts';
import type { Pause } from '../../../src/broadcasts/pause.ts';
import { nextStep, STREAM_KNOWLEDGE_MS } from '../../../src/broadcasts/rules/next-step.ts';
import { onDeadline } from '../../../src/broadcasts/rules/on-deadline.ts';
import { onMeetingStatus } from '../../../src/broadcasts/rules/on-meeting-status.ts';
import { onResponse } from '../../../src/broadcasts/rules/on-response.ts';
import { meetingPatchOf, onZoomEvent } from '../../../src/broadcasts/rules/on-zoom-event.ts';
import { intervalEnd, lastStart } from '../../../src/broadcasts/rules/plan-interval.ts';
import { requestStop } from '../../../src/broadcasts/rules/transitions.ts';
import { parseMeeting } from '../../../src/broadcasts/store/meeting-codec.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { MeetingStatus, Outcome } from '../../../src/broadcasts/zoom-outcome.ts';
import { LivestreamError } from '../../../src/errors.ts';
import { checkPaused, checkWrite, must, type Origin } from './invariants.ts';

/** 2026-12-06T14:00:00Z: the moment every history begins, ms. */
export const T0 = Date.UTC(2026, 11, 6, 14);
/** A meeting that nothing is known of. */
export const UNKNOWN_MEETING = parseMeeting({});
/** More writes than this for one job are a loop. */
const MAX_WRITES = 6;
const START_RETRY_MS = 30_000;

type Request = 'start' | 'stop' | 'mode' | 'configure';

/** A request under way. */
interface Flight {
  id: string;
  fence: string;
  request: Request;
  sentAt: number;
  knownRunningAt: number;
  leaseHeld: boolean;
}

/** What the log of Zoom would show of one broadcast's plan. */
interface Seen {
  starts: number;
  /** Starts without an answer that nothing has proved idle since. */
  unanswered: number;
  acceptedStops: number;
}

/**
 * One meeting with its broadcasts, the pure core, and everything around it replaced by a few lines: the record's
 * compare-and-set, leases, the queue. Checks every write and every request against the rules, and logs what happened.
 */
export class Model {
  now = T0;
  meeting: MeetingState = { ...UNKNOWN_MEETING };
  pausedUntil = 0;
  /** All that were made and not ended; one whose time has come holds nothing back. */
  pauses: Pause[] = [];
  readonly broadcasts = new Map<string, Broadcast>();
  readonly flights: Flight[] = [];
  readonly log: string[] = [];
  /** The alerts so far. */
  readonly raised: Alert[] = [];
  readonly rules: RuleSettings;
  readonly #seen = new Map<string, Seen>();
  /** The start gate as the model reckons it from the answers (rule 3), apart from the core's own. */
  #gate = 0;
  #fences = 0;

  /** What every dice shows: the share of the longest backoff. */
  random: number;

  constructor(options: { webhooks: boolean; random: number }) {
    this.random = options.random;
    this.rules = {
      startRetryMs: START_RETRY_MS,
      startWindowMs: 7_200_000,
      webhooksOn: () => options.webhooks,
      random: () => this.random,
    };
  }

  add(broadcast: Broadcast): void {
    this.broadcasts.set(broadcast.id, broadcast);
    const stop = broadcast.stopAt === null ? 'no stop' : `stop ${this.#moment(broadcast.stopAt)}`;
    this.tell(
      `${broadcast.id}: ${broadcast.kind}, start ${this.#moment(broadcast.startAt)}, ${stop}, window to ${this.#moment(broadcast.startBefore)}`,
    );
  }

  get(id: string): Broadcast {
    const broadcast = this.broadcasts.get(id);
    if (!broadcast) throw new Error(`no broadcast ${id}`);
    return broadcast;
  }

  tell(line: string): void {
    this.log.push(`${this.#moment(this.now).padStart(12)}  ${line}`);
  }

  pass(ms: number): void {
    this.now += ms;
  }

  snapshot(id: string): Snapshot {
    const siblings = [...this.broadcasts.values()]
      .filter((other) => !isFinal(other))
      .map((other) => ({
        id: other.id,
        startAt: other.startAt,
        endAt: intervalEnd(other),
        stops: other.stopAt !== null,
        status: other.status,
      }));
    const broadcast = structuredClone(this.get(id));
    const flight = this.flights.find(({ fence }) => fence === broadcast.inFlight?.fence);
    const { meeting, pausedUntil, now } = this;
    return {
      broadcast,
      meeting: { ...meeting },
      siblings,
      pausedUntil,
      pauses: this.activePauses(),
      leaseHeld: flight?.leaseHeld ?? false,
      now,
    };
  }

  activePauses(): Pause[] {
    return this.pauses.filter(({ until }) => until === null || until > this.now);
  }

  /** A person pauses everything, until `until` (ms) or until it is resumed. */
  pause(until: number | null, note: string | null = null): void {
    const id = `pa_${this.pauses.length + 1}`;
    this.tell(`a person: pause ${id} until ${until === null ? 'it is resumed' : this.#moment(until)}`);
    this.pauses.push({ id, scope: { all: true }, covers: 'all', since: this.now, until, note, by: 'api:test' });
  }

  /** A person ends all pauses. */
  resume(): void {
    this.tell('a person: resume');
    this.pauses = [];
  }

  /** A person's command; one that is refused with a reason changes nothing. */
  command(id: string, name: string, decide: (snapshot: Snapshot) => Decision | null): void {
    const snapshot = this.snapshot(id);
    try {
      const decision = decide(snapshot);
      this.tell(`a person: ${name} ${id}${decision ? '' : ' (nothing to do)'}`);
      if (decision) this.#write(snapshot.broadcast, decision, 'person');
    } catch (error) {
      if (!(error instanceof LivestreamError)) throw error;
      this.tell(`a person: ${name} ${id} is refused: ${error.code}`);
    }
  }

  /** A worker takes the job for `action` up to where it must wait. A check of the meeting would find what it `shows`. */
  runJob(id: string, action: Action, shows: MeetingStatus, staleBy = 0): Step['do'] {
    for (let writes = 0; ; writes += 1) {
      must(writes <= MAX_WRITES, `the ${action} job of ${id} writes and writes without getting anywhere`);
      const snapshot = this.snapshot(id);
      const step = nextStep(snapshot, action, snapshot.broadcast.revision - staleBy, this.rules, 'worker:w1');
      must(staleBy === 0 || step.do === 'nothing', 'rule 11: a job of an older plan does nothing');
      const held = snapshot.broadcast.inFlight !== null && snapshot.leaseHeld;
      must(!held || step.do === 'wait' || step.do === 'nothing', 'a request under way is nobody else’s business');
      if (step.do === 'commit') {
        this.#write(snapshot.broadcast, step.decision, action);
        continue;
      }
      if (step.do === 'wait') must(step.until > this.now, `a wait until ${step.until - this.now} ms is none`);
      if (step.do === 'send') this.#send(snapshot, step);
      if (step.do === 'checkMeeting') this.#checkMeeting(snapshot, shows, action);
      if (step.do === 'nothing' || step.do === 'wait') this.tell(`${action} job of ${id}: ${step.do}, ${step.why}`);
      return step.do;
    }
  }

  /** An answer to a request under way, `late` if its lease was lost meanwhile. */
  answer(flight: Flight, result: Outcome): void {
    this.flights.splice(this.flights.indexOf(flight), 1);
    const snapshot = this.snapshot(flight.id);
    const sentAt = result.kind === 'withdrawn' ? null : flight.sentAt;
    const exchange = { request: { method: 'PATCH', path: '' }, answer: null, result, sentAt, answeredAt: this.now };
    this.tell(`Zoom to the ${flight.request} of ${flight.id}: ${JSON.stringify(result)}`);
    this.#note(flight, result);
    const { fence, request, knownRunningAt } = flight;
    const held = snapshot.broadcast.inFlight?.fence === fence;
    const decision = onResponse(snapshot, { fence, request, exchange, knownRunningAt }, this.rules, 'worker:w1');
    this.#write(snapshot.broadcast, decision, request === 'stop' ? 'stop' : held ? 'start' : 'event');
  }

  /** The worker is given up: its heartbeat is gone. It may be dead, or only slow. */
  loseLease(flight: Flight, dead: boolean): void {
    this.tell(`the worker of the ${flight.request} of ${flight.id} ${dead ? 'dies' : 'loses its lease'}`);
    flight.leaseHeld = false;
    if (dead) this.flights.splice(this.flights.indexOf(flight), 1);
    // Whether Zoom got it, nobody knows.
    if (dead && flight.request === 'start') this.#seenOf(flight.id).unanswered += 1;
  }

  applyZoomEvent(seen: ZoomEvent): void {
    this.tell(`Zoom's event: ${seen.what}, ${this.now - seen.at} ms old${seen.uuid ? `, instance ${seen.uuid}` : ''}`);
    const patch = meetingPatchOf(this.meeting, seen);
    const before = { ...this.meeting };
    const open = [...this.broadcasts.keys()].filter((id) => !isFinal(this.get(id)));
    for (const id of open) {
      const snapshot = { ...this.snapshot(id), meeting: before };
      let decision = onZoomEvent(snapshot, seen, patch, this.rules);
      if (decision && this.#overlaps(decision.next)) decision = onZoomEvent(snapshot, seen, patch, this.rules, false);
      if (!decision) continue;
      if (decision.next.unknownStarts === 0) this.#seenOf(id).unanswered = 0;
      this.#write(snapshot.broadcast, decision, 'event');
    }
    if (patch) this.#learn(patch);
  }

  #overlaps({ id, startAt, stopAt, startBefore }: Broadcast): boolean {
    const others = [...this.broadcasts.values()].filter((other) => other.id !== id && !isFinal(other));
    const end = intervalEnd({ stopAt, startBefore });
    return others.some((other) => startAt < intervalEnd(other) && other.startAt < end);
  }

  deadline(id: string): void {
    const snapshot = this.snapshot(id);
    const decision = onDeadline(snapshot, this.rules, 'sweep');
    if (!decision) return;
    this.tell(`the deadline of ${id} has passed`);
    this.#write(snapshot.broadcast, decision, 'deadline');
  }

  #send({ broadcast, meeting }: Snapshot, { request, due }: Extract<Step, { do: 'send' }>): void {
    const { id } = broadcast;
    must(this.now >= due, 'rule 1: never before the due moment');
    must(this.pausedUntil <= this.now, 'rule 4: nothing leaves while the account pauses');
    must(!isFinal(broadcast), 'rule 11: nothing after the end');
    const on = meeting.stream === 'on' && this.now - meeting.streamAt < STREAM_KNOWLEDGE_MS;
    const seen = this.#seenOf(id);
    const isHeld = this.activePauses().length > 0;
    must(!isHeld || request === 'stop' || request === 'mode', `rule 16: no ${request} leaves under a pause`);
    if (request === 'start') {
      must(this.now >= broadcast.startAt, 'rule 1: no start before startAt');
      const again = broadcast.status === 'live' && broadcast.restartWanted;
      must(this.now < lastStart(broadcast), 'rule 10: no start after its window');
      must(broadcast.drops <= 3, 'a stream that drops is started again three times at most');
      must(this.now >= this.#gate, `rule 3: the start gate is closed for ${this.#gate - this.now} ms more`);
      must(again || broadcast.status !== 'live', 'rule 2: no second start of a live one');
      must(broadcast.status !== 'stopping', 'rule 2: no start of one that is being stopped');
      must(!broadcast.cancelRequested, 'rule 11: no start after a cancel');
      must(!on, 'rule 2: no start while the stream is known to be on');
      must(seen.unanswered <= 1, 'rule 7: at most one more start after one without an answer');
      seen.starts += 1;
    }
    if (request === 'mode')
      must(this.now < (broadcast.stopAt ?? Number.POSITIVE_INFINITY), 'rule 10: no mode delays a stop that is due');
    if (request === 'configure') must(!on, 'the destination is never written while on air');
    if (request === 'stop') must(seen.acceptedStops === 0 || broadcast.startedAt === null, 'rule 2: one accepted stop');
    this.#fences += 1;
    const fence = `f${this.#fences}`;
    this.tell(`request: ${request} ${id}`);
    const builder = new DecisionBuilder(broadcast, this.now, 'worker:w1');
    if (request === 'start' && broadcast.status !== 'live') builder.become('starting', null);
    if (request === 'stop' && broadcast.status === 'live') {
      requestStop(builder, broadcast.stopAt ?? due, 'stop time');
      builder.next.wake = broadcast.wake;
    }
    const mode = request === 'mode' ? { mode: broadcast.modeWanted ?? {} } : {};
    builder.next.inFlight = { request, fence, worker: 'w1', at: this.now, ...mode };
    this.flights.push({ id, fence, request, sentAt: this.now, knownRunningAt: meeting.runningAt, leaseHeld: true });
    this.#write(broadcast, builder.build(), request === 'stop' ? 'stop' : 'start');
  }

  #checkMeeting(snapshot: Snapshot, result: MeetingStatus, action: Action): void {
    const { broadcast } = snapshot;
    must(broadcast.kind === 'meeting', 'a webinar has no status to check');
    must(this.pausedUntil <= this.now, 'rule 4: no check while the account pauses');
    this.tell(`check of the meeting of ${broadcast.id}: ${JSON.stringify(result)}`);
    const exchange = {
      request: { method: 'GET', path: '' },
      answer: null,
      result,
      sentAt: this.now,
      answeredAt: this.now,
    };
    const decision = onMeetingStatus(snapshot, exchange, this.rules, 'worker:w1');
    if (decision.next.unknownStarts === 0) this.#seenOf(broadcast.id).unanswered = 0;
    this.#write(broadcast, decision, action);
  }

  /** What the model itself remembers of an answer, to judge later requests by. */
  #note({ id, request, sentAt }: Flight, result: Outcome): void {
    const seen = this.#seenOf(id);
    if (request === 'start' && result.kind === 'start_limited')
      this.#gate = Math.max(this.#gate, this.now + Math.max(START_RETRY_MS, result.retryAfterMs ?? 0));
    const { status, restartWanted } = this.get(id);
    // An event of Zoom was quicker: what the start did is known (rule 7).
    const isLive = status === 'live' && !restartWanted;
    if (request === 'start' && result.kind === 'transient' && result.unknown && !isLive) {
      seen.unanswered += 1;
      this.#gate = Math.max(this.#gate, sentAt + START_RETRY_MS);
    }
    if (request === 'start' && (result.kind === 'not_started' || result.kind === 'accepted')) seen.unanswered = 0;
    if (request === 'stop' && result.kind === 'accepted') seen.acceptedStops += 1;
  }

  #write(before: Broadcast, decision: Decision, origin: Origin): void {
    const current = this.get(before.id);
    must(current.version === before.version, 'the model writes in turn');
    checkWrite(before, decision, origin, this.rules);
    if (this.activePauses().length > 0) checkPaused(before, decision, origin);
    this.raised.push(...decision.alerts);
    const after = { ...decision.next, version: before.version + 1 };
    this.broadcasts.set(after.id, after);
    if (after.status === 'scheduled' && isFinal(before)) this.#seen.delete(after.id);
    if (before.status !== after.status) this.tell(`${after.id}: ${before.status} -> ${after.status} (${after.reason})`);
    if (decision.meeting) this.#learn(decision.meeting);
    if (decision.pauseUntil) this.pausedUntil = Math.max(this.pausedUntil, decision.pauseUntil);
  }

  #learn(patch: MeetingPatch): void {
    const { meeting } = this;
    meeting.gateUntil = Math.max(meeting.gateUntil, patch.gateUntil ?? 0);
    if (patch.stream)
      Object.assign(meeting, {
        stream: patch.stream.is,
        streamAt: patch.stream.at,
        streamSource: patch.stream.source,
        ...(patch.stream.is === 'off' && patch.stream.source === 'answer' && { stoppedAt: patch.stream.at }),
      });
    if (patch.running) {
      Object.assign(meeting, { running: patch.running.is, runningAt: patch.running.at });
      if (patch.running.uuid) meeting.uuid = patch.running.uuid;
    }
    meeting.existsAt = Math.max(meeting.existsAt, patch.existsAt ?? 0);
    if (patch.stream || patch.running) meeting.seq += 1;
  }

  #seenOf(id: string): Seen {
    const seen = this.#seen.get(id) ?? { starts: 0, unanswered: 0, acceptedStops: 0 };
    this.#seen.set(id, seen);
    return seen;
  }

  #moment(at: number): string {
    return `T${at < T0 ? '-' : '+'}${(Math.abs(at - T0) / 1_000).toFixed(3)} s`;
  }
}
