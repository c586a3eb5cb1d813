/** The zod schemas of a broadcast, coming in and going out: `parse-broadcast.ts` checks with them, `/openapi.json` shows them. */

import { z } from 'zod';
import { BROADCAST_STATUSES, CLOSE_CAPTIONS, LAYOUTS, ON_DROP, ON_MOVE, type Plan } from '../broadcasts/broadcast.ts';
import { meetingDigits } from '../meeting-number.ts';
import { durationMs, isTimezone } from '../time/local-time.ts';
import { zoneHint } from '../time/zone-names.ts';
import { describeSecret, inspect } from './issues.ts';

export const MAX_BROADCASTS_IN_BATCH = 1_000;
export const MAX_LABELS = 20;
export const LABEL_NAME = /^[A-Za-z0-9._/-]{1,63}$/;
const MAX_WINDOW_MS = 7 * 86_400_000;
const KINDS = ['meeting', 'webinar'] as const;

type Inspect = (value: unknown) => string;

/** The error message of a field: what it must be, and what it was. */
export function must(expected: string, shown: Inspect = inspect) {
  return { error: (issue: { input?: unknown }) => `must be ${expected}, got ${shown(issue.input)}` };
}

const UNFIT = /[\p{Cc}\p{Cs}]/u;

/** Control characters break terminals and logs; lone surrogates cannot be written as UTF-8. */
export function isPlain(text: string): boolean {
  return !UNFIT.test(text);
}

/** A note of a person: several lines are fine, other control characters are not. */
export function isNote(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && isPlain(value.replace(/[\t\r\n]/g, ' '));
}

/** Counts characters (code points), as people and JSON Schema do. */
function isText(text: string, min: number, max: number): boolean {
  if (text.length < min || text.length > max * 2 || !isPlain(text)) return false;
  return text.length <= max || [...text].length <= max;
}

function text(min: number, max: number, more: { orNull?: boolean; shown?: Inspect } = {}) {
  const range = min === 0 ? `up to ${max}` : `${min} to ${max}`;
  const error = must(
    `a string of ${range} characters without control characters${more.orNull ? ', or null' : ''}`,
    more.shown,
  );
  return z
    .string(error)
    .refine((value) => isText(value, min, max), error)
    .meta({ minLength: min, maxLength: max });
}

/** A string that `fits`. */
export function checked(
  expected: string,
  fits: (value: string) => boolean,
  meta: Record<string, unknown>,
  shown: Inspect = inspect,
) {
  const error = must(expected, shown);
  return z.string(error).refine(fits, error).meta(meta);
}

function url(schemes: readonly string[]) {
  const names = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return checked(`a URL of up to 1024 characters that begins with ${names}`, (value) => isUrl(value, schemes), {
    format: 'uri',
    maxLength: 1024,
  });
}

function isUrl(value: string, schemes: readonly string[]): boolean {
  if (!isText(value, 1, 1024) || /\s/.test(value)) return false;
  if (!schemes.some((scheme) => value.toLowerCase().startsWith(`${scheme}://`)) || !URL.canParse(value)) return false;
  return new URL(value).hostname !== '';
}

const MEETING_ID = '1 to 19 digits (spaces and dashes are removed)';

/** A join link is not repeated: it carries the passcode. */
function describeMeeting(value: unknown): string {
  const isLink = typeof value === 'string' && /:\/\/|[a-z]\/|[?&=]/i.test(value);
  return isLink ? 'a link; send the number in it' : inspect(value);
}

export const meetingId = z
  .union([z.string(), z.number().meta({ type: 'integer' })], must(`${MEETING_ID}, as a string or an integer`))
  .superRefine((value, context) => {
    if (meetingDigits(value) !== null) return;
    const unsafe = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
    const message = unsafe
      ? `must be sent as a string, since a number above ${Number.MAX_SAFE_INTEGER} loses digits, got ${value}`
      : `must be ${MEETING_ID}${typeof value === 'number' ? ', as a string or an integer' : ''}, got ${describeMeeting(value)}`;
    context.addIssue({ code: 'custom', message, input: value });
  })
  .meta({ description: '1 to 19 digits; spaces and dashes are removed', examples: ['684 2308 5'] });

export const settingsSchema = z
  .strictObject(
    {
      activeSpeakerName: z
        .boolean(must('true or false'))
        .optional()
        .meta({ description: "Show the active speaker's name" }),
      displayName: text(1, 50).optional(),
      layout: z
        .enum(LAYOUTS, must(oneOf(LAYOUTS)))
        .optional()
        .meta({ description: 'Meetings only' }),
      closeCaption: z.enum(CLOSE_CAPTIONS, must(oneOf(CLOSE_CAPTIONS))).optional(),
    },
    must('an object'),
  )
  .meta({ description: 'Zoom decides what you leave out' });

export const destinationSchema = z
  .strictObject(
    {
      streamUrl: url(['rtmp', 'rtmps']),
      streamKey: text(1, 512, { shown: describeSecret }).meta({ writeOnly: true }),
      pageUrl: url(['http', 'https']),
      resolution: z.enum(['720p', '1080p'], must(oneOf(['720p', '1080p']))).optional(),
    },
    must('an object with streamUrl, streamKey and pageUrl, or null', describeSecret),
  )
  .meta({ description: 'Where Zoom sends the stream; needs SECRETS_KEY' });

const labels = z
  .record(z.string().regex(LABEL_NAME), text(0, 200), must('an object of strings'))
  .meta({ description: `Up to ${MAX_LABELS}`, maxProperties: MAX_LABELS });

const startWindow = checked(
  'an ISO 8601 duration from PT1S to P7D',
  (value) => {
    const ms = durationMs(value);
    return ms !== null && ms >= 1_000 && ms <= MAX_WINDOW_MS;
  },
  { format: 'duration', description: 'How long after startAt the start is still tried; default START_WINDOW' },
);

const time = (description: string) =>
  z
    .string(must('an ISO 8601 time with an offset, or local with `timezone`, or "now"'))
    .meta({ description, examples: ['2026-12-06T14:00:00Z', '2026-12-06T09:00', 'now'] });

/** A zone, of a broadcast or a series; an abbreviation is refused with what it may mean. */
export const timezoneSchema = checked(
  'an IANA time zone such as America/New_York',
  isTimezone,
  {
    examples: ['America/New_York'],
  },
  (value) => `${inspect(value)}${zoneHint(value)}`,
);

const fields = {
  meetingId,
  kind: z.enum(KINDS, must(oneOf(KINDS))),
  account: text(1, 100),
  title: text(0, 200, { orNull: true }).nullable(),
  startAt: time('A time with an offset, a local time with `timezone`, or `now`'),
  stopAt: time('Like startAt, and later; at most 31 days after it').nullable(),
  duration: z.string(must('an ISO 8601 duration such as PT1H30M')).meta({
    format: 'duration',
    description: 'Instead of stopAt; years, months, weeks and days count in `timezone`',
  }),
  timezone: timezoneSchema.nullable(),
  settings: settingsSchema,
  destination: destinationSchema.nullable(),
  externalId: text(1, 200, { orNull: true }).nullable(),
  labels,
  onDrop: z.enum(ON_DROP, must(oneOf(ON_DROP))).meta({
    description:
      'If the stream drops before its end while the meeting is running: restart it (at most 3 times) or leave ' +
      'it off. A stop by a person in Zoom is always respected.',
  }),
  onMove: z.enum(ON_MOVE, must(oneOf(ON_MOVE))).meta({
    description: 'If the meeting is moved in Zoom before the start: add a warning, or move this broadcast too',
  }),
  startWindow: startWindow.nullable(),
} satisfies Record<keyof Plan | 'duration', z.ZodType>;

/** Everything but the meeting and the start can be left out. */
export const newBroadcastSchema = z
  .strictObject(fields, must('an object'))
  .partial()
  .extend({
    meetingId: fields.meetingId,
    kind: fields.kind.optional().meta({ default: 'meeting' }),
    startAt: fields.startAt,
    onDrop: fields.onDrop.optional().meta({ default: 'restart' }),
    onMove: fields.onMove.optional().meta({ default: 'warn' }),
  })
  .meta({ title: 'NewBroadcast' });

export const broadcastChangeSchema = z
  .strictObject(fields, must('an object'))
  .partial()
  .meta({
    title: 'BroadcastChange',
    minProperties: 1,
    description:
      'Fields you leave out stay as they are; null clears title, stopAt, timezone, destination, externalId and startWindow; ' +
      'settings and labels are replaced as a whole, but while live, settings you leave out stay as they are.',
  });

export const batchSchema = z
  .strictObject({ broadcasts: z.array(newBroadcastSchema).min(1).max(MAX_BROADCASTS_IN_BATCH) })
  .meta({ title: 'NewBroadcasts' });

const instant = z.string().meta({ format: 'date-time' });

/** A broadcast as the API shows it: the fields of the contract, in its order. */
export const broadcastSchema = z.strictObject({
  id: z.string(),
  meetingId: z.string().meta({ pattern: '^[0-9]{1,19}$' }),
  kind: fields.kind,
  account: z.string(),
  title: z.string().nullable(),
  startAt: instant,
  stopAt: instant.nullable(),
  timezone: z.string().nullable(),
  settings: settingsSchema,
  destination: destinationSchema.omit({ streamKey: true }).nullable(),
  status: z.enum(BROADCAST_STATUSES),
  reason: z.string().nullable(),
  revision: z.int().meta({ description: 'Increases with every change by a person; the ETag for If-Match contains it' }),
  nextAttemptAt: instant.nullable(),
  startedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  startLatenessMs: z.number().nullable(),
  stopLatenessMs: z.number().nullable(),
  confirmed: z.boolean().meta({ description: 'Zoom has confirmed that the stream is on' }),
  externalId: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  seriesId: z.string().nullable(),
  startWindow: z.string().nullable().meta({ format: 'duration' }),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), advice: z.string() })),
  onDrop: fields.onDrop,
  onMove: fields.onMove,
  paused: z
    .strictObject({
      ...{ id: z.string(), since: instant, until: instant.nullable() },
      ...{ note: z.string().nullable(), by: z.string() },
    })
    .nullable()
    .meta({ description: 'The pause that delays its start' }),
  source: z
    .strictObject({ name: z.string(), uid: z.string() })
    .nullable()
    .meta({ description: 'The source that created it' }),
  createdAt: instant,
  updatedAt: instant,
} satisfies Record<keyof Plan, z.ZodType> & Record<string, z.ZodType>);

export function oneOf(values: readonly string[]): string {
  return `one of ${values.map((value) => `"${value}"`).join(', ')}`;
}
