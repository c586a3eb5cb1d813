/** Checks the input of a pause; reports every issue at once. */

import { z } from 'zod';
import type { PauseScope } from '../broadcasts/pause.ts';
import { isObject, type JsonObject } from '../json.ts';
import { isoTime } from '../time/iso-time.ts';
import { isTimezone } from '../time/local-time.ts';
import type { AccountCheck } from './account-check.ts';
import { isNote, LABEL_NAME } from './broadcast-schema.ts';
import { Issues, inspect } from './issues.ts';
import { readMoment } from './plan-times.ts';

const MAX_NOTE = 1_000;
const MAX_LABEL = 264;
const SCOPES = ['all', 'account', 'seriesId', 'label'] as const;
const WHICH = 'exactly one of {"all": true}, {"account": "…"}, {"seriesId": "…"} and {"label": "name=value"}';

const labelSchema = z
  .union([z.string().max(MAX_LABEL), z.record(z.string().regex(LABEL_NAME), z.string()).meta({ maxProperties: 1 })])
  .meta({
    description:
      '`name=value`, or `name` alone for any value, as in the `label` filter of a list; or an object with one label',
    examples: ['room=A', 'room', { room: 'A' }],
  });
export const pauseScopeSchema = z
  .union([
    z.strictObject({ all: z.literal(true) }),
    z.strictObject({ account: z.string() }),
    z.strictObject({ seriesId: z.string() }),
    z.strictObject({ label: labelSchema }),
  ])
  .meta({ description: 'What it covers: everything, an account, a series or a label' });

export const newPauseSchema = z
  .strictObject({
    scope: pauseScopeSchema,
    until: z
      .string()
      .nullable()
      .optional()
      .meta({
        description:
          'When it ends automatically: a future time with an offset, or a local time with `timezone`. Default: when you end it',
        examples: ['2035-12-06T14:00:00Z', '2035-12-06T09:00'],
      }),
    timezone: z.string().nullable().optional().meta({ description: 'IANA time zone of a local `until`' }),
    note: z.string().max(MAX_NOTE).nullable().optional().meta({
      description: 'Why; the reason of a broadcast that misses its start because of this pause',
    }),
  })
  .meta({ title: 'NewPause' });

/** A pause as given, checked; `until` in ms. */
export interface PauseInput {
  scope: PauseScope;
  until: number | null;
  note: string | null;
}

export interface PauseInputContext {
  /** ms */
  now: number;
  accountIssue: AccountCheck;
}

/** @throws LivestreamError `validation_failed` with every issue */
export function parsePause(input: unknown, context: PauseInputContext): PauseInput {
  const issues = new Issues();
  if (!isObject(input)) {
    issues.add('', `must be a JSON object such as {"scope": {"all": true}}, got ${inspect(input)}`);
    issues.throwIfAny();
  }
  const raw = input as JsonObject;
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(newPauseSchema.shape, name))
      issues.add(name, 'is not a known field; valid: scope, until, timezone, note', '', 'unknown_field');
  }
  const scope = readScope(raw['scope'], context, issues);
  const until = readUntil(raw, context, issues);
  const note = raw['note'] ?? null;
  if (note !== null && !isNote(note, MAX_NOTE))
    issues.add(
      'note',
      `must be a text of at most ${MAX_NOTE} characters without control characters, got ${inspect(note)}`,
    );
  issues.throwIfAny();
  return { scope: scope as PauseScope, until, note: note === '' ? null : (note as string | null) };
}

function readScope(value: unknown, { accountIssue }: PauseInputContext, issues: Issues): PauseScope | null {
  if (!isObject(value)) {
    issues.add('scope', `must be an object with ${WHICH}, got ${inspect(value)}`);
    return null;
  }
  const names = Object.keys(value);
  for (const name of names.filter((one) => !SCOPES.some((known) => known === one)))
    issues.add(`scope.${name}`, `is not a known field; valid: ${SCOPES.join(', ')}`, '', 'unknown_field');
  const given = SCOPES.filter((name) => names.includes(name));
  if (given.length !== 1)
    issues.add('scope', `must be ${WHICH}, got ${given.length === 0 ? inspect(value) : given.join(' and ')}`);
  const before = issues.list.length;
  if ('all' in value && value['all'] !== true) issues.add('scope.all', `must be true, got ${inspect(value['all'])}`);
  if ('account' in value) checkAccount(value['account'], accountIssue, issues);
  if ('seriesId' in value && (value['seriesId'] === '' || !isNote(value['seriesId'], 200)))
    issues.add('scope.seriesId', `must be the id of a series, got ${inspect(value['seriesId'])}`);
  if ('label' in value) checkLabel(value['label'], issues);
  return issues.list.length === before && given.length === 1 ? (value as unknown as PauseScope) : null;
}

function checkAccount(value: unknown, accountIssue: AccountCheck, issues: Issues): void {
  if (typeof value !== 'string') {
    issues.add('scope.account', `must be the name of a Zoom account, got ${inspect(value)}`);
    return;
  }
  const issue = accountIssue(value);
  if (issue) issues.add('scope.account', issue.message, '', issue.code);
}

const LABEL = 'name=value or name: 1 to 63 letters, digits and . _ - /, alone or followed by =value';

function checkLabel(value: unknown, issues: Issues): void {
  if (typeof value === 'string') {
    const isLabel = LABEL_NAME.test(value.split('=', 1)[0] ?? '') && isNote(value, MAX_LABEL);
    if (!isLabel) issues.add('scope.label', `must be ${LABEL}, got ${inspect(value)}`);
    return;
  }
  if (!isObject(value) || Object.keys(value).length !== 1) {
    issues.add('scope.label', `must be one label, as "name=value" or {"name": "value"}, got ${inspect(value)}`);
    return;
  }
  const [[name, text] = ['', '']] = Object.entries(value);
  if (!LABEL_NAME.test(name) || !isNote(text, 200))
    issues.add('scope.label', `must be one label of text, got {${inspect(name)}: ${inspect(text)}}`);
}

function readUntil(raw: JsonObject, { now }: PauseInputContext, issues: Issues): number | null {
  const { until = null, timezone = null } = raw;
  if (timezone !== null && (typeof timezone !== 'string' || !isTimezone(timezone)))
    issues.add('timezone', `must be an IANA time zone such as America/New_York, got ${inspect(timezone)}`);
  if (until === null) return null;
  if (typeof until !== 'string') {
    issues.add('until', `must be an ISO 8601 time, or null, got ${inspect(until)}`);
    return null;
  }
  const zone = timezone === null ? null : typeof timezone === 'string' && isTimezone(timezone) ? timezone : undefined;
  const moment = readMoment('until', until, zone, { now, base: null, issues, prefix: '' });
  if (moment && moment.at <= now) issues.add('until', pastUntil(moment.at, now), '', 'in_past');
  return moment?.at ?? null;
}

/** What is wrong with an end that is not in the future; both in ms. */
export function pastUntil(at: number, now: number): string {
  return `must be in the future, got ${isoTime(at)}; it is now ${isoTime(now)}`;
}
