import { type Broadcast, isFinal, type Warning } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type Snapshot } from '../decision.ts';
import { nameOf } from './alerts.ts';

/** Codes of the findings; a new preflight replaces those of the last one and leaves other warnings alone. */
export const FINDING_CODES = [
  'credentials_refused',
  'scopes_missing',
  'meeting_not_found',
  'invalid_meeting_id',
  'is_a_webinar',
  'is_a_meeting',
  'user_not_in_account',
  'user_not_found',
  'user_not_allowed',
  'no_permission',
  'webinar_plan_missing',
  'livestream_not_enabled',
  'livestream_not_configured',
  'end_to_end_encrypted',
  'time_differs',
  'not_checked',
  'account_removed',
  'refused',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding extends Warning {
  code: FindingCode;
  /** It would prevent the stream from going on air. */
  prevents: boolean;
}

/** A broadcast planned later than the preflight was due is checked at once, unless it starts within this, ms. */
const TOO_LATE_MS = 10_000;

/**
 * When the preflight of this plan is due (ms), or false when it is done, off, or too late to help.
 * @param preflightMs PREFLIGHT in ms, null: off
 */
export function preflightAt(broadcast: Broadcast, preflightMs: number | null): number | false {
  const { status, revision, preflightOf, startAt, updatedAt } = broadcast;
  if (preflightMs === null || status !== 'scheduled' || preflightOf === revision) return false;
  const due = startAt - preflightMs;
  return updatedAt > due && startAt - updatedAt < TOO_LATE_MS ? false : due;
}

/** The requests to Zoom, for the history. */
export interface PreflightExchange {
  request: unknown;
  answer: unknown;
}

/** Records the findings as warnings, in the history and, if one would prevent the start, as an alert. Null: the broadcast is finished. */
export function onPreflight(
  { broadcast, now }: Snapshot,
  findings: Finding[],
  exchanges: PreflightExchange[],
  by: string,
): Decision | null {
  if (isFinal(broadcast)) return null;
  const builder = new DecisionBuilder(broadcast, now, by);
  const next = builder.next;
  const codes: readonly string[] = FINDING_CODES;
  next.preflightOf = broadcast.revision;
  next.warnings = [
    ...broadcast.warnings.filter(({ code }) => !codes.includes(code)),
    ...findings.map(({ code, message, advice }) => ({ code, message, advice })),
  ];
  const found = findings.map(({ code, message }) => `${code}: ${message}`).join('; ');
  builder.note('preflight', found || 'no problems found', {
    request: exchanges.map(({ request }) => request),
    answer: exchanges.map(({ answer }) => answer),
  });
  const preventing = findings.filter(({ prevents }) => prevents);
  if (preventing.length > 0) {
    const what = preventing.map(({ message, advice }) => `${message} ${advice}`).join(' ');
    const advice = preventing.map((finding) => finding.advice).join(' ');
    builder.alert('preflight', `${nameOf(broadcast)} cannot go on air with the current setup: ${what}`, { advice });
  } else {
    // Nothing prevents the start any more: the alert is resolved, and the next problem raises a new one.
    next.alerted = next.alerted.filter((code) => code !== 'preflight');
  }
  return builder.build();
}
