/** Turns a decision into the input of `commit.lua`: the record, its index entries, its events, alerts and history. */
import type { AuditEntry } from '../audit-entry.ts';
import { type Broadcast, isFinal } from '../broadcast.ts';
import type { Decision, MeetingPatch, RuleSettings } from '../decision.ts';
import type { Pause } from '../pause.ts';
import { alertRecords, forScript, resolvedCauses } from '../rules/alert-records.ts';
import { countsOf } from '../rules/counts.ts';
import { eventsOf } from '../rules/events.ts';
import { nextHeadsUp } from '../rules/heads-up.ts';
import { nextDeadline } from '../rules/on-deadline.ts';
import { preflightAt } from '../rules/on-preflight.ts';
import { intervalEnd } from '../rules/plan-interval.ts';
import { dueAt } from '../rules/timers.ts';
import { eventText } from './event-codec.ts';
import { IDEMPOTENCY_TTL_MS } from './idempotency-answer.ts';
import { indexChanges } from './indexes.ts';
import { meetingPayload, reachPayload } from './meeting-codec.ts';
import { historyText, recordText } from './record-codec.ts';

/** The rate limit of an account (rule 5). */
export interface AccountLimits {
  /** Mean interval of requests at full use, ms (fractions allowed); 0: no limit. */
  intervalMs: number;
  /** At most this many requests leave within any `intervalMs * most`, in one burst if need be. Default: 1. */
  most?: number;
  /** Requests a UTC day; 0: no such limit. */
  daily: number;
}

/** Conditions that must hold at the write for a request to leave. */
export interface Claim {
  /** `start` must pass the start gate; `stop` goes first. */
  class: 'start' | 'stop' | 'read';
  /** Due time, ms. */
  notBefore: number;
  /** Redis rejects a claim that arrives later than this (ms). */
  notAfter: number;
  /** The claiming worker; it must have a heartbeat. */
  worker: string;
  /** Names the place in the line: the same token returns to the same place. */
  token: string;
  /** Names the departure, for `departure` in the settlement. */
  fence?: string;
  /** Whether the meeting's start gate must be open. */
  gate: boolean;
  /** Whether a pause holds it back: true for a start and its preparations. */
  starts?: boolean;
  /** `meeting.seq` of the snapshot behind the decision. */
  seq: number;
  /** Refuse when another unfinished broadcast of the meeting begins before this (ms): the snapshot may be old. */
  firstFrom?: number;
  /** In [0, 1): spreads requests that wait for an open circuit. */
  jitter?: number;
  /** Nothing of this plan has failed yet, so an open circuit delays it least. */
  first?: boolean;
}

/** A request that left with a claim: the rate limit counts it. */
export interface Departure {
  account: string;
  class: Claim['class'];
  /** `fence` of the claim. */
  fence: string;
  /** When it left, ms; null: it never did, and its place is free again. */
  at: number | null;
}

export interface Write {
  before: Broadcast | null;
  decision: Decision;
  /** Refuse when another unfinished broadcast of the meeting overlaps. */
  checkOverlap?: boolean;
}

export interface WriteOptions {
  /** Runs the checks, and writes nothing. */
  checkOnly?: boolean;
  /** Redis writes nothing that arrives later than this (ms, by its clock), because the caller has given up. */
  notAfter?: number;
  /** An event's facts about the meeting, checked by `seq`; works without other changes. */
  meeting?: { account: string; meetingId: string; seq: number; patch: MeetingPatch };
  claim?: Claim;
  /** Called when the claim is ready to be sent. False: it is not sent, and the answer is a conflict. */
  mayClaim?: () => Promise<boolean>;
  /** When the request of a claim actually left. */
  departure?: Departure;
  /** Raises the alert for the used-up daily limit of this account; a conflict if today's alert exists. */
  dailyAlertFor?: string;
  /** `part`: one of several writes of a request, each done once. */
  idempotency?: { key: string; bodyHash: string; answer: string; part?: string };
  /** Audit entries, written in the same step. */
  audit?: readonly AuditEntry[];
}

/** How a read ranks among other requests. */
export interface ReadRank {
  /** A start waits for this read. */
  priority?: boolean;
  /** The read leaves only while the day's spending is below this share of the budget, above 0 and below 0.9. Default: as a start. */
  dayShare?: number;
}

/** An account's rate limit as the scripts take it. */
export interface ScriptRate {
  interval: number;
  most: number;
  daily: number;
}

export interface PayloadSettings {
  rules: Pick<RuleSettings, 'webhooksOn'>;
  /** PREFLIGHT, ms; null: off. */
  preflightMs: number | null;
  rate: (account: string) => ScriptRate;
  /** The time for the script, ms; undefined: Redis' own. */
  now: number | undefined;
}

/**
 * Builds the input of `commit.lua`.
 * @param written each next record with its new version
 * @param pausesOver the pauses over a record before its change; null: over a new one
 */
export function commitPayload(
  writes: Write[],
  written: Broadcast[],
  options: WriteOptions,
  settings: PayloadSettings,
  pausesOver: (before: Broadcast | null) => readonly Pause[],
) {
  const first = written[0];
  const decision = writes[0]?.decision;
  const claim = options.claim;
  return {
    now: settings.now,
    ...(options.checkOnly ? { check: true } : {}),
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
    changes: writes.map((write, i) => changePayload(write, written[i] as Broadcast, settings)),
    events: writes.flatMap(({ before, decision: { next, ...others } }, i) =>
      eventsOf(before, { ...others, next: written[i] as Broadcast }, next.updatedAt, pausesOver(before)).map(eventText),
    ),
    alerts: writes.flatMap(({ decision: { alerts, next } }, i) =>
      alertRecords(written[i] as Broadcast, alerts, Math.floor(next.updatedAt)).map(forScript),
    ),
    resolved: writes.flatMap(({ before, decision: made }) => resolvedCauses(before, made)),
    counts: writes.flatMap(({ before }, i) => countsOf(before, written[i] as Broadcast)),
    ...meetingPayload(options.meeting, decision?.meeting, first),
    ...(decision?.pauseUntil && first ? { pause: { account: first.account, until: decision.pauseUntil } } : {}),
    ...(decision?.reach && first ? { reach: reachPayload(decision.reach, first) } : {}),
    ...(options.departure ? { departure: { ...options.departure, at: options.departure.at ?? false } } : {}),
    ...(options.dailyAlertFor ? { dailyAlertFor: options.dailyAlertFor } : {}),
    ...(claim && first ? { claim: claimPayload(claim, first, settings) } : {}),
    ...(options.idempotency ? { idempotency: { ...options.idempotency, ttlMs: IDEMPOTENCY_TTL_MS } } : {}),
    audit: (options.audit ?? []).map((entry) => JSON.stringify(entry)),
  };
}

function claimPayload(claim: Claim, broadcast: Broadcast, { rate }: PayloadSettings) {
  const { account, meetingId } = broadcast;
  return { ...claim, account, meeting: `${account}:${meetingId}`, ...rate(account) };
}

function changePayload(
  { before, decision, checkOverlap }: Write,
  after: Broadcast,
  { rules, preflightMs }: PayloadSettings,
) {
  const final = isFinal(after);
  const moved = before !== null && (before.account !== after.account || before.meetingId !== after.meetingId);
  return {
    id: after.id,
    expected: before?.version ?? 0,
    version: after.version,
    data: recordText(after),
    account: after.account,
    meetingId: after.meetingId,
    worker: after.inFlight?.worker ?? '',
    history: decision.history.map(historyText),
    interval: final
      ? false
      : [after.startAt, intervalEnd(after), `${after.status}:${after.stopAt === null ? 'open' : 'stops'}`],
    overlap: checkOverlap ?? false,
    ...(moved ? { formerMeeting: `${before.account}:${before.meetingId}` } : {}),
    index: indexChanges(before, after),
    release: final || isHeldOffAir(after) || (before !== null && before.revision !== after.revision),
    due: dueAt(after) ?? false,
    held: after.held?.since ?? false,
    leaving: leavingSince(after),
    // A paused broadcast is not overdue.
    stop: (!final && !isHeldOffAir(after) && after.stopAt) || false,
    deadline: nextDeadline(after, after.updatedAt, rules) ?? false,
    // The series needs to see a canceled occurrence until its time, or it would create it again.
    preflight: preflightAt(after, preflightMs),
    headsUp: nextHeadsUp(after)?.at ?? false,
    finalAt: final && (after.seriesId === null ? after.updatedAt : Math.max(after.updatedAt, after.startAt)),
  };
}

/** Whether a pause holds its start back, and it cannot be on air. */
function isHeldOffAir({ held, status, mayBeOn }: Broadcast): boolean {
  return held !== null && status !== 'live' && !mayBeOn;
}

/** When the start in flight, or its preparation, was claimed (ms); false: none. */
function leavingSince({ inFlight }: Broadcast): number | false {
  return inFlight?.request === 'start' || inFlight?.request === 'configure' ? inFlight.at : false;
}
