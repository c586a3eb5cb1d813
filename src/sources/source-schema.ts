/** The zod schemas of a source, for requests and responses: `source-input.ts` validates with them, `/openapi.json` documents them. */

import { z } from 'zod';
import { meetingDigits } from '../meeting-number.ts';
import { durationMs } from '../time/local-time.ts';
import { must, newBroadcastSchema, oneOf, timezoneSchema } from '../validation/broadcast-schema.ts';
import { PLAN_STATES, SOURCE_KINDS } from './source.ts';

export const MIN_EVERY_MS = 60_000;
const MAX_EVERY_MS = 7 * 86_400_000;
export const SOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const MAX_URL = 2_048;
const MAX_ZONES = 50;
/** Maximum length of a zone name in a calendar. */
const MAX_ZONE_NAME = 200;

const NAME = 'a name of 1 to 40 letters, digits and . _ - that begins with a letter or digit';
const EVERY = 'an ISO 8601 duration from PT1M to P7D such as PT15M';
const BRAKE = 'a number from 0 to 1 such as 0.2';
const NUMBER = 'the number of a meeting or webinar, 1 to 19 digits, in quotes';
const ORDERS = ['day-first', 'month-first'] as const;

const every = z
  .string(must(EVERY))
  .refine((value) => {
    const ms = durationMs(value);
    return ms !== null && ms >= MIN_EVERY_MS && ms <= MAX_EVERY_MS;
  }, must(EVERY))
  .meta({ format: 'duration', description: 'Time between two syncs' });

const MAX_TOPIC = 200;
const USER = "a user's mail address or Zoom's id of one";
const zoomUser = z
  .string(must(USER))
  .regex(/^(?!me$)[^\s/?#\\]{1,254}$/, must(USER))
  .nullable()
  .meta({
    description: 'Of the kind `zoom`: the host whose meetings and webinars are followed',
    examples: ['host@example.org'],
  });
const topic = z
  .string(must('a regular expression'))
  .min(1)
  .max(MAX_TOPIC, must(`a regular expression of up to ${MAX_TOPIC} characters`))
  .refine(isRegExp, must('a regular expression'))
  .nullable()
  .meta({ description: 'With `zoomUser`: only meetings whose topic it matches somewhere', examples: ['^Lecture'] });

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const flag = (description: string) => z.boolean(must('true or false')).meta({ description });

const fields = {
  url: z
    .string(must('an address that begins with https:// or webcal://'))
    .min(1)
    .max(MAX_URL, must(`an address of up to ${MAX_URL} characters`))
    .nullable()
    .meta({
      description:
        'URL of the file. Its host must be in CALENDAR_HOSTS; webcal:// means https://. Null: you sync files by hand, or the kind is `zoom`',
      examples: ['https://calendar.example.org/rooms.ics'],
    }),
  zoomUser,
  zoomMeeting: z
    .string(must(NUMBER))
    .refine((given) => meetingDigits(given) !== null, must(NUMBER))
    .nullable()
    .meta({ description: 'Instead of `zoomUser`: the one meeting or webinar that is followed, with its occurrences' }),
  topic,
  every,
  timezone: timezoneSchema.nullable(),
  zones: z
    .record(z.string().min(1).max(MAX_ZONE_NAME), timezoneSchema, must('an object of zone names and IANA zones'))
    .refine((zones) => Object.keys(zones).length <= MAX_ZONES, must(`at most ${MAX_ZONES} names`))
    .meta({
      description: 'For a calendar (`ics`): what ambiguous or unknown zone names mean; case does not matter',
      examples: [{ BST: 'Europe/London' }],
    }),
  account: newBroadcastSchema.shape.account.unwrap().nullable(),
  labels: newBroadcastSchema.shape.labels.unwrap(),
  dateOrder: z
    .enum(ORDERS, must(oneOf(ORDERS)))
    .nullable()
    .meta({ description: 'Order of day and month in dates such as 02/12/2030 in a CSV' }),
  ignoreColumns: flag('Ignore unknown columns of a CSV'),
  prune: flag('Cancel what the timetable no longer lists; only what this source made and has not started'),
  brake: z
    .number(must(BRAKE))
    .min(0, must(BRAKE))
    .max(1, must(BRAKE))
    .meta({ description: 'Do nothing if more than this share of the upcoming broadcasts would be canceled at once' }),
  paused: flag('Not synced automatically'),
};

const name = z.string(must(NAME)).regex(SOURCE_NAME, must(NAME)).meta({ description: 'It cannot change' });
const kind = z.enum(SOURCE_KINDS, must(oneOf(SOURCE_KINDS)));

export const newSourceSchema = z
  .strictObject(
    {
      ...{ name, kind, url: fields.url.optional(), zoomUser: zoomUser.optional(), topic: topic.optional() },
      zoomMeeting: fields.zoomMeeting.optional(),
      every: every.optional().meta({ default: 'PT15M' }),
      timezone: fields.timezone.optional(),
      zones: fields.zones.optional().meta({ default: {} }),
      account: fields.account.optional(),
      labels: fields.labels.optional(),
      dateOrder: fields.dateOrder.optional(),
      ignoreColumns: fields.ignoreColumns.optional().meta({ default: false }),
      prune: fields.prune.optional().meta({ default: false }),
      brake: fields.brake.optional().meta({ default: 0.2 }),
      paused: fields.paused.optional().meta({ default: false }),
    },
    must('an object'),
  )
  .meta({ title: 'NewSource' });

export const sourceChangeSchema = z
  .strictObject(fields, must('an object'))
  .partial()
  .meta({ title: 'SourceChange', minProperties: 1, description: 'Fields you leave out stay as they are' });

const time = z.string().meta({ format: 'date-time' });
const count = z.int();
const countsSchema = z.strictObject({
  ...(Object.fromEntries(PLAN_STATES.map((state) => [state, count])) as Record<(typeof PLAN_STATES)[number], z.ZodInt>),
  unchanged: count,
});

const shownKind = z
  .enum([...SOURCE_KINDS, 'document'])
  .meta({ description: '`document`: what `livestream apply` declares; it is applied, not synced' });

export const sourceSchema = z.strictObject({
  ...{ name, kind: shownKind, ...fields, createdAt: time, updatedAt: time },
  triedAt: time.nullable().meta({ description: 'When it was last synced, with or without success' }),
  readAt: time.nullable().meta({ description: 'When its file, or the list in Zoom, was last read' }),
  nextAt: time.nullable().meta({ description: 'When it will next be synced automatically' }),
  problem: z.string().nullable().meta({ description: 'Why the last sync did nothing' }),
  braked: z.boolean(),
  counts: countsSchema.nullable().meta({ description: 'Counts of the last sync' }),
  progress: z
    .strictObject({ done: count, total: count })
    .nullable()
    .meta({ description: 'Progress of the sync that is running' }),
});
export const sourcesSchema = z.strictObject({ sources: z.array(sourceSchema) });

const item = z.strictObject({
  row: count
    .nullable()
    .meta({ description: 'Line of a CSV, number of the event in a calendar or of the meeting in the list' }),
  uid: z.string().nullable(),
  title: z.string().nullable(),
  startAt: time.nullable(),
  detail: z.string(),
  broadcastId: z.string().nullable(),
});
const items = (description: string) => z.array(item).meta({ description });
export const syncPlanSchema = z.strictObject({
  new: items('Planned'),
  changed: items('Moved, or changed otherwise'),
  canceled: items('The timetable cancels it, or its series no longer has this time'),
  vanished: items('No longer in the timetable; canceled only with `prune`'),
  kept: items('Edited here, or on air: left as it is'),
  conflicting: items('Overlaps another broadcast of its meeting; not stored'),
  skipped: items('Not a broadcast, or unreadable'),
  counts: countsSchema,
  braked: z.boolean().meta({ description: 'Nothing is done; `force` overrides it unless the file cannot be read' }),
  reason: z.string().nullable().meta({ description: 'Why it is braked' }),
});

export const syncSchema = z
  .strictObject({
    force: flag('Sync even if it would be braked').optional(),
    dryRun: flag('Only show what it would do').optional(),
    content: z.string(must('a string')).optional().meta({ description: 'A file to use instead of the one at `url`' }),
    encoding: z
      .enum(['utf-8', 'base64'], must(oneOf(['utf-8', 'base64'])))
      .optional()
      .meta({ description: 'Of `content`; default utf-8' }),
    prune: flag('For this sync').optional(),
  })
  .meta({ title: 'Sync' });
