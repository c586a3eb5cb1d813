import type { Broadcast } from '../broadcast.ts';

/** End of the interval that no other broadcast of the meeting may overlap (ms): stopAt, or the end of the start window. */
export function intervalEnd(broadcast: Pick<Broadcast, 'stopAt' | 'startBefore'>): number {
  return broadcast.stopAt ?? broadcast.startBefore;
}

/**
 * End (ms, exclusive) of the time in which a start may leave: the stop time, or the end of the start window,
 * whichever comes first. The default window applies only without a stop time (contract, START_WINDOW).
 */
export function startBefore(
  plan: Pick<Broadcast, 'startAt' | 'stopAt'>,
  windowMs: number | null,
  defaultWindowMs: number,
): number {
  const window = windowMs ?? (plan.stopAt === null ? defaultWindowMs : null);
  const closes = window === null ? Number.POSITIVE_INFINITY : plan.startAt + window;
  return Math.min(closes, plan.stopAt ?? Number.POSITIVE_INFINITY);
}

/**
 * End (ms, exclusive) of the time in which a start may leave. Once live, the start window no longer counts: a dropped stream restarts until
 * the stop.
 */
export function lastStart({
  status,
  stopAt,
  startBefore,
}: Pick<Broadcast, 'status' | 'stopAt' | 'startBefore'>): number {
  return status === 'live' ? (stopAt ?? Number.POSITIVE_INFINITY) : startBefore;
}
