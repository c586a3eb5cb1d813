import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type Snapshot, type Step } from '../decision.ts';
import { requestStop } from './transitions.ts';

/** What the claim writes: the request in flight, and the state that shows it. */
export function onClaim(
  snapshot: Snapshot,
  step: Extract<Step, { do: 'send' }>,
  inFlight: NonNullable<Broadcast['inFlight']>,
): Decision {
  const { broadcast } = snapshot;
  const builder = new DecisionBuilder(broadcast, inFlight.at, `worker:${inFlight.worker}`);
  if (step.request === 'start' && broadcast.status !== 'live') builder.become('starting', null);
  if (step.request === 'stop' && broadcast.status === 'live') {
    requestStop(builder, broadcast.stopAt ?? step.due, 'stop time');
    builder.next.wake = broadcast.wake;
  }
  const mode = step.request === 'mode' ? { mode: broadcast.modeWanted ?? {} } : {};
  builder.next.inFlight = { ...inFlight, ...mode };
  return builder.build();
}
