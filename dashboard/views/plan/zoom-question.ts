/** What to ask Zoom about a plan while the user types, and which of its answers count. Pure. */

import type { components, NewBroadcast } from '../../../src/client/index.ts';
import { meetingDigits } from '../../../src/meeting-number.ts';
import { momentOf, sentTime } from '../../local-moment.ts';
import type { Draft } from './draft.ts';
import { readLabels, type TemplateDraft } from './template-draft.ts';

export type PlanCheck = components['schemas']['PlanCheck'];

/** Zoom's numbers have 9 to 11 digits, and some are older. With fewer the user is still typing. */
const COMPLETE_DIGITS = 8;

/**
 * Null: the plan is incomplete, or not in the future.
 * @param now ms
 */
export function zoomQuestion(draft: Draft, now: number): NewBroadcast | null {
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  if (start === null || start <= now) return null;
  return questionAt(draft, sentTime(draft.start, draft.zone, draft.startRepeated), draft.zone);
}

/**
 * Null: the meeting is incomplete. Never includes the destination: its key is a secret, and is sent only once, when the plan is saved.
 * @param startAt in the API's format
 */
export function questionAt(draft: TemplateDraft, startAt: string, timezone: string): NewBroadcast | null {
  const meetingId = meetingDigits(draft.meetingId);
  if (meetingId === null || meetingId.length < COMPLETE_DIGITS) return null;
  const { kind, account } = draft;
  return {
    ...{ meetingId, kind, timezone, startAt },
    ...(account === '' ? {} : { account }),
    // A key limited to labels may ask only about its own plans.
    labels: readLabels(draft.labels),
  };
}

/** A plan with its own destination does not depend on what is configured in Zoom. */
export function findingsFor({ streamUrl }: TemplateDraft, { findings }: PlanCheck): PlanCheck['findings'] {
  return findings.filter(({ code }) => code !== 'livestream_not_configured' || streamUrl.trim() === '');
}
