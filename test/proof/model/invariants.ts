import { type Broadcast, type BroadcastStatus, isFinal } from '../../../src/broadcasts/broadcast.ts';
import type { Decision, RuleSettings } from '../../../src/broadcasts/decision.ts';
import { nextDeadline } from '../../../src/broadcasts/rules/on-deadline.ts';
import { expectedTimers, jobIdOf } from '../../../src/broadcasts/rules/timers.ts';

/** A rule of the contract (section 7) that a history broke. */
export class RuleBroken extends Error {}

export function must(holds: boolean, rule: string): void {
  if (!holds) throw new RuleBroken(rule);
}

/** The arrows of the contract's section 3. A skipped start goes live from anywhere before; only people reopen. */
export const ARROWS: Record<BroadcastStatus, readonly BroadcastStatus[]> = {
  scheduled: ['starting', 'waiting', 'live', 'canceled', 'missed', 'failed'],
  starting: ['waiting', 'live', 'stopping', 'canceled', 'missed', 'failed'],
  waiting: ['starting', 'live', 'canceled', 'missed', 'failed'],
  live: ['stopping', 'ended'],
  stopping: ['ended', 'failed'],
  ended: [],
  canceled: [],
  missed: ['scheduled'],
  failed: ['scheduled'],
};

/** Who made a decision: a person, Zoom's event, the sweep's deadline, or the job for `start` or `stop`. */
export type Origin = 'person' | 'event' | 'deadline' | 'start' | 'stop';

/** Everything that must hold of a single write. */
export function checkWrite(before: Broadcast, decision: Decision, origin: Origin, rules: RuleSettings): void {
  checkStates(before, decision, origin);
  checkAlerts(before, decision);
  const after = decision.next;
  const followed = origin === 'event' && before.onMove === 'follow' && before.status === 'scheduled';
  must(after.revision === before.revision || origin === 'person' || followed, 'only people change the plan');
  must(after.startAt === before.startAt || after.revision > before.revision, 'other times are another plan');
  must(after.revision >= before.revision, 'a revision never goes back');
  must(after.unknownStarts <= 2, 'rule 7: at most one more start after one without an answer');
  if (isFinal(after)) checkEnd(after);
  else checkSomebodyChecks(after, rules);
  checkJobs(before, after, origin);
}

/** What must hold of a write while a pause covers the broadcast (rule 16). */
export function checkPaused(before: Broadcast, { next, alerts }: Decision, origin: Origin): void {
  const isMissed = next.status === 'missed' && before.status !== 'missed';
  // A request that left before the pause may be the last one that its window had room for.
  const hadItsChance = before.inFlight !== null || before.mayBeOn || before.unknownStarts >= 2;
  must(!isMissed || hadItsChance, 'rule 16: nothing is missed while it is held back');
  const isLate = origin === 'deadline' && alerts.some(({ code }) => code === 'late_start');
  must(!isLate || before.inFlight !== null || before.unknownStarts >= 2, 'rule 16: what is held back is not late');
}

function checkStates(before: Broadcast, { next, history }: Decision, origin: Origin): void {
  let status = before.status;
  for (const entry of history.filter(({ type, from, to }) => type === 'status' && from !== to)) {
    const to = entry.to as BroadcastStatus;
    must(entry.from === status, `the history is a chain: ${status}, then a change from ${entry.from}`);
    must(ARROWS[status].includes(to), `section 3: there is no way from ${status} to ${to}`);
    must(to !== 'scheduled' || origin === 'person', 'only a person reopens a broadcast');
    must(to === 'starting' || entry.reason !== null, `the history says why it became ${to}`);
    status = to;
  }
  must(status === next.status, `the history ends at ${status}, the record says ${next.status}`);
}

function checkAlerts(before: Broadcast, { next, history, alerts }: Decision): void {
  const became = (status: BroadcastStatus) => history.some((entry) => entry.type === 'status' && entry.to === status);
  const meant = before.held !== null && !before.mayBeOn;
  for (const status of ['missed', 'failed'] as const)
    if (became(status) && !(status === 'missed' && meant)) {
      must(
        alerts.some(({ code }) => code === status),
        `rule 13: ${status} raises an alert`,
      );
    }
  // A used-up daily limit is the account's: its alert is identified by the pause it is for, in `lua/alert_records.lua`.
  for (const { code } of alerts)
    must(code === 'daily_limit' || !before.alerted.includes(code), `rule 13: one alert ${code}, not two`);
  must(new Set(next.alerted).size === next.alerted.length, 'rule 13: each alert once');
}

function checkEnd(after: Broadcast): void {
  must(after.reason !== null && after.reason !== '', `rule 13: ${after.status} has a reason`);
  must(after.inFlight === null, `nothing is in flight once it is ${after.status}`);
  must(after.nextAttemptAt === null, `nothing more is planned once it is ${after.status}`);
  must(expectedTimers(after).length === 0, `no job is wanted once it is ${after.status}`);
}

/** Liveness, one step of it: what is not at its end has a job or a deadline. */
function checkSomebodyChecks(after: Broadcast, rules: RuleSettings): void {
  const timers = expectedTimers(after);
  const wants = (action: 'start' | 'stop') => timers.some((timer) => timer.action === action);
  for (const { at } of timers) must(Number.isFinite(at), `a job is due at a moment, not at ${at}`);
  if (after.status === 'stopping') must(wants('stop'), 'stopping needs a job');
  if (after.status === 'live') {
    must(after.stopAt === null || wants('stop'), 'rule 10: a live one with a stop time has a job for it');
    must(!after.modeWanted || wants('start'), 'a change of view has a job');
    must(!after.restartWanted || wants('start') || after.held !== null, 'a start after a drop has a job');
  }
  if (after.status === 'scheduled' || after.status === 'starting' || after.status === 'waiting') {
    // What a pause holds back is found when that ends: the script makes it due in the same step.
    must(wants('start') || after.held !== null, `${after.status} needs a job`);
    must(nextDeadline(after, after.updatedAt, rules) !== null || after.held !== null, `${after.status} has a deadline`);
  }
}

/** BullMQ ignores an id it knows: a job that shall come sooner needs a new one, unless its own worker checks again anyway. */
function checkJobs(before: Broadcast, after: Broadcast, origin: Origin): void {
  for (const timer of expectedTimers(after)) {
    const former = expectedTimers(before).find(({ action }) => action === timer.action);
    if (!former || origin === timer.action || before.inFlight) continue;
    const same = jobIdOf(before, timer.action) === jobIdOf(after, timer.action);
    must(
      !same || timer.at >= former.at,
      `the ${timer.action} job comes sooner and keeps its id: BullMQ would not hear of it`,
    );
  }
}
