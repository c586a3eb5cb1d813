import { type Broadcast, isFinal } from '../broadcast.ts';

/** Why a start or stop did not leave on time. The record shows the first three; the waiting worker sees the others. */
export const WAIT_REASONS = ['gate', 'host', 'pause', 'rate', 'day', 'outage'] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** What a step adds to the counters of the installation: `ended:<kind>:<status>`, `wait:<reason>`. Written in the same step. */
export function countsOf(before: Broadcast | null, next: Broadcast): string[] {
  const waits = (reason: WaitReason, is: (broadcast: Broadcast) => boolean) =>
    is(next) && !(before && is(before)) ? [`wait:${reason}`] : [];
  return [
    ...(isFinal(next) && !(before && isFinal(before)) ? [`ended:${next.kind}:${next.status}`] : []),
    ...waits('gate', ({ lookFirst }) => lookFirst === 'after_429'),
    ...waits('host', ({ status }) => status === 'waiting'),
    ...waits('pause', ({ held }) => held !== null),
  ];
}
