/** What a decision becomes for `commit.lua`: the record, its places in the indexes, its events, alerts and history. */
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
  /** Mean distance of two requests at full use, ms (fractions allowed); 0: no limit. */
  intervalMs: number;
  /** At most this many requests leave within any `intervalMs * most`, all at once if they like; left out: 1. */
  most?: number;
  /** Requests a UTC day; 0: no such limit. */
  daily: number;
}

/** What must hold at the moment of writing for a request to leave. */
export interface Claim {
  /** `start` must pass the start gate; `stop` goes before the others. */
  class: 'start' | 'stop' | 'read';
  /** The due moment, ms. */
  notBefore: number;
  /** A claim that reaches Redis later than this (ms) is not made. */
  notAfter: number;
  /** The worker that claims; it must have a heartbeat. */
  worker: string;
  /** Names who waits in line: the same token comes back to its own place. */
  token: string;
  /** Names the departure, for `departure` when the request is settled. */
  fence?: string;
  /** Whether the meeting's start gate must be open. */
  gate: boolean;
  /** Whether a pause holds it back: a start, and what only prepares it. */
  starts?: boolean;
  /** `meeting.seq` of the snapshot that was decided on. */
  seq: number;
  /** Refused when another unfinished broadcast of the meeting begins before this (ms): it was decided on what was read a while ago. */
  firstFrom?: number;
  /** In [0, 1): spreads requests that wait for an open circuit. */
  jitter?: number;
  /** Nothing of this plan has failed yet: an open circuit delays it least. */
  first?: boolean;
}

/** A request that a claim let go: what the rate limit counts. */
export interface Departure {
  account: string;
  class: Claim['class'];
  /** Of the claim. */
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
  /** Looks what would stand in the way, and writes nothing. */
  checkOnly?: boolean;
  /** What reaches Redis later than this (ms, by its clock) is not written: its caller no longer waits for it. */
  notAfter?: number;
  /** What an event adds to the meeting, checked by `seq`; also without other changes. */
  meeting?: { account: string; meetingId: string; seq: number; patch: MeetingPatch };
  claim?: Claim;
  /** When the request of a claim really left. */
  departure?: Departure;
  /** Raises the alert that this account's daily limit is used up; a conflict if it was raised today. */
  dailyAlertFor?: string;
  /** `part`: of a request that is written in parts, each once. */
  idempotency?: { key: string; bodyHash: string; answer: string; part?: string };
  /** Lines of the audit, written in the same step. */
  audit?: readonly AuditEntry[];
}

/** An account's rate limit as the scripts take it. */
/** How a read ranks among other requests. */
export interface ReadRank {
  /** A start waits for it. */
  priority?: boolean;
  /** It leaves only while less than this part of the day's budget is spent, above 0 and below 0.9. Left out: as a start. */
  dayShare?: number;
}

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
 * What `commit.lua` is given.
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
    // What a pause holds back is not overdue.
    stop: (!final && !isHeldOffAir(after) && after.stopAt) || false,
    deadline: nextDeadline(after, after.updatedAt, rules) ?? false,
    // An occurrence of a series that was canceled stays known until its time: else the series would make it again.
    preflight: preflightAt(after, preflightMs),
    headsUp: nextHeadsUp(after)?.at ?? false,
    finalAt: final && (after.seriesId === null ? after.updatedAt : Math.max(after.updatedAt, after.startAt)),
  };
}

/** A pause holds its start back, and it cannot be on air. */
function isHeldOffAir({ held, status, mayBeOn }: Broadcast): boolean {
  return held !== null && status !== 'live' && !mayBeOn;
}

/** When the start that is on its way was claimed (ms), with what only prepares it; false for none. */
function leavingSince({ inFlight }: Broadcast): number | false {
  return inFlight?.request === 'start' || inFlight?.request === 'configure' ? inFlight.at : false;
}
