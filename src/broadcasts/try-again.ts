import { isoTime } from '../time/iso-time.ts';
import type { Broadcast, BroadcastStatus } from './broadcast.ts';
import type { RefusalCode } from './zoom-outcome.ts';

type Lost = Pick<Broadcast, 'id' | 'reason' | 'startAt' | 'startedAt' | 'stopAt'> & { status: BroadcastStatus };

/**
 * Refusals that come again unless the broadcast itself changes, with the options of `reschedule` that change it. After all others
 * the same broadcast can go on air once the cause is gone.
 */
export const CHANGES: Readonly<Partial<Record<RefusalCode, string>>> = {
  is_a_webinar: '--kind webinar',
  invalid_meeting_id: '--meeting NUMBER',
  meeting_not_found: '--meeting NUMBER',
  user_not_found: '--meeting NUMBER',
};

/** The refusal that a reason begins with, such as `is_a_webinar`. */
function codeOf(reason: string | null): string {
  return /^(\w+):/.exec(reason ?? '')?.[1] ?? '';
}

/**
 * The command that puts a missed or failed broadcast on air; null for all others, and for one whose stop failed. One whose start is
 * still ahead, as its meeting was deleted before, keeps its time. It is the one source for alerts, `show` and what commands print.
 * @param now ms
 */
export function commandToTryAgain(
  { id, status, reason, startAt, startedAt, stopAt }: Lost,
  now: number,
): string | null {
  if ((status !== 'failed' && status !== 'missed') || startedAt !== null) return null;
  const changes = status === 'failed' ? CHANGES[codeOf(reason) as RefusalCode] : undefined;
  const start = startAt > now ? isoTime(startAt) : 'now';
  if (changes !== undefined) return `livestream reschedule ${id} ${changes} --start ${start}`;
  return stopAt !== null && stopAt <= now ? rescheduleNow(id) : `livestream retry ${id}`;
}

/** For one whose stop has passed by then; it keeps the length. */
export function rescheduleNow(id: string): string {
  return `livestream reschedule ${id} --start now`;
}
