import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder } from '../decision.ts';
import { requestStop } from './transitions.ts';

/** Our own share of the account's daily limit is used up (free plan): nothing was sent. */
export interface DayUsedUp {
  request: 'start' | 'stop' | 'mode' | 'configure';
  /** When it may be sent, ms: 00:00 UTC, and its turn after that. */
  until: number;
  /** Whether this account's alert was raised today. */
  alreadyRaised: boolean;
}

const DAY_MS = 86_400_000;

/** Shows the wait in the record; the first of an account's day raises the alert. `now` in ms. */
export function onDayUsedUp(
  broadcast: Broadcast,
  { request, until, alreadyRaised: raised }: DayUsedUp,
  now: number,
  by: string,
): Decision {
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  const midnight = new Date(Math.floor(until / DAY_MS) * DAY_MS).toISOString();
  const why = `account ${broadcast.account} has used up its share of the daily rate limit until ${midnight}`;
  if (request === 'stop') {
    if (next.status === 'live') requestStop(builder, next.stopAt ?? now, why);
    // BullMQ delivers the current job again.
    next.wake = broadcast.wake;
    next.nextAttemptAt = until;
  } else {
    // The configuration is written before the due moment: the broadcast is not starting then.
    if (next.status === 'scheduled' && now >= next.startAt) builder.become('starting', why);
    next.nextAttemptAt = next.status === 'live' ? until : Math.min(until, next.startBefore);
  }
  if (!raised) {
    // It may have raised one on an earlier day, too.
    next.alerted = next.alerted.filter((code) => code !== 'daily_limit');
    builder.alert('daily_limit', why, { resolvesAt: Math.floor(until / DAY_MS) * DAY_MS });
  }
  return builder.build();
}
