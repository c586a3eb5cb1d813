import type { Broadcast } from '../broadcasts/broadcast.ts';

/** Whether a change may cause an overlap with another broadcast of the meeting. */
export function movesInterval(before: Broadcast, after: Broadcast): boolean {
  return (
    before.startAt !== after.startAt ||
    before.stopAt !== after.stopAt ||
    before.startBefore !== after.startBefore ||
    before.meetingId !== after.meetingId ||
    before.account !== after.account ||
    (before.status !== after.status && after.status === 'scheduled')
  );
}
