import type { DecisionBuilder, MeetingState } from '../decision.ts';

/** First interval between two polls, ms (rule 9: every 10 s at first). */
const POLL_FIRST_MS = 10_000;
/** Longest interval between two polls, ms (rule 9: every 30 s at most). */
const POLL_MAX_MS = 30_000;
/** Webinars have no status to poll: retry the start once a minute. */
export const WEBINAR_RETRY_MS = 60_000;

/** Zoom contradicts itself: its event reports a running meeting, its answer one that has not started. */
export function pollSoon(builder: DecisionBuilder, now: number): void {
  const next = builder.next;
  if (next.kind === 'meeting') next.nextAttemptAt = Math.min(next.nextAttemptAt ?? now, now + POLL_FIRST_MS);
}

/** The host has started the meeting: try the start at `at` (ms) or when its start gate opens. */
export function hostIsThere(builder: DecisionBuilder, meeting: MeetingState, at: number): void {
  const next = builder.next;
  next.lookFirst = null;
  next.nextAttemptAt = Math.max(at, meeting.gateUntil);
  next.reason = 'the host has started the meeting';
}

/**
 * Delay to the next poll in ms: 10 s for the first three, then growing to 30 s. A random cut of up to a tenth spreads the polls of many
 * meetings.
 */
export function pollDelayMs(polls: number, kind: 'meeting' | 'webinar', random: () => number): number {
  if (kind === 'webinar') return WEBINAR_RETRY_MS;
  const base = Math.min(POLL_FIRST_MS + Math.max(0, polls - 2) * 5_000, POLL_MAX_MS);
  return Math.round(base * (1 - random() / 10));
}
