/** What Zoom is asked about a plan that is being typed, and which of its answers count. Pure. */

import type { components, NewBroadcast } from '../../../src/client/index.ts';
import { meetingDigits } from '../../../src/meeting-number.ts';
import { momentOf, sentTime } from '../../local-moment.ts';
import type { Draft } from './draft.ts';
import { readLabels } from './template-draft.ts';

export type PlanCheck = components['schemas']['PlanCheck'];

/** Zoom's numbers have 9 to 11 digits, and some are older: before that one is still typing. */
const COMPLETE_DIGITS = 8;

/**
 * Null: the plan is not complete yet, or not in the future. Never the destination: its key is a secret, and is sent once, when
 * the plan is saved.
 * @param now ms
 */
export function zoomQuestion(draft: Draft, now: number): NewBroadcast | null {
  const meetingId = meetingDigits(draft.meetingId);
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  if (meetingId === null || meetingId.length < COMPLETE_DIGITS || start === null || start <= now) return null;
  const { kind, account, zone } = draft;
  return {
    ...{ meetingId, kind, timezone: zone },
    ...(account === '' ? {} : { account }),
    startAt: sentTime(draft.start, zone, draft.startRepeated),
    // A key that is limited to labels may ask about its own plans only.
    labels: readLabels(draft.labels),
  };
}

/** What is configured in Zoom does not matter to a plan with a destination of its own. */
export function findingsFor({ streamUrl }: Draft, { findings }: PlanCheck): PlanCheck['findings'] {
  return findings.filter(({ code }) => code !== 'livestream_not_configured' || streamUrl.trim() === '');
}
