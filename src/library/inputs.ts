import type { z } from 'zod';
import type { BroadcastStatus } from '../broadcasts/broadcast.ts';
import type { broadcastChangeSchema, newBroadcastSchema } from '../validation/broadcast-schema.ts';

/** ISO 8601 with an offset, local time with `timezone`, `now`, or a `Date`. */
export type TimeInput = string | Date;

type WithDates<Input> = {
  [Name in keyof Input]: Name extends 'startAt' | 'stopAt' ? Input[Name] | Date : Input[Name];
};

/** A broadcast as `POST /v1/broadcasts` takes it: field by field at `/docs`. `duration` stands in place of `stopAt`. */
export type BroadcastInput = WithDates<z.input<typeof newBroadcastSchema>>;

/** What is left out stays; null clears. */
export type BroadcastChangeInput = WithDates<z.input<typeof broadcastChangeSchema>>;

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
