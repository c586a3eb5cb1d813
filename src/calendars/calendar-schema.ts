/** The zod schemas of a calendar, for requests and responses. */

import { z } from 'zod';
import { CALENDAR_NAME } from '../series/series-schema.ts';
import { timezoneSchema } from '../validation/broadcast-schema.ts';
import { inspect } from '../validation/issues.ts';

const MAX_URL = 2_000;
/** More than the largest body the API accepts. */
const MAX_ICS = 5 * 1024 * 1024;

const must = (expected: string) => ({
  error: (issue: { input?: unknown }) => `must be ${expected}, got ${inspect(issue.input)}`,
});
const NAME = '1 to 64 letters, digits and . _ -, beginning with a letter or digit';

const fields = {
  url: z
    .string(must('an address that begins with https:// or webcal://'))
    .max(MAX_URL, must(`at most ${MAX_URL} characters`))
    .meta({
      description: 'URL of the calendar, fetched again every day; its host must be in the setting CALENDAR_HOSTS',
      examples: ['https://calendar.example.org/holidays.ics'],
    }),
  ics: z
    .string(must('the text of a calendar (iCalendar)'))
    .max(MAX_ICS, must(`at most ${MAX_ICS} characters`))
    .meta({ description: 'Instead of `url`: the calendar itself, as text' }),
  timezone: timezoneSchema.nullable().meta({
    description: 'IANA time zone of all-day events and of times without a zone; default: the zone of the series',
  }),
};

export const newCalendarSchema = z
  .strictObject(
    {
      name: z.string(must(NAME)).regex(CALENDAR_NAME, must(NAME)),
      url: fields.url.optional(),
      ics: fields.ics.optional(),
      timezone: fields.timezone.optional(),
    },
    must('an object'),
  )
  .meta({ title: 'NewCalendar', description: 'Either `url` or `ics`' });

export const calendarChangeSchema = z
  .strictObject(fields, must('an object'))
  .partial()
  .meta({ title: 'CalendarChange', minProperties: 1, description: 'Fields you leave out stay as they are' });

const time = z.string().meta({ format: 'date-time' });

/** A calendar as the API returns it. */
export const calendarSchema = z.strictObject({
  name: z.string(),
  url: z.string().nullable(),
  timezone: z.string().nullable(),
  revision: z.int().meta({ description: 'Also the ETag' }),
  upcoming: z
    .array(
      z.strictObject({
        title: z.string().nullable(),
        allDay: z.boolean(),
        from: z.string().meta({ description: 'A time, or the first day', examples: ['2026-12-25'] }),
        to: z.string().meta({ description: 'A time, exclusive, or the last day', examples: ['2026-12-25'] }),
      }),
    )
    .meta({ description: 'Its next entries, at most 20' }),
  issues: z.array(z.string()).meta({ description: 'Events that could not be read' }),
  readAt: time.meta({ description: 'When its content was last known to be current' }),
  checkedAt: time.meta({ description: 'When it was last fetched' }),
  failure: z
    .string()
    .nullable()
    .meta({ description: 'Why that failed; the content fetched before stays in use. Null: it succeeded' }),
  createdAt: time,
  updatedAt: time,
});

export const calendarListSchema = z.strictObject({ calendars: z.array(calendarSchema) });
export type CalendarRepresentation = z.infer<typeof calendarSchema>;
