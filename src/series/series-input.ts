/** Validates the input of a series and converts it to the content of a record; reports every issue at once. */

import { LivestreamError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { NewBroadcast } from '../validation/input-types.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { type InputContext, parseNewBroadcast } from '../validation/parse-broadcast.ts';
import { addUnknownField, readSchema } from '../validation/read-schema.ts';
import { expand } from './occurrences.ts';
import { normaliseRule } from './recurrence-rule.ts';
import type { Series, Timing } from './series.ts';
import { seriesSchema, TEMPLATE_FIELDS, TIMING_FIELDS, timingSchema } from './series-schema.ts';

type SeriesTemplate = Omit<NewBroadcast, 'startAt' | 'stopAt' | 'timezone'>;

/** The input of a series, validated and normalised; the stream key is in plain text. */
export interface NewSeries {
  timing: Timing;
  template: SeriesTemplate;
}

const FIELDS: readonly string[] = [...TIMING_FIELDS, ...TEMPLATE_FIELDS];
const READ_ONLY = new Set(Object.keys(seriesSchema.shape).filter((name) => !FIELDS.includes(name)));

/** Throws `validation_failed` with every issue; a new series must have an upcoming occurrence. */
export function parseNewSeries(input: unknown, context: InputContext): NewSeries {
  const issues = new Issues();
  const series = read(input, context, issues);
  if (series && issues.list.length === 0) checkComing(series.timing, context.now, issues);
  issues.throwIfAny();
  return series as NewSeries;
}

/** Also accepts a series whose last occurrence is past. @throws LivestreamError `validation_failed` with every issue */
export function checkSeries(input: unknown, context: InputContext): NewSeries & { isComing: boolean } {
  const issues = new Issues();
  const series = read(input, context, issues);
  issues.throwIfAny();
  const coming = new Issues();
  checkComing((series as NewSeries).timing, context.now, coming);
  return { ...(series as NewSeries), isComing: coming.list.length === 0 };
}

/**
 * Applies a change (PATCH) to a series. `destinationKept`: the change has no destination, so the sealed one stays. Throws
 * `validation_failed` with every issue.
 * @param before the current series
 */
export function parseSeriesChange(
  input: unknown,
  current: Series,
  context: InputContext,
  before: JsonObject = inputOf(current),
): NewSeries & { destinationKept: boolean } {
  const issues = new Issues();
  const raw = isObject(input) ? input : {};
  if (!isObject(input)) issues.add('', `must be an object, got ${inspect(input)}`);
  else if (Object.keys(raw).length === 0) issues.add('', 'must have at least one field to change, got {}');
  if (typeof raw['duration'] === 'string' && typeof raw['stopTime'] === 'string') issues.add('stopTime', EXCLUDES);
  const series = read({ ...before, ...ending(raw), ...raw }, context, issues);
  issues.throwIfAny();
  return { ...(series as NewSeries), destinationKept: !('destination' in raw) };
}

const EXCLUDES = 'must be left out when duration is given, since both say when it stops';

/** A new kind of end replaces the old one. */
function ending(raw: JsonObject): JsonObject {
  if (typeof raw['duration'] === 'string') return { stopTime: null };
  return typeof raw['stopTime'] === 'string' ? { duration: null } : {};
}

/** The record as the input that would create it, without its destination. */
export function inputOf(series: Series): JsonObject {
  const all = { skipCalendars: [], ...series } as unknown as JsonObject;
  return Object.fromEntries(
    FIELDS.filter((name) => name !== 'destination' && all[name] !== null).map((name) => [name, all[name]]),
  );
}

function read(input: unknown, context: InputContext, issues: Issues): NewSeries | null {
  if (!isObject(input)) {
    issues.add('', `must be an object, got ${inspect(input)}`);
    return null;
  }
  const more = { known: FIELDS, synonyms: SYNONYMS };
  for (const name of Object.keys(input).filter((one) => !FIELDS.includes(one)))
    addUnknownField(name, issues, { ...more, isReadOnly: READ_ONLY.has(name) });
  const timing = readSchema(timingSchema, input, issues);
  if (typeof input['duration'] === 'string' && typeof input['stopTime'] === 'string') issues.add('stopTime', EXCLUDES);
  const template = readTemplate(input, context, issues);
  return timing && template ? { timing: timingOf(timing), template } : null;
}

const SYNONYMS = new Map(
  Object.entries({
    rrule: 'rule',
    recurrence: 'rule',
    dtstart: 'startAt',
    exdate: 'exceptions',
    exdates: 'exceptions',
    rdate: 'additions',
    stopat: 'stopTime',
  }),
);

/** The broadcast fields of a series have the same rules as those of a broadcast. */
function readTemplate(input: JsonObject, context: InputContext, issues: Issues): SeriesTemplate | null {
  const given = Object.fromEntries(TEMPLATE_FIELDS.filter((name) => name in input).map((name) => [name, input[name]]));
  try {
    const {
      startAt: _s,
      stopAt: _p,
      timezone: _z,
      ...template
    } = parseNewBroadcast({ ...given, startAt: 'now' }, context);
    return template;
  } catch (error) {
    if (!(error instanceof LivestreamError) || error.errors.length === 0) throw error;
    for (const { path, message, code } of error.errors) issues.add(path, message, '', code);
    return null;
  }
}

function timingOf(data: ReturnType<typeof timingSchema.parse>): Timing {
  return {
    rule: normaliseRule(data.rule),
    startAt: fullLocal(data.startAt),
    timezone: data.timezone,
    duration: data.duration ?? null,
    stopTime: data.stopTime ? fullTime(data.stopTime) : null,
    exceptions: sortedOnce((data.exceptions ?? []).map((text) => (text.length > 10 ? fullLocal(text) : text))),
    additions: sortedOnce((data.additions ?? []).map(fullLocal)),
    onClockChange: {
      skipped: data.onClockChange?.skipped ?? 'after',
      repeated: data.onClockChange?.repeated ?? 'first',
    },
    skipCalendars: sortedOnce(data.skipCalendars ?? []),
    leadMinutes: data.leadMinutes ?? 0,
    tailMinutes: data.tailMinutes ?? 0,
  };
}

const fullTime = (text: string) => (text.length === 5 ? `${text}:00` : text);
export const fullLocal = (text: string) => `${text.slice(0, 10)}T${fullTime(text.slice(11, 19))}`;
const sortedOnce = (list: string[]) => [...new Set(list)].sort();

function checkComing(timing: Timing, now: number, issues: Issues): void {
  try {
    if (expand(timing, now, Number.POSITIVE_INFINITY, 1).occurrences.length > 0) return;
    issues.add('rule', `must have an upcoming occurrence; ${inspect(timing.rule)} from ${timing.startAt} on has none`);
  } catch {
    issues.add(
      'rule',
      `must occur now and then, got ${inspect(timing.rule)}: no occurrence was found in a reasonable time`,
    );
  }
}
