/** Checks input and converts it to what the scheduler works with; reports every issue at once. */

import type { z } from 'zod';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { isObject, type JsonObject } from '../json.ts';
import { meetingDigits } from '../meeting-number.ts';
import type { AccountCheck } from './account-check.ts';
import {
  broadcastChangeSchema,
  broadcastSchema,
  LABEL_NAME,
  MAX_BROADCASTS_IN_BATCH,
  MAX_LABELS,
  newBroadcastSchema,
  settingsSchema,
} from './broadcast-schema.ts';
import type { BroadcastChange, NewBroadcast } from './input-types.ts';
import { Issues, inspect } from './issues.ts';
import { type PlanTimes, readPlanTimes } from './plan-times.ts';
import { addUnknownField } from './read-schema.ts';

export interface InputContext {
  /** ms since the epoch. */
  now: number;
  /** `SECRETS_KEY` is set: stream keys can be stored. */
  sealingAvailable: boolean;
  /** Where the value stands in a larger input, such as `broadcasts[3]`; prefixed to the path of each issue. */
  pathPrefix?: string;
  /** Left out: accounts are not checked. */
  accountIssue?: AccountCheck;
}

/** What a change is checked against. */
export type ChangeBase = Pick<Broadcast, 'startAt' | 'stopAt' | 'timezone' | 'kind' | 'settings'>;

/** Throws `validation_failed` with every issue of a new broadcast. */
export function parseNewBroadcast(input: unknown, context: InputContext): NewBroadcast {
  const issues = new Issues();
  const broadcast = readNewBroadcast(input, context, issues);
  issues.throwIfAny();
  return broadcast as NewBroadcast;
}

/** `{broadcasts: [...]}`, 1 to 1,000; throws `validation_failed` with every issue of every one. */
export function parseBatch(input: unknown, context: InputContext): NewBroadcast[] {
  const issues = new Issues();
  const raw = isObject(input) ? input : {};
  if (!isObject(input)) issues.add('', `must be an object with broadcasts, got ${inspect(input)}`);
  for (const key of Object.keys(raw)) if (key !== 'broadcasts') addUnknownField(key, issues, { known: ['broadcasts'] });
  const items = raw['broadcasts'];
  const fits = Array.isArray(items) && items.length > 0 && items.length <= MAX_BROADCASTS_IN_BATCH;
  if (isObject(input) && !fits) {
    issues.add('broadcasts', `must be an array of 1 to ${MAX_BROADCASTS_IN_BATCH} broadcasts, got ${inspect(items)}`);
  }
  const broadcasts = (fits ? (items as unknown[]) : []).map((item, index) =>
    readNewBroadcast(item, { ...context, pathPrefix: `broadcasts[${index}]` }, issues),
  );
  issues.throwIfAny();
  return broadcasts as NewBroadcast[];
}

/** Throws `validation_failed` with every issue of a change (PATCH), or when there is nothing to change. */
export function parseChange(input: unknown, current: ChangeBase, context: InputContext): BroadcastChange {
  const issues = new Issues();
  const prefix = context.pathPrefix ?? '';
  const parsed = broadcastChangeSchema.safeParse(input);
  if (!parsed.success) addIssues(parsed.error.issues, Object.keys(broadcastChangeSchema.shape), prefix, issues);
  const raw = isObject(input) ? input : {};
  if (isObject(input) && Object.keys(raw).length === 0)
    issues.add('', 'must have at least one field to change, got {}', prefix);
  checkAcrossFields(raw, current, context, issues);
  const times = readPlanTimes(raw, { now: context.now, base: current, issues, prefix });
  issues.throwIfAny();
  return changeOf(parsed.data as z.infer<typeof broadcastChangeSchema>, times);
}

function readNewBroadcast(input: unknown, context: InputContext, issues: Issues): NewBroadcast | null {
  const prefix = context.pathPrefix ?? '';
  const parsed = newBroadcastSchema.safeParse(input);
  if (!parsed.success) addIssues(parsed.error.issues, Object.keys(newBroadcastSchema.shape), prefix, issues);
  const raw = isObject(input) ? input : {};
  checkAcrossFields(raw, null, context, issues);
  const times = readPlanTimes(raw, { now: context.now, base: null, issues, prefix });
  return parsed.success && times.startAt !== undefined
    ? broadcastOf(parsed.data, times.startAt, times.stopAt ?? null)
    : null;
}

function broadcastOf(data: z.infer<typeof newBroadcastSchema>, startAt: number, stopAt: number | null): NewBroadcast {
  return {
    meetingId: meetingDigits(data.meetingId) ?? '',
    kind: data.kind ?? 'meeting',
    account: data.account ?? null,
    title: data.title ?? null,
    startAt,
    stopAt,
    timezone: data.timezone ?? null,
    settings: data.settings ?? {},
    destination: data.destination ?? null,
    externalId: data.externalId ?? null,
    labels: data.labels ?? {},
    onDrop: data.onDrop ?? 'restart',
    onMove: data.onMove ?? 'warn',
    startWindow: data.startWindow ?? null,
  };
}

function changeOf(data: z.infer<typeof broadcastChangeSchema>, times: PlanTimes): BroadcastChange {
  const { meetingId, startAt: _start, stopAt: _stop, duration: _duration, ...same } = data;
  const change: BroadcastChange = same;
  if (meetingId !== undefined) change.meetingId = meetingDigits(meetingId) ?? '';
  if (times.startAt !== undefined) change.startAt = times.startAt;
  if (times.stopAt !== undefined) change.stopAt = times.stopAt;
  return change;
}

/** Rules across fields: zod would check them only when every single field is valid. */
function checkAcrossFields(raw: JsonObject, current: ChangeBase | null, context: InputContext, issues: Issues): void {
  const prefix = context.pathPrefix ?? '';
  const kind = raw['kind'] ?? current?.kind;
  const settings = raw['settings'] ?? current?.settings;
  if (kind === 'webinar' && isObject(settings) && settings['layout'] !== undefined) {
    if (raw['settings'] === undefined) {
      issues.add(
        'kind',
        'must be changed together with settings without a layout, since webinars have none, got "webinar"',
        prefix,
      );
    } else {
      issues.add(
        'settings.layout',
        `must be left out, since webinars have no layout, got ${inspect(settings['layout'])}`,
        prefix,
      );
    }
  }
  const destination = raw['destination'];
  if (!context.sealingAvailable && isObject(destination) && destination['streamKey'] !== undefined) {
    const message = 'must be left out until SECRETS_KEY is set, which is needed to encrypt stream keys';
    issues.add('destination.streamKey', message, prefix);
  }
  checkAccount(raw['account'], current === null, context, issues);
  if (isObject(raw['labels'])) checkLabels(raw['labels'], prefix, issues);
}

function checkAccount(account: unknown, isNew: boolean, context: InputContext, issues: Issues): void {
  const named = typeof account === 'string' && account !== '';
  if (!named && !(isNew && account === undefined)) return;
  const issue = context.accountIssue?.(named ? account : null);
  if (issue) issues.add('account', issue.message, context.pathPrefix, issue.code);
}

function checkLabels(labels: JsonObject, prefix: string, issues: Issues): void {
  const names = Object.keys(labels);
  if (names.length > MAX_LABELS) {
    issues.add('labels', `must be at most ${MAX_LABELS} labels, got ${names.length}`, prefix);
  }
  // zod ignores this name silently, and an object with it is dangerous to copy.
  if (names.includes('__proto__')) issues.add('labels.__proto__', 'must have another name, got "__proto__"', prefix);
}

type Issue = z.core.$ZodIssue;
function addIssues(found: Issue[], known: string[], prefix: string, issues: Issues): void {
  for (const issue of found) {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      const names = path === '' ? known : path === 'settings' ? Object.keys(settingsSchema.shape) : [];
      for (const key of issue.keys) {
        const name = path ? `${path}.${key}` : key;
        const isReadOnly = READ_ONLY.has(name) && names.length > 1;
        addUnknownField(name, issues, { known: names, isReadOnly, prefix });
      }
    } else if (issue.code === 'invalid_key') {
      const name = inspect(String(issue.path.at(-1)));
      issues.add(
        path,
        `must have a name of 1 to 63 characters of ${LABEL_NAME.source.slice(1, -7)}, got ${name}`,
        prefix,
      );
    } else {
      issues.add(path, issue.message, prefix);
    }
  }
}

/** Response fields that a client may send back by mistake. */
const READ_ONLY = new Set(Object.keys(broadcastSchema.shape).filter((name) => !(name in newBroadcastSchema.shape)));
