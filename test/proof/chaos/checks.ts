import type { BroadcastStatus } from '../../../src/broadcasts/broadcast.ts';
import { FINAL_STATUSES } from '../../../src/broadcasts/broadcast.ts';
import { SEND_WITHIN_MS } from '../../../src/broadcasts/rules/transitions.ts';
import type { HistoryLine } from '../../support/installation.ts';
import { ARROWS } from '../model/invariants.ts';
import type { Plan } from './booking.ts';
import { type Case, type Evidence, tagOf, type Violation, wasBroken } from './verdict.ts';
import type { ZoomRequest } from './zoom-log.ts';

/** The clocks of this process and of Redis are one; what is written down after the fact may be this much off, ms. */
const TOLERANCE_MS = 20;
/** A worker that has just claimed a request may be without a heartbeat for 1.5 s of its 5 s; Redis counts roughly, ms. */
const MIN_LEASE_MS = 3_400;
/** When this process was held up, what it noted of two things at once may be in the wrong order: so much is believed, ms. */
const MAX_HOLD_UP_MS = 400;

type Say = (text: string, of?: Case | null) => void;

/** Every rule that was broken. */
export function findViolations(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const slack = TOLERANCE_MS + Math.min(evidence.heldUpMs, MAX_HOLD_UP_MS);
  const say: Say = (text, of = null) => void found.push({ text, of });
  for (const booking of evidence.gone) say(`rule 12: ${booking.name} (${booking.id}) was acknowledged and is gone`);
  for (const job of evidence.jobs) say(`left in BullMQ: ${job}`);
  for (const one of evidence.cases) {
    checkEnd(one, evidence, say);
    for (const start of one.starts) {
      checkStart(start, one, slack, say);
      checkHeld(start, one, slack, say);
    }
    checkStops(one, say);
    checkSilence(one, slack, say);
    checkOnce(one, evidence, say);
    checkUnknown(one, evidence, say);
    checkGate(one, evidence, say);
  }
  checkLog(evidence, say);
  return found;
}

/** Exactly one final state with a reason, at the end of a history that is a chain, and the right one. */
function checkEnd(one: Case, { streaming, faults }: Evidence, say: Say): void {
  const { shown, history, starts, booking } = one;
  if (!FINAL_STATUSES.has(shown.status as BroadcastStatus)) say(`rule 13: not over: ${shown.status}`, one);
  else if (!shown.reason) say(`rule 13: ${shown.status} without a reason`, one);
  let status: BroadcastStatus = 'scheduled';
  for (const { type, from, to } of history) {
    if (type !== 'status' || from === to) continue;
    if (from !== status) say(`the history goes on from ${from} where it was ${status}`, one);
    if (!ARROWS[status].includes(to as BroadcastStatus)) say(`no way from ${status} to ${to}`, one);
    status = to as BroadcastStatus;
  }
  if (status !== shown.status) say(`the history ends at ${status}, the broadcast is ${shown.status}`, one);
  if (shown.status === 'failed') say('failed, though Zoom refused nothing for good', one);
  const took = starts.filter(({ accepted }) => accepted);
  // An event was quicker, or a stop was sent to be sure.
  const mayHave = history.some(({ type, answer }) => type === 'skipped' || (type === 'request' && !answer));
  if (shown.status === 'ended' && took.length === 0 && !mayHave) say('ended, though Zoom took no start', one);
  const known = took.find(({ deliveredAt, place, leftAt }) => {
    return deliveredAt !== null && !wasBroken(faults, place, leftAt, deliveredAt + TOLERANCE_MS);
  });
  if (shown.status === 'canceled' && known) say('canceled, though Zoom had taken the start and said so', one);
  if (streaming.has(booking.meetingId) && !isLeftToPeople(one)) say('still on air when everything is over', one);
}

/** The streams that may be left (docs/reliability.md): no stop was planned, and the alert says to look at the meeting. */
export function isLeftToPeople({ shown }: Case): boolean {
  return shown.status === 'missed' && shown.stopAt === null && /check the meeting/.test(shown.reason ?? '');
}

/** Not before its time (rule 1), not after its end (rule 10), not of a plan that was replaced or canceled (rule 11). */
function checkStart(start: ZoomRequest, one: Case, slack: number, say: Say): void {
  const { plans, stopAckedAt } = one.booking;
  const own = plans.filter(({ tag }) => tag === tagOf(start));
  const left = start.leftAt;
  const begin = Math.min(...own.filter(({ madeAt }) => madeAt <= left).map(({ startAt }) => startAt));
  if (left < begin) say(`rule 1: a start left ${begin - left} ms early`, one);
  const last = plans.indexOf(own.at(-1) as Plan);
  const replacedAt = Math.min(...plans.slice(last + 1).map(({ ackedAt }) => ackedAt));
  if (left > replacedAt + slack) say(`rule 11: a start left ${left - replacedAt} ms after its plan was replaced`, one);
  if (left > stopAckedAt + slack)
    say(`rule 11: a start left ${left - stopAckedAt} ms after the stop was acknowledged`, one);
  const end = Math.max(...inForce(plans, left).map(({ stopAt }) => stopAt ?? Number.POSITIVE_INFINITY));
  if (left > end + slack) say(`rule 10: a start left ${left - end} ms after the stop time`, one);
}

/** Rule 16: nothing leaves between the answer to a pause and its end. */
function checkHeld(start: ZoomRequest, { booking, ...one }: Case, slack: number, say: Say): void {
  const { leftAt } = start;
  const hold = booking.holds.find(({ from, to }) => leftAt > from + slack && leftAt < to - slack);
  if (hold) say(`rule 16: a start left ${leftAt - hold.from} ms into a pause`, { booking, ...one });
}

/** Plans that may have been the wanted one at `moment` (ms): asked for, and not yet known to be replaced. */
function inForce(plans: Plan[], moment: number): Plan[] {
  return plans.filter(
    ({ madeAt }, i) => madeAt <= moment && !plans.slice(i + 1).some(({ ackedAt }) => ackedAt < moment),
  );
}

/** No stop before anybody wanted one. */
function checkStops(one: Case, say: Say): void {
  const all = [one, ...one.neighbours].map(({ booking }) => booking);
  for (const { action, leftAt } of one.requests) {
    if (action !== 'stop') continue;
    const wanted = all.flatMap(({ plans, stopAskedAt }) => [
      stopAskedAt,
      ...inForce(plans, leftAt).map(({ stopAt }) => stopAt ?? Number.POSITIVE_INFINITY),
    ]);
    const first = Math.min(...wanted);
    if (leftAt < first) say(`rule 1: a stop left ${first - leftAt} ms before it was wanted`, one);
  }
}

/** Once it is over nothing leaves any more. */
function checkSilence(one: Case, slack: number, say: Say): void {
  const last = one.history.findLast(({ type, from, to }) => type === 'status' && from !== to);
  if (!last || !FINAL_STATUSES.has(last.to as BroadcastStatus)) return;
  const end = Date.parse(last.at) + slack;
  const stops = one.neighbours.length > 0 ? [] : one.requests.filter(({ action }) => action === 'stop');
  for (const { leftAt, action, place } of [...one.starts, ...stops])
    if (leftAt > end) say(`rule 11: a ${action} left ${place} ${leftAt - end} ms after the end`, one);
}

/** Accepted twice in one plan. Explained: the first answer was lost on its way to being written down (rule 7). */
export function repeats(one: Case, { faults }: Evidence, action: 'start' | 'stop') {
  // A stop carries no name: with two broadcasts of a meeting there are two.
  const stops = one.neighbours.length > 0 ? [] : one.requests.filter((request) => request.action === 'stop');
  const sent = action === 'start' ? one.starts : stops;
  const took = sent.filter(({ accepted }) => accepted);
  const reopened = one.history.filter(({ to }) => to === 'scheduled').map(({ at }) => Date.parse(at));
  return took.flatMap((second, i) => {
    const first = took[i - 1];
    if (!first || reopened.some((at) => at > first.leftAt && at <= second.leftAt)) return [];
    const { deliveredAt, place, leftAt } = first;
    const explained = deliveredAt === null || wasBroken(faults, place, leftAt, deliveredAt + TOLERANCE_MS);
    return [{ first, second, explained }];
  });
}

/** Rule 2, and what rule 7 allows beyond it. */
function checkOnce(one: Case, evidence: Evidence, say: Say): void {
  for (const action of ['start', 'stop'] as const) {
    for (const { first, second, explained } of repeats(one, evidence, action))
      if (!explained)
        say(`rule 2: a second ${action} was taken ${second.leftAt - first.leftAt} ms after one that was answered`, one);
  }
}

/** A request may take this long from its worker to the proxy that sees it leave: until then it is the one itself, ms. */
const ON_ITS_WAY_MS = 500;

/** After a start without an answer the one more start comes START_RETRY_MS after the first may have left at the latest. */
function checkUnknown(one: Case, evidence: Evidence, say: Say): void {
  for (const line of one.history) {
    const { at, type, reason, request } = line;
    const isStart = (request?.action ?? request?.body?.action) === 'start';
    // Without a token nothing was sent.
    if (type !== 'request' || !/no answer|outcome unknown/.test(reason ?? '') || /token/.test(reason ?? '')) continue;
    if (request.claimedAt) checkLease(one, line, evidence, say);
    if (!isStart) continue;
    const latest = request.claimedAt ? new Date(request.claimedAt).getTime() + SEND_WITHIN_MS : Date.parse(at);
    const early = one.starts.find(
      ({ leftAt }) => leftAt > latest + ON_ITS_WAY_MS && leftAt < latest + evidence.startRetryMs - TOLERANCE_MS,
    );
    if (early) say(`rule 7: a start left ${early.leftAt - latest} ms after one without an answer`, one);
  }
}

/** A request is given up only when the lease of its worker has ended; a worker that was broken may have had none. */
function checkLease(one: Case, { at, reason, request }: HistoryLine, { faults, placeOfPid }: Evidence, say: Say): void {
  const pid = Number(/-(\d+)-[\w-]{6} stopped during/.exec(reason ?? '')?.[1]);
  const claimedAt = new Date(request.claimedAt).getTime();
  const heldFor = Date.parse(at) - claimedAt;
  const broken = wasBroken(faults, placeOfPid.get(pid) ?? '', claimedAt, claimedAt);
  if (heldFor < MIN_LEASE_MS && !broken) say(`rule 7: given up after ${heldFor} ms, in its lease`, one);
}

/** The 30-second rule: nothing after an answered 429 until it has passed. */
function checkGate({ requests, ...one }: Case, { faults, startRetryMs }: Evidence, say: Say): void {
  const starts = requests.filter(({ action }) => action === 'start');
  const limited = starts.filter(({ status, deliveredAt, scripted, leftAt }) => {
    // An account's 429 is no 30-second rule.
    const ofAccount =
      scripted &&
      faults.some(({ kind, from, to }) => /limits the account/.test(kind) && from <= leftAt && to >= leftAt);
    return status === 429 && deliveredAt !== null && !ofAccount;
  });
  for (const { deliveredAt, answeredAt } of limited) {
    const from = answeredAt ?? 0;
    const early = starts.find(({ leftAt }) => leftAt > (deliveredAt ?? from) && leftAt < from + startRetryMs);
    if (early) say(`rule 3: a start left ${early.leftAt - from} ms after the 429`, { requests, ...one });
  }
}

/** What shows in the log as a whole: who is unknown, and the account's limit in any sliding second. */
function checkLog({ log, cases, perSecond, heldUpMs }: Evidence, say: Say): void {
  const tags = new Set(cases.flatMap(({ booking }) => booking.plans.map(({ tag }) => tag)));
  for (const request of log)
    if (request.action === 'start' && !tags.has(String(tagOf(request))))
      say(`a start of nobody's plan: ${JSON.stringify(request)}`);
  const peak = peakPerSecond(log);
  // What leaves while this process is held up is noted at once when it goes on.
  const most = perSecond * (1 + heldUpMs / 1_000);
  if (peak > most) say(`rule 5: ${peak} requests left within a second, Zoom allows ${perSecond}`);
}

/** Most requests that left in any sliding second. */
export function peakPerSecond(log: ZoomRequest[]): number {
  const moments = log.map(({ leftAt }) => leftAt).sort((a, b) => a - b);
  let from = 0;
  return moments.reduce((most, moment, i) => {
    while (moment - (moments[from] as number) >= 1_000) from += 1;
    return Math.max(most, i - from + 1);
  }, 0);
}
