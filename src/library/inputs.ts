import type { z } from 'zod';
import type { BroadcastStatus } from '../broadcasts/broadcast.ts';
import type { representPause } from '../broadcasts/pause.ts';
import type { broadcastFilterSchema } from '../validation/broadcast-filter.ts';
import type { broadcastChangeSchema, newBroadcastSchema } from '../validation/broadcast-schema.ts';
import type { bulkSchema } from '../validation/bulk-schema.ts';
import type { newPauseSchema } from '../validation/pause-input.ts';

/** ISO 8601 with an offset, local time with `timezone`, `now`, or a `Date`. */
export type TimeInput = string | Date;

type WithDates<Input> = {
  [Name in keyof Input]: Name extends 'startAt' | 'stopAt' ? Input[Name] | Date : Input[Name];
};

/** A broadcast as `POST /v1/broadcasts` takes it: field by field at `/docs`. `duration` stands in place of `stopAt`. */
export type BroadcastInput = WithDates<z.input<typeof newBroadcastSchema>>;

/** A pause as `POST /v1/pauses` takes it; `until` may be a `Date`. */
export type PauseInput = Omit<z.input<typeof newPauseSchema>, 'until'> & { until?: string | Date | null };

/** A pause as the API shows it. */
export type PauseRepresentation = ReturnType<typeof representPause>;

/** What is left out stays; null clears. */
export type BroadcastChangeInput = WithDates<z.input<typeof broadcastChangeSchema>>;

export type RescheduleInput = Pick<BroadcastChangeInput, 'startAt' | 'stopAt' | 'duration' | 'timezone'>;

/** Which broadcasts; all members must match. */
export type FilterInput = Omit<z.input<typeof broadcastFilterSchema>, 'status' | 'from' | 'to'> & {
  status?: BroadcastStatus | BroadcastStatus[];
  /** Inclusive. */
  from?: TimeInput;
  /** Exclusive. */
  to?: TimeInput;
};

/** The query of `GET /v1/broadcasts`. */
export interface ListInput extends FilterInput {
  /** By `startAt`; `desc`: the latest first. Default `asc`. */
  order?: 'asc' | 'desc';
  /** 1 to 1,000, default 50. */
  limit?: number;
  cursor?: string;
}

/** The body of `POST /v1/broadcasts/bulk`. */
export type BulkInput = Omit<z.input<typeof bulkSchema>, 'filter'> & { filter: FilterInput & { ids?: string[] } };

/** The input of a bulk action, as `withIsoTimes` makes it: its filter too. */
export function bulkOf(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('filter' in input)) return withIsoTimes(input);
  return withIsoTimes({ ...input, filter: withIsoTimes(input.filter) });
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
