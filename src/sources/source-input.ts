/** Validates the input of a source, and reports every issue at once. */

import type { z } from 'zod';
import type { AllowedHost } from '../config/setting.ts';
import { meetingDigits } from '../meeting-number.ts';
import { readFileUrl } from '../outbound/fetch-file.ts';
import type { AccountCheck } from '../validation/account-check.ts';
import { LABEL_NAME, MAX_LABELS } from '../validation/broadcast-schema.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { readSchema } from '../validation/read-schema.ts';
import { NEW_SOURCE, type Source } from './source.ts';
import { newSourceSchema, sourceChangeSchema, syncSchema } from './source-schema.ts';

export interface SourceContext {
  /** ms */
  now: number;
  hosts: readonly AllowedHost[];
  accountIssue: AccountCheck;
}

export type SyncRequest = z.infer<typeof syncSchema>;

/** @throws LivestreamError `validation_failed` with every issue */
export function parseNewSource(input: unknown, context: SourceContext): Source {
  const issues = new Issues();
  const given = readSchema(newSourceSchema, input, issues);
  if (given) {
    checkKind(given.kind, given, issues);
    checkValues(given, context, issues);
  }
  issues.throwIfAny();
  return {
    ...{ ...NEW_SOURCE, createdAt: context.now, updatedAt: context.now },
    ...given,
    ...(given?.zoomMeeting && { zoomMeeting: meetingDigits(given.zoomMeeting) }),
  } as Source;
}

type Texts = 'url' | 'zoomUser' | 'zoomMeeting' | 'topic' | 'timezone' | 'dateOrder';
type OfKind = Partial<Record<Texts, string | null> & Pick<Source, 'zones'>>;

/** @param all fields after the change */
function checkKind(
  kind: Source['kind'],
  all: { [Name in keyof OfKind]: OfKind[Name] | undefined },
  issues: Issues,
): void {
  const isThere = (name: Texts) => all[name] !== undefined && all[name] !== null;
  if (kind !== 'ics' && Object.keys(all.zones ?? {}).length > 0)
    issues.add('zones', 'must be left out: only calendars (ics) have zone names');
  if (kind !== 'zoom') {
    for (const name of ['zoomUser', 'zoomMeeting', 'topic'] as const)
      if (isThere(name)) issues.add(name, 'must be left out: it belongs to the kind "zoom"');
    return;
  }
  for (const name of ['url', 'timezone', 'dateOrder'] as const)
    if (isThere(name)) issues.add(name, 'must be left out: the kind "zoom" has none');
  if (isThere('zoomUser') === isThere('zoomMeeting'))
    issues.add('zoomUser', 'must be given for the kind "zoom", or zoomMeeting instead');
  if (isThere('topic') && isThere('zoomMeeting')) issues.add('topic', 'must be left out with zoomMeeting');
}

/** Applies a change to a source. @throws LivestreamError `validation_failed` with every issue */
export function parseSourceChange(input: unknown, current: Source, context: SourceContext): Source {
  const issues = new Issues();
  const given = readSchema(sourceChangeSchema, input, issues);
  if (given && Object.keys(given).length === 0) issues.add('', 'must have at least one field to change, got {}');
  if (given) {
    checkKind(current.kind, { ...current, ...given }, issues);
    checkValues(given, context, issues);
  }
  issues.throwIfAny();
  const zoomMeeting = given?.zoomMeeting && { zoomMeeting: meetingDigits(given.zoomMeeting) };
  return { ...current, ...(given as Partial<Source>), ...zoomMeeting, updatedAt: context.now };
}

/** @throws LivestreamError `validation_failed` with every issue */
export function parseSync(input: unknown): SyncRequest {
  const issues = new Issues();
  const given = readSchema(syncSchema, input ?? {}, issues);
  if (given?.encoding !== undefined && given.content === undefined)
    issues.add('encoding', 'must be left out without content');
  issues.throwIfAny();
  return given as SyncRequest;
}

type Given = Partial<Pick<Source, 'url' | 'account' | 'labels'>>;

function checkValues(
  given: { [Name in keyof Given]: Given[Name] | undefined },
  context: SourceContext,
  issues: Issues,
): void {
  const { url, account, labels = {} } = given;
  if (typeof url === 'string') {
    const read = readFileUrl(url, context.hosts);
    if ('refused' in read) issues.add('url', read.refused);
  }
  if (typeof account === 'string') {
    const issue = context.accountIssue(account);
    if (issue) issues.add('account', issue.message, '', issue.code);
  }
  const names = Object.keys(labels);
  if (names.length > MAX_LABELS) issues.add('labels', `must have at most ${MAX_LABELS} labels, got ${names.length}`);
  for (const name of names)
    if (!LABEL_NAME.test(name))
      issues.add('labels', `must have names of letters, digits and . _ - /, got ${inspect(name)}`);
}
