/** A meeting or webinar as Zoom's lists and details describe it (Zoom API reference, section 9). Pure. */

import { z } from 'zod';
import type { BroadcastKind } from '../broadcasts/broadcast.ts';
import { meetingDigits } from '../meeting-number.ts';

export interface ListedOccurrence {
  /** Zoom's id: the original time, ms. It stays when the occurrence moves. */
  id: number;
  /** ms */
  startAt: number;
  minutes: number;
  deleted: boolean;
}

export interface ListedMeeting {
  /** Digits: Zoom's numbers are 64-bit. */
  id: string;
  kind: BroadcastKind;
  hostId: string | null;
  hostEmail: string | null;
  topic: string;
  /** Zoom's type: 2 and 5 take place once, 8 and 9 recur at fixed times. */
  type: number;
  /** ms; null: no fixed time. */
  startAt: number | null;
  minutes: number;
  timezone: string | null;
  /** In order of time. Null: not requested. */
  occurrences: ListedOccurrence[] | null;
}

/** The followed meetings as Zoom has them. It is the file of a source of the kind `zoom`: as JSON, in order of number. */
export interface ZoomListing {
  meetings: ListedMeeting[];
  /** Why the webinars are unknown; null: they are known. */
  webinarsUnknown: string | null;
  /** Numbers about which Zoom gave no usable answer: what is planned of them stays. */
  unsure: string[];
}

const RECURRING = new Set([8, 9]);
const id = z
  .union([z.string(), z.number()])
  .transform((value) => meetingDigits(value))
  .pipe(z.string());
const text = z.string().nullish().catch(null);
const minutes = z.coerce.number().int().min(0).max(100_000).catch(0);
const occurrence = z.object({
  occurrence_id: z.coerce.number().int().nonnegative(),
  start_time: z.string(),
  duration: minutes,
  status: text,
});
const meeting = z.object({
  ...{ id, host_id: text, host_email: text, topic: text, start_time: text, timezone: text, duration: minutes },
  type: z.coerce.number().int().catch(0),
  occurrences: z.array(occurrence).nullish(),
});

/** Null: unreadable. */
export function readListedMeeting(value: unknown, kind: BroadcastKind): ListedMeeting | null {
  const { data } = meeting.safeParse(value);
  if (!data) return null;
  const occurrences = data.occurrences?.map(({ occurrence_id, start_time, duration, status }) => ({
    id: occurrence_id,
    startAt: timeOf(start_time),
    minutes: duration || data.duration,
    deleted: status?.toLowerCase() === 'deleted',
  }));
  if (occurrences?.some(({ startAt }) => startAt === null)) return null;
  return {
    ...{
      id: data.id,
      kind,
      hostId: data.host_id ?? null,
      hostEmail: data.host_email ?? null,
      topic: data.topic ?? '',
      type: data.type,
    },
    ...{ startAt: timeOf(data.start_time), minutes: data.duration, timezone: data.timezone ?? null },
    occurrences: (occurrences as ListedOccurrence[] | undefined)?.sort((a, b) => a.startAt - b.startAt) ?? null,
  };
}

export function isRecurring({ type }: Pick<ListedMeeting, 'type'>): boolean {
  return RECURRING.has(type);
}

/** Zoom writes UTC with a `Z`; without one it is UTC, too. */
function timeOf(written: string | null | undefined): number | null {
  if (!written || !/^\d{4}-\d\d-\d\dT/.test(written)) return null;
  const at = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(written) ? written : `${written}Z`);
  return Number.isNaN(at) ? null : at;
}
