/** Reads broadcasts from Zoom's data about a host's meetings. Pure. */

import { isTimezone } from '../time/local-time.ts';
import { externalIdOf, familyId } from '../timetable/identity.ts';
import { emptyReading, type OpenReading, type PlannedEvent, type Reading } from '../timetable/planned-event.ts';
import { isRecurring, type ListedMeeting, type ListedOccurrence, type ZoomListing } from './zoom-meeting.ts';

const MINUTE_MS = 60_000;
const MAX_TITLE = 200;
/** Zoom's meeting types without a start time, and their usual names. */
const WITHOUT_TIME: Readonly<Record<number, string>> = {
  1: 'it is an instant meeting, so it has no planned time',
  3: 'it recurs without fixed times, so it has no start time',
  4: 'it is a personal room, which has no fixed times',
  6: 'it recurs without fixed times, so it has no start time',
  10: 'it only shares a screen',
};

/** @param source name of the source @param now ms */
export function readZoom(listing: ZoomListing, source: string, now: number): Reading {
  const reading = emptyReading(Number.MAX_SAFE_INTEGER);
  for (const [i, meeting] of listing.meetings.entries()) readMeeting(meeting, { row: i + 1, source, now, reading });
  for (const id of listing.unsure) reading.unsure.add(familyId(source, id));
  if (listing.webinarsUnknown !== null) reading.skipped.push({ row: 0, why: listing.webinarsUnknown });
  return reading;
}

interface At {
  row: number;
  source: string;
  now: number;
  reading: OpenReading;
}

function readMeeting(meeting: ListedMeeting, { row, source, now, reading }: At): void {
  const family = familyId(source, meeting.id);
  const why = WITHOUT_TIME[meeting.type] ?? null;
  const times = isRecurring(meeting) ? meeting.occurrences : null;
  // Its times were fixed before: what is planned of them no longer takes place.
  reading.families.add(family);
  if (why !== null || (times === null && meeting.startAt === null)) {
    const detail = why ?? 'Zoom gives no time for it';
    reading.skipped.push({ row, why: detail, uid: family, title: titleOf(meeting) });
    return;
  }
  if (times === null) {
    const { startAt, minutes } = meeting;
    const only = { id: 0, startAt: startAt as number, minutes, deleted: false };
    reading.events.push(eventOf(meeting, only, row, family));
    return;
  }
  for (const one of times) {
    if (one.startAt + one.minutes * MINUTE_MS < now) continue;
    reading.events.push(eventOf(meeting, one, row, externalIdOf(family, one.id)));
  }
}

function eventOf(meeting: ListedMeeting, one: ListedOccurrence, row: number, externalId: string): PlannedEvent {
  const { id, kind, timezone } = meeting;
  const start = new Date(one.startAt).toISOString();
  const stop = new Date(one.startAt + one.minutes * MINUTE_MS).toISOString();
  const title = titleOf(meeting);
  const body = {
    ...{ meetingId: id, kind, startAt: start, onMove: 'follow' },
    ...(one.minutes > 0 && { stopAt: stop }),
    ...(title !== '' && { title }),
    ...(timezone !== null && isTimezone(timezone) && { timezone }),
  };
  return { row, externalId, canceled: one.deleted, body };
}

function titleOf({ topic }: ListedMeeting): string {
  const plain = topic.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return [...plain].slice(0, MAX_TITLE).join('');
}
