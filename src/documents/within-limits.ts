/**
 * What applying a document does with a limited API key: it rejects by name whatever lies outside, and neither reads nor prunes it. Pure.
 */

import type { Broadcast } from '../broadcasts/broadcast.ts';
import { isWithin, type Limits, limitsInWords } from '../broadcasts/limits.ts';
import type { JsonObject } from '../json.ts';
import { plainUid } from '../sources/plan-sync.ts';
import type { PlanItem } from '../sources/source.ts';
import type { CheckedEvent } from '../timetable/planned-event.ts';
import type { Step, StoredThing } from './plan-things.ts';

/** The message for a rejected item. */
export function refusalOf(limits: Limits): string {
  return `it is outside the limits of your API key, which allow only ${limitsInWords(limits)}`;
}

interface Seen {
  /** Events that the key may plan. */
  events: CheckedEvent[];
  refused: PlanItem[];
  /** The document's broadcasts to compare them with. Leaves out the broadcast of a rejected event, so that it does not vanish. */
  ours: Broadcast[];
}

interface Declared {
  document: string;
  events: readonly CheckedEvent[];
  ours: readonly Broadcast[];
  /** The account of an event by name; null: none named. */
  accountOf(name: string | null): string;
}

export function eventsWithin(limits: Limits, { document, events, ours, accountOf }: Declared): Seen {
  const outside = ours.filter((one) => !isWithin(limits, one));
  // An event refers to a broadcast by its external id, or by its id, which is the name in an export.
  const hidden = new Set(outside.flatMap(({ id, externalId }) => [externalId, `${document}:${id}`]));
  const isAllowed = ({ plan, externalId }: CheckedEvent) =>
    plan !== null &&
    !hidden.has(externalId) &&
    isWithin(limits, { account: accountOf(plan.account), labels: plan.labels });
  const refused = events.filter((event) => !isAllowed(event));
  const refusedIds = new Set(refused.map(({ externalId }) => externalId));
  return {
    events: events.filter(isAllowed),
    refused: refused.map((event) => refusedEvent(event, { document, limits })),
    ours: ours.filter((one) => isWithin(limits, one) && !refusedIds.has(one.externalId ?? '')),
  };
}

/** Shows only what the document itself says, under its name there. */
export function refusedEvent(
  { row, externalId, plan }: CheckedEvent,
  { document, limits }: { document: string; limits: Limits },
): PlanItem {
  const uid = plainUid({ name: document, kind: 'document' }, externalId);
  const startAt = plan === null ? null : new Date(plan.startAt).toISOString();
  return { row, uid, title: plan?.title ?? null, startAt, detail: refusalOf(limits), broadcastId: null };
}

/** Sources and calendars belong to the whole installation: a limited key sees no source, and creates and changes no calendar. */
export function stepsWithin(limits: Limits, steps: readonly Step[]): Step[] {
  const seen = steps.filter(
    ({ wanted, type, stored }) => wanted !== null || (type === 'series' && isSeen(limits, stored)),
  );
  const judged = seen.map((step) => (isAllowed(limits, step) ? step : refusedStep(step, refusalOf(limits))));
  const missing = new Set(
    seen
      .filter((step, i) => step.type === 'calendar' && step.stored === null && judged[i] !== step)
      .map(({ name }) => name),
  );
  return judged.map((step) => {
    const { skipCalendars = [] } = step.type === 'series' ? (step.wanted?.want ?? {}) : {};
    const lacking = (skipCalendars as string[]).find((name) => missing.has(name));
    return lacking === undefined ? step : refusedStep(step, `calendar ${lacking}: ${refusalOf(limits)}`);
  });
}

function isAllowed(limits: Limits, { type, state, wanted, stored }: Step): boolean {
  if (type === 'source') return false;
  if (type === 'calendar') return state !== 'new' && state !== 'changed';
  return (wanted === null || isInside(limits, wanted.want)) && (stored === null || isSeen(limits, stored));
}

function isSeen(limits: Limits, stored: StoredThing | null): boolean {
  return stored !== null && isInside(limits, stored.is);
}

function isInside(limits: Limits, { account, labels }: JsonObject): boolean {
  return isWithin(limits, { account: String(account), labels: (labels ?? {}) as Record<string, string> });
}

function refusedStep(step: Step, detail: string): Step {
  return { ...step, state: 'conflicting', detail, wanted: null, stored: null, change: null, declared: null };
}
