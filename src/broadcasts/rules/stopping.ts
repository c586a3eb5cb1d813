import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder } from '../decision.ts';
import { becomeMissed, requestStop } from './transitions.ts';

/** A stop is retried this long after it was due, ms: a stream left on air does harm (rule 7). */
export const STOP_RETRY_FOR_MS = 24 * 3_600_000;

/** A start may have worked, and a stop time is set: the stop is sent even if the stream was never confirmed. */
export function stopsToBeSure(broadcast: Broadcast): broadcast is Broadcast & { stopAt: number } {
  return broadcast.mayBeOn && broadcast.stopAt !== null;
}

/**
 * The start window has closed, or the stop time has come, and the broadcast is not live. When a start may have worked, one
 * stop is sent to be sure; otherwise it is missed.
 */
export function giveUpStart(broadcast: Broadcast, now: number, by: string): Decision {
  const builder = new DecisionBuilder(broadcast, now, by);
  if (stopsToBeSure(broadcast)) {
    requestStop(builder, broadcast.stopAt, 'stop time; a start got no answer and may have worked');
    return builder.build();
  }
  becomeMissed(builder, now);
  return builder.build();
}
