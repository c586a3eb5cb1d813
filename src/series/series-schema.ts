/** The zod schemas of a series, for requests and responses: `series-input.ts` validates with them, `/openapi.json` documents them. */

import { z } from 'zod';
import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import { durationMs, readDuration, readTime } from '../time/local-time.ts';
import { broadcastSchema, checked, must, newBroadcastSchema, timezoneSchema } from '../validation/broadcast-schema.ts';
import { inspect } from '../validation/issues.ts';
import { MAX_LENGTH_DAYS } from '../validation/max-length.ts';
import { normaliseRule, ruleIssue } from './recurrence-rule.ts';

export const MAX_DATES = 1_000;
const MAX_MINUTES = 1_440;
const MAX_MS = MAX_LENGTH_DAYS * 86_400_000;
const MAX_RULE = 500;
const MAX_CALENDARS = 10;
/** Also part of an address. */
export const CALENDAR_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** A local time without fractions; `2026-12-06T09:00` is valid, too. */
export function isLocalTime(text: string): boolean {
  const written = readTime(text);
  return written.kind === 'local' && written.wall % 1_000 === 0;
}

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && readTime(`${text}T00:00`).kind === 'local';
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

const rule = z
  .string(must('an RFC 5545 rule such as FREQ=WEEKLY;BYDAY=SU'))
  .superRefine((value, context) => {
    const issue = value.length > MAX_RULE ? `it is longer than ${MAX_RULE}` : ruleIssue(normaliseRule(value));
    if (issue === null) return;
    const message = `must be an RFC 5545 rule such as FREQ=WEEKLY;BYDAY=SU, got ${inspect(value)}: ${issue}`;
    context.addIssue({ code: 'custom', message, input: value });
  })
  .meta({
    description: 'The value of an RRULE (RFC 5545, section 3.3.10), HOURLY to YEARLY; UNTIL or COUNT ends it',
    examples: ['FREQ=WEEKLY;BYDAY=SU', 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=12'],
    maxLength: MAX_RULE,
  });

const minutes = (description: string) =>
  z
    .int(must(`a whole number of 0 to ${MAX_MINUTES}`))
    .min(0, must(`a whole number of 0 to ${MAX_MINUTES}`))
    .max(MAX_MINUTES, must(`a whole number of 0 to ${MAX_MINUTES}`))
    .meta({ description, default: 0 });

const duration = checked(
  'an ISO 8601 duration of up to 31 days such as PT1H30M, or null',
  (value) => {
    const ms = durationMs(value);
    return readDuration(value) !== null && ms !== null && ms > 0 && ms <= MAX_MS;
  },
  { format: 'duration', description: 'From the local time to the stop; days count in `timezone`' },
);

const timing = {
  rule,
  startAt: checked('a local time without offset such as 2026-12-06T09:00', isLocalTime, {
    description: 'DTSTART: when the rule begins, in `timezone`; can be in the past',
    examples: ['2026-12-06T09:00'],
  }),
  timezone: timezoneSchema,
  duration: duration.nullable(),
  stopTime: checked('a local time of day such as 10:30, or null', (value) => TIME_OF_DAY.test(value), {
    description: 'Instead of `duration`; on the next day when it is not after the start',
    examples: ['10:30'],
  }).nullable(),
  exceptions: z
    .array(
      checked('a local time or a date, such as 2026-12-27', (value) => isDate(value) || isLocalTime(value), {
        examples: ['2026-12-27'],
      }),
      must('an array of local times and dates'),
    )
    .max(MAX_DATES, must(`at most ${MAX_DATES} dates`))
    .meta({ description: 'EXDATE: local times or whole days to skip', default: [] }),
  additions: z
    .array(checked('a local time such as 2026-12-24T18:00', isLocalTime, {}), must('an array of local times'))
    .max(MAX_DATES, must(`at most ${MAX_DATES} times`))
    .meta({ description: 'RDATE: extra local times', default: [] }),
  onClockChange: z
    .strictObject(
      {
        skipped: z.enum(['after', 'skip'], must('"after" or "skip"')).optional().meta({ default: 'after' }),
        repeated: z.enum(['first', 'second'], must('"first" or "second"')).optional().meta({ default: 'first' }),
      },
      must('an object with skipped and repeated'),
    )
    .meta({
      description:
        'What happens to a local time that a clock change skips: moved later (`after`: 02:30 becomes 03:30) or left out ' +
        '(`skip`). For a time that it repeats: the `first` or the `second`.',
    }),
  skipCalendars: z
    .array(
      z.string(must('the name of a calendar')).regex(CALENDAR_NAME, must('the name of a calendar')),
      must('an array of names of calendars'),
    )
    .max(MAX_CALENDARS, must(`at most ${MAX_CALENDARS} calendars`))
    .meta({ description: 'Nothing goes on air on their days and at their times (`/v1/calendars`)', default: [] }),
  leadMinutes: minutes('Go on air this many minutes before the start'),
  tailMinutes: minutes('Go off air this many minutes after the end'),
};

const {
  startAt: _startAt,
  stopAt: _stopAt,
  duration: _duration,
  timezone: _timezone,
  ...template
} = newBroadcastSchema.shape;

export const TIMING_FIELDS = Object.keys(timing) as (keyof typeof timing)[];
export const TEMPLATE_FIELDS = Object.keys(template);

/** All fields except the rule, its start and its zone are optional. */
export const timingSchema = z
  .object(timing)
  .partial()
  .extend({ rule: timing.rule, startAt: timing.startAt, timezone: timing.timezone });

export const newSeriesSchema = z
  .strictObject({ ...template, ...timingSchema.shape }, must('an object'))
  .meta({ title: 'NewSeries' });

export const seriesChangeSchema = z
  .strictObject({ ...template, ...timing })
  .partial()
  .meta({
    title: 'SeriesChange',
    minProperties: 1,
    description:
      'Fields you leave out stay as they are; null clears optional fields; lists and objects are replaced as a whole. Upcoming broadcasts ' +
      'that nobody edited are updated too.',
  });

const time = z.string().meta({ format: 'date-time' });

const { onDrop, onMove, ...shownTemplate } = broadcastSchema.pick({
  ...{ meetingId: true, kind: true, account: true, title: true, settings: true, destination: true, externalId: true },
  ...{ labels: true, startWindow: true, onDrop: true, onMove: true },
}).shape;

/** A series as the API returns it. */
export const seriesSchema = z.strictObject({
  id: z.string(),
  ...timing,
  onClockChange: timing.onClockChange.required(),
  ...shownTemplate,
  onDrop: onDrop.optional(),
  onMove: onMove.optional(),
  summary: z.string().meta({ description: 'The rule in words', examples: ['Every Sunday at 09:00, New York time'] }),
  follows: z
    .string()
    .nullable()
    .meta({ description: 'The series that this one continues, after a change with `from`' }),
  revision: z.int().meta({ description: 'Also the ETag' }),
  warnings: z.array(broadcastSchema.shape.warnings.element.extend({ occurrence: z.string().nullable() })),
  createdAt: time,
  updatedAt: time,
});

export const seriesPageSchema = z.strictObject({ series: z.array(seriesSchema), nextCursor: z.string().nullable() });

export const occurrencesSchema = z.strictObject({
  occurrences: z.array(
    z.strictObject({
      startAt: time.meta({ description: 'Includes the lead' }),
      stopAt: time.nullable().meta({ description: 'Includes the tail' }),
      local: z.string().meta({ description: 'Local time by the rule; identifies the occurrence' }),
      broadcastId: z.string().nullable().meta({ description: 'Null while the occurrence is too far ahead' }),
      status: z.enum(BROADCAST_STATUSES).nullable(),
      note: z.string().nullable(),
      paused: broadcastSchema.shape.paused,
    }),
  ),
  leftOut: z
    .array(
      z.strictObject({
        local: z.string(),
        note: z.string(),
        calendar: z.string().nullable().meta({ description: 'The calendar that skips it' }),
        event: z.string().nullable().meta({ description: 'The title of the event there' }),
      }),
    )
    .meta({ description: 'Times of the rule that are skipped, and why' }),
});
