import { z } from 'zod';
import { MEETING_STATES, STREAM_SERVICES } from './meeting.ts';

/** Bodies of the control API. They are strict: a misspelled field is an error and not a silent default. */

const MONTH_MS = 31 * 86_400_000;
const ms = z.number().int().min(0).max(MONTH_MS);
const times = z.number().int().min(1).max(1_000_000).optional();
const text = z.string().min(1).max(500);

export const meetingIdSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'expected 1 to 19 digits without a leading zero');

const zoomTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'expected UTC as yyyy-MM-ddTHH:mm:ssZ');
const minutes = z.number().int().min(0).max(100_000);
const occurrenceId = z.string().regex(/^\d{1,16}$/, 'expected up to 16 digits');
/** An occurrence without an id gets that of its start, like a new one in Zoom. */
const occurrence = z
  .strictObject({
    occurrenceId: occurrenceId.optional(),
    startTime: zoomTime,
    duration: minutes.default(60),
    status: z.enum(['available', 'deleted']).default('available'),
  })
  .transform((one) => ({ ...one, occurrenceId: one.occurrenceId ?? String(Date.parse(one.startTime)) }));

const traits = {
  kind: z.enum(['meeting', 'webinar']),
  state: z.enum(MEETING_STATES),
  account: text,
  e2ee: z.boolean(),
  configured: z.boolean(),
  hostAllowed: z.boolean(),
  settingEnabled: z.boolean(),
  userExists: z.boolean(),
  userInAccount: z.boolean(),
  permitted: z.boolean(),
  webinarPlan: z.boolean(),
  notStartedCode: z.literal([4927, 3000]),
  uuid: text,
  hostId: text,
  hostEmail: text,
  topic: z.string().max(500),
  type: z.number().int().min(0).max(10),
  startTime: zoomTime,
  duration: minutes,
  timezone: text,
  occurrences: z.array(occurrence).max(60),
};

export const meetingSchema = z.strictObject(traits).partial();
export const meetingPatchSchema = z.strictObject(traits).omit({ kind: true }).partial();

/** A person's change in Zoom; with `occurrenceId` only of that one. */
export const editSchema = z
  .strictObject({
    ...{ topic: traits.topic, startTime: zoomTime, duration: minutes, timezone: text, type: traits.type },
    ...{ occurrences: traits.occurrences, occurrenceId },
  })
  .partial();
export const removalSchema = z.strictObject({ occurrenceId }).partial();

export const emptySchema = z.strictObject({});

export const streamSchema = z.strictObject({
  service: z.enum(STREAM_SERVICES).default('Custom_Live_Streaming_Service'),
});

export const userSchema = z
  .strictObject({
    exists: z.boolean(),
    allowLiveStreaming: z.boolean(),
    customLiveStreaming: z.boolean(),
    webinarLiveStreaming: z.boolean(),
    webinarPlan: z.boolean(),
  })
  .partial();

const match = z.strictObject({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']).optional(),
  path: z.string().min(1).max(500).refine(isRegExp, 'expected a regular expression').optional(),
  action: z.string().min(1).max(50).optional(),
  meetingId: meetingIdSchema.optional(),
});

/** Node rejects header names and values with control characters, so reject them here. */
const headers = z.record(
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected a header name'),
  z.string().regex(/^[\t\x20-\x7e]*$/, 'expected printable ASCII'),
);

const answered = z
  .strictObject({
    status: z.number().int().min(200).max(599).optional(),
    headers: headers.optional(),
    body: z.unknown().optional(),
    text: z.string().max(1_000_000).optional(),
    delayMs: ms.optional(),
    accept: z.boolean().optional(),
    times,
  })
  .refine((answer) => answer.body === undefined || answer.text === undefined, 'body and text exclude each other')
  .refine(
    (answer) => answer.status !== undefined || answer.delayMs !== undefined,
    'status, delayMs, reset or hang is needed',
  )
  .refine(
    (answer) => answer.status !== undefined || isOnlyDelay(answer),
    'headers, body, text and accept need a status',
  );
const reset = z.strictObject({
  reset: z.literal(true),
  when: z.enum(['before', 'after']),
  delayMs: ms.optional(),
  times,
});
const hang = z.strictObject({ hang: ms, accept: z.boolean().optional(), times });

/** The key selects the shape, so that the errors are about that shape. */
const answer = z.unknown().transform((value, context) => {
  const given = typeof value === 'object' && value !== null ? value : {};
  const schema = 'reset' in given ? reset : 'hang' in given ? hang : answered;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path });
  return z.NEVER;
});

const rule = z.strictObject({ match: match.default({}), answer });
export const scriptSchema = z.strictObject({ rules: z.array(rule).min(1).max(1000) });
export const ruleSchema = rule;

export const revokeSchema = z.strictObject({ account: text.optional() });

export const eventSchema = z.strictObject({
  event: text,
  payload: z.record(z.string(), z.unknown()),
  eventTs: z.number().int().nullable().optional(),
  times: z.number().int().min(1).max(100).default(1),
  secret: text.optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
});

export const requestsQuerySchema = z.strictObject({
  meetingId: meetingIdSchema.optional(),
  since: z.coerce.number().int().min(0).optional(),
  action: z.string().optional(),
  account: z.string().optional(),
});

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

function isOnlyDelay(given: { headers?: unknown; body?: unknown; text?: unknown; accept?: unknown }): boolean {
  return (
    given.headers === undefined && given.body === undefined && given.text === undefined && given.accept === undefined
  );
}
