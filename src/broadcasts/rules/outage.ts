import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type ZoomReach } from '../decision.ts';
import type { Outcome, ZoomAnswer } from '../zoom-outcome.ts';
import type { ZoomResponse } from './response.ts';
import { requestStop } from './transitions.ts';

/** Why a request waits while the circuit is open. */
export const OUTAGE_REASON = 'Zoom is not answering or answers with errors: waiting until a request succeeds';

/**
 * Whether Zoom was reachable; `null`: the answer does not show it. An unknown answer that is neither a page nor a 5xx concerns the
 * request, and a request that we withdrew shows nothing.
 * @param tokenRenewed a 401 to a new token means a temporary problem at Zoom
 */
export function reachOf({ request, exchange }: ZoomResponse, tokenRenewed: boolean): ZoomReach | null {
  const up = isUp(exchange.result, exchange.answer, exchange.request.path !== '', tokenRenewed);
  return up === null ? null : { class: request === 'stop' ? 'stop' : 'start', up };
}

function isUp(result: Outcome, answer: ZoomAnswer | null, tried: boolean, tokenRenewed: boolean): boolean | null {
  if (result.kind === 'withdrawn') return null;
  if (result.kind === 'unauthorized') return tokenRenewed ? false : null;
  if (result.kind !== 'transient') return answer === null ? null : true;
  if (answer === null) return tried ? false : null;
  // Anything else is a real answer from Zoom about this request.
  return answer.status >= 500 || answer.message?.startsWith('<') ? false : null;
}

/**
 * Notes once in the record that the request waits. Null when the record says so already, or gives the reason for an earlier failure.
 * `until` in ms.
 */
export function onOutage(
  broadcast: Broadcast,
  request: 'start' | 'stop' | 'mode' | 'configure',
  until: number,
  now: number,
  by: string,
): Decision | null {
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  if (request === 'stop' && next.status === 'live') {
    requestStop(builder, next.stopAt ?? now, OUTAGE_REASON);
    // BullMQ redelivers the current job, and the planned stop has not changed.
    next.wake = broadcast.wake;
    next.stopReason = 'stop time';
    return builder.build();
  }
  const waits = next.status === 'scheduled' || next.status === 'waiting';
  if (request === 'stop' || !waits || now < next.startAt) return null;
  builder.become('starting', OUTAGE_REASON);
  next.nextAttemptAt = Math.min(until, next.startBefore);
  return builder.build();
}
