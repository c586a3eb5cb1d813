import type { BroadcastStatus, LivestreamSettings } from '../broadcasts/broadcast.ts';

/** ISO 8601 with an offset, local time with `timezone`, or a `Date`. */
export type TimeInput = string | Date;

export interface DestinationInput {
  streamUrl: string;
  streamKey: string;
  pageUrl: string;
  resolution?: '720p' | '1080p';
}

/** A broadcast as `POST /v1/broadcasts` takes it. */
export interface BroadcastInput {
  /** 1 to 19 digits; spaces and dashes are removed. */
  meetingId: string | number;
  kind?: 'meeting' | 'webinar';
  account?: string;
  title?: string | null;
  /** Or `now`. */
  startAt: TimeInput;
  stopAt?: TimeInput | null;
  /** ISO 8601 duration, in place of `stopAt`. */
  duration?: string;
  /** IANA name. */
  timezone?: string | null;
  settings?: LivestreamSettings;
  destination?: DestinationInput | null;
  externalId?: string | null;
  labels?: Record<string, string>;
  /** ISO 8601 duration. */
  startWindow?: string | null;
}

/** What is left out stays; null clears. */
export type BroadcastChangeInput = Partial<BroadcastInput>;

export type RescheduleInput = Pick<BroadcastChangeInput, 'startAt' | 'stopAt' | 'duration' | 'timezone'>;

/** The query of `GET /v1/broadcasts`. */
export interface ListInput {
  status?: BroadcastStatus | BroadcastStatus[];
  meetingId?: string | number;
  account?: string;
  externalId?: string;
  seriesId?: string;
  /** `name=value`, or `name` for any value. */
  label?: string;
  /** Part of the title, the meeting number or the external id, whatever the case. */
  q?: string;
  /** Inclusive. */
  from?: TimeInput;
  /** Exclusive. */
  to?: TimeInput;
  /** By `startAt`; `desc`: the latest first. Default `asc`. */
  order?: 'asc' | 'desc';
  /** 1 to 1,000, default 50. */
  limit?: number;
  cursor?: string;
}

/** The input as the API's JSON would be: each `Date` becomes ISO 8601. Anything else passes as it is, to be checked. */
export function withIsoTimes(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(withIsoTimes);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isoOf(value)]),
  );
}

/** The query as the API's URL would have it. */
export function queryOf(input: ListInput): Record<string, string | string[]> {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(isoOf(value))]),
  );
}

/** An invalid date is kept, so that validation reports it. */
function isoOf(value: unknown): unknown {
  if (!(value instanceof Date)) return value;
  return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
}
