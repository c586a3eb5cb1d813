import { copyOf } from '../json.ts';
import { type Action, awaitsStart, type Broadcast, type BroadcastStatus, type StatusCheckReason } from './broadcast.ts';
import type { Pause } from './pause.ts';

/** What is known about a broadcast's meeting: one record per account and meeting, shared by its broadcasts. */
export interface MeetingState {
  /** The start gate (ms): no start of this meeting leaves before it (rule 3). 0 when open. */
  gateUntil: number;
  stream: 'on' | 'off' | 'unknown';
  /** When that became so (ms): Zoom's `event_ts`, or the moment of our accepted request. */
  streamAt: number;
  /** `event` (Zoom said so) or `answer` (Zoom accepted our request). */
  streamSource: 'event' | 'answer' | null;
  /** When Zoom last accepted a stop of ours (ms): its event may come after the next start. 0: never. */
  stoppedAt: number;
  running: 'yes' | 'no' | 'unknown';
  runningAt: number;
  /** When Zoom last changed or restored the meeting (ms), so it existed then. 0: unknown. */
  existsAt: number;
  /** The meeting instance that the events are about. */
  uuid: string | null;
  /** Counts changes of this record: the claim checks that it has not changed. */
  seq: number;
}

/** Another unfinished broadcast of the same meeting. */
export interface Sibling {
  id: string;
  startAt: number;
  /** End of its interval for the overlap check (ms): stopAt, or the end of its start window. */
  endAt: number;
  /** `endAt` is its stop time; without one it stops only when a person or the host says so. */
  stops: boolean;
  status: BroadcastStatus;
}

/** Everything a decision may depend on, read in one step. */
export interface Snapshot {
  broadcast: Broadcast;
  meeting: MeetingState;
  siblings: Sibling[];
  /** The account may send nothing before this moment (ms); 0 when it may. */
  pausedUntil: number;
  /** The pauses over this broadcast (rule 16). */
  pauses: readonly Pause[];
  /** Whether the worker that holds `inFlight` still shows a heartbeat. */
  leaseHeld: boolean;
  /** Redis' time when this was read (ms). */
  now: number;
}

/** The settings that the rules depend on; all durations in ms. */
export interface RuleSettings {
  /** The 30-second rule: START_RETRY_MS. */
  startRetryMs: number;
  /** START_WINDOW. */
  startWindowMs: number;
  /** A webhook secret is set: an unconfirmed start is an alert. */
  webhooksOn: (account: string) => boolean;
  random: () => number;
}

export type HistoryType =
  | 'created'
  | 'changed'
  | 'command'
  | 'status'
  | 'request'
  | 'skipped'
  | 'observed'
  | 'preflight'
  | 'alert';

/** One line of the history; `at` in ms. */
export interface HistoryEntry {
  at: number;
  type: HistoryType;
  from: BroadcastStatus | null;
  to: BroadcastStatus | null;
  by: string;
  reason: string | null;
  request: unknown;
  answer: unknown;
  /** For a changed plan: the old value of each field in `request`. */
  before?: Record<string, unknown>;
  /** Id of the API request that caused it, the same as in its answer and in the log. */
  requestId?: string;
}

export type AlertCode = 'late_start' | 'unconfirmed' | 'late_stop' | 'missed' | 'failed' | 'preflight' | 'daily_limit';

export interface Alert {
  code: AlertCode;
  message: string;
  /** What to do, if the code alone does not say it. */
  advice?: string;
  /** When it resolves automatically, ms. */
  resolvesAt?: number;
}

/** New knowledge about the meeting, written in the same step. `gateUntil` only ever grows. */
export interface MeetingPatch {
  gateUntil?: number;
  stream?: { is: 'on' | 'off'; at: number; source: 'event' | 'answer' };
  running?: { is: 'yes' | 'no'; at: number; uuid: string | null };
  /** Only ever grows; no request in flight depends on it. */
  existsAt?: number;
}

/** What one answer says about Zoom as a whole, for the account's circuit (`lua/circuit.lua`). */
export interface ZoomReach {
  /** Starts and stops each have a circuit: an outage of one must not hold up the other. */
  class: 'start' | 'stop';
  up: boolean;
}

/** The next state, and everything written together with it. */
export interface Decision {
  next: Broadcast;
  history: HistoryEntry[];
  alerts: Alert[];
  meeting?: MeetingPatch;
  /** The account sends nothing before this moment (ms). */
  pauseUntil?: number;
  /** Whether Zoom was reachable: opens or closes the circuit of the account. */
  reach?: ZoomReach;
}

/** What a worker that runs the job of a broadcast does next. */
export type Step =
  | { do: 'nothing'; why: string }
  /** `book`: what will be sent; its rate-limit slot can be booked ahead. */
  | { do: 'wait'; until: number; why: string; book?: Action }
  | { do: 'commit'; decision: Decision }
  | { do: 'checkMeeting'; why: StatusCheckReason }
  | { do: 'send'; request: 'start' | 'stop' | 'mode' | 'configure'; due: number };

/** The decision to store a new record: as it is, since nobody else holds it. So it needs no copy. */
export function created(next: Broadcast, by: string): Decision {
  const { createdAt: at, status: to } = next;
  const entry = { at, type: 'created', from: null, to, by, reason: null, request: null, answer: null } as const;
  return { next, history: [entry], alerts: [] };
}

/** Builds a decision step by step, and adds a history line for every change of state. */
export class DecisionBuilder {
  readonly next: Broadcast;
  readonly history: HistoryEntry[] = [];
  readonly alerts: Alert[] = [];
  meeting: MeetingPatch | undefined;
  pauseUntil: number | undefined;
  reach: ZoomReach | null = null;
  readonly #now: number;
  readonly #by: string;

  constructor(broadcast: Broadcast, now: number, by: string) {
    this.next = copyOf(broadcast);
    this.next.updatedAt = now;
    this.#now = now;
    this.#by = by;
  }

  note(type: HistoryType, reason: string | null, more: Partial<HistoryEntry> = {}): this {
    const status = this.next.status;
    this.history.push({
      at: this.#now,
      type,
      from: status,
      to: status,
      by: this.#by,
      reason,
      request: null,
      answer: null,
      ...more,
    });
    return this;
  }

  /** Changes `status`; if it is the current one already, changes only the reason. */
  become(status: BroadcastStatus, reason: string | null): this {
    if (this.next.status !== status) {
      this.note('status', reason, { from: this.next.status, to: status });
      this.next.status = status;
    }
    this.next.reason = reason;
    return this;
  }

  alert(code: AlertCode, message: string, more: Pick<Alert, 'advice' | 'resolvesAt'> = {}): this {
    if (this.next.alerted.includes(code)) return this;
    this.next.alerted.push(code);
    this.alerts.push({ code, message, ...more });
    this.note('alert', `${code}: ${message}`);
    return this;
  }

  patchMeeting(patch: MeetingPatch): this {
    this.meeting = { ...this.meeting, ...patch };
    return this;
  }

  build(): Decision {
    const { next, history, alerts, meeting, pauseUntil, reach } = this;
    // Whatever led here: a broadcast without a pending start is not held back.
    if (!awaitsStart(next)) next.held = null;
    return {
      next,
      history,
      alerts,
      ...(meeting ? { meeting } : {}),
      ...(pauseUntil === undefined ? {} : { pauseUntil }),
      ...(reach ? { reach } : {}),
    };
  }
}
