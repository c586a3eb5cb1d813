/** Reads a meeting as people give it: its number, or its join link. */

import { findZoomNumber, type ZoomNumber } from '../timetable/zoom-number.ts';
import { usageFailure } from './exit-codes.ts';

export interface MeetingArgument {
  meetingId: string;
  /** The passcode and so on in the link; null: it was not a link. */
  fromLink: ZoomNumber | null;
}

/** Never repeats a link, not even in a message: it carries the passcode. @throws CliFailure (usage) */
export function readMeeting(text: string, argument: string): MeetingArgument {
  const isLink = /^\s*(https?:\/\/|[\w.-]+\.[a-z]{2,}\/)/i.test(text);
  if (!isLink) return { meetingId: text, fromLink: null };
  const fromLink = findZoomNumber([/^\s*https?:/i.test(text) ? text : `https://${text.trim()}`]);
  if (fromLink) return { meetingId: fromLink.meetingId, fromLink };
  throw usageFailure(`${argument}: this link has no meeting number; a join link looks like https://zoom.us/j/68423085`);
}

/** For people, after a link: what was understood. */
export function meetingNote({ fromLink }: MeetingArgument): string | null {
  return fromLink && `${fromLink.meetingId} (${fromLink.kind}, from the link)`;
}
