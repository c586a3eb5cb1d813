import type { Action, Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder } from '../decision.ts';
import { STOP_RETRY_FOR_MS } from './stopping.ts';
import { fail, requestStop } from './transitions.ts';

/** Workers that have the account get this long to take a broadcast before its record says that none did, ms. */
const OTHERS_TAKE_MS = 2_000;
/** A worker without the account gives a job back for this long at first, so that another one gets it in time, ms. */
const FIRST_MS = 200;
/** … and later for a quarter of its lateness, up to this, ms: perhaps no worker has the account. */
const MAX_MS = 5_000;

/** When a worker without the account checks its job again (ms); `due`: due time of the request, ms. */
export function askOthersUntil(due: number, now: number): number {
  if (now < due) return Math.min(due, now + FIRST_MS);
  return now + Math.min(MAX_MS, Math.max(FIRST_MS, (now - due) / 4));
}

/** Why a broadcast waits. */
export function unknownAccountReason(account: string): string {
  return `no running worker has the Zoom account "${account}": add it to the accounts of the workers`;
}

/**
 * Decision of a worker that lacks the account of an overdue broadcast: it notes the reason for the wait. Null while others may still
 * take the broadcast, and when the record says so already. The end of the window makes a start `missed` with that reason, as usual; a
 * stop waits for as long as stops are retried.
 */
export function onUnknownAccount(broadcast: Broadcast, action: Action, due: number, now: number, by: string) {
  if (now < due + OTHERS_TAKE_MS) return null;
  const reason = unknownAccountReason(broadcast.account);
  if (broadcast.status === 'stopping' && now >= (broadcast.stopDueAt ?? now) + STOP_RETRY_FOR_MS)
    return stopGivenUp(broadcast, reason, now, by);
  if (broadcast.reason === reason) return null;
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  if (action === 'stop' && next.status === 'live') {
    requestStop(builder, next.stopAt ?? now, 'stop time');
    // BullMQ redelivers the current job.
    next.wake = broadcast.wake;
  }
  builder.note('observed', reason);
  next.reason = reason;
  return builder.build();
}

function stopGivenUp(broadcast: Broadcast, reason: string, now: number, by: string): Decision {
  const builder = new DecisionBuilder(broadcast, now, by);
  fail(builder, `stop_given_up: ${reason}. End the live stream in the Zoom client`);
  return builder.build();
}
