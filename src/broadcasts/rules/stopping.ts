import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder } from '../decision.ts';
import { becomeMissed, requestStop } from './transitions.ts';

/** Retry a stop until this long after it was due, ms: a stream left on air does harm (rule 7). */
export const STOP_RETRY_FOR_MS = 24 * 3_600_000;

/** A start may have worked, and a stop time is set: send the stop even if nothing confirmed the stream. */
export function stopsToBeSure(broadcast: Broadcast): broadcast is Broadcast & { stopAt: number } {
  return broadcast.mayBeOn && broadcast.stopAt !== null;
}

/**
 * The start window or the stop time is over, and the broadcast is not live. If a start may have worked, sends one stop to be sure;
 * otherwise the broadcast is missed.
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
