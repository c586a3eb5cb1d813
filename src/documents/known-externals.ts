/** Broadcasts that a document names but somebody else made. Applying the document never changes them. */

import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import { isWithin, type Limits } from '../broadcasts/limits.ts';
import { allMatches } from '../broadcasts/store/matches.ts';
import { inParallel } from '../in-parallel.ts';
import { type KnownDeps, viewOf } from '../sources/known-broadcasts.ts';
import { plainUid } from '../sources/plan-sync.ts';
import type { PlanItem } from '../sources/source.ts';
import { canceledByTimetable } from '../timetable/drift.ts';
import { changeOf } from '../timetable/event-change.ts';
import type { CheckedEvent } from '../timetable/planned-event.ts';
import { refusedEvent } from './within-limits.ts';

export interface Foreign {
  event: CheckedEvent;
  state: 'unchanged' | 'kept' | 'conflicting';
  item: PlanItem;
}

const AT_ONCE = 50;
const MAX_MATCHES = 100;

/**
 * Returns the broadcasts of others that events refer to: by external id, or by id, which is the name in an export.
 * @param limits null: none; what lies outside is not mentioned
 * @param unmatched events without a broadcast of the document
 */
export async function foreignOf(
  deps: KnownDeps,
  { document, limits }: { document: string; limits: Limits | null },
  unmatched: readonly CheckedEvent[],
): Promise<Foreign[]> {
  const found = await inParallel(unmatched, AT_ONCE, async (event) => {
    const candidates = await candidatesFor(deps, document, event);
    const others = candidates.filter(({ source }) => source?.name !== document);
    if (limits && others.some((one) => !isFinal(one) && !isWithin(limits, one)))
      return { event, state: 'conflicting' as const, item: refusedEvent(event, { document, limits }) };
    return foreign(
      document,
      event,
      others.filter((one) => !limits || isWithin(limits, one)),
    );
  });
  return found.filter((one) => one !== null);
}

async function candidatesFor(deps: KnownDeps, document: string, { externalId }: CheckedEvent): Promise<Broadcast[]> {
  const id = externalId.startsWith(`${document}:bc_`) ? externalId.slice(document.length + 1) : null;
  if (id !== null) return deps.store.getMany([id]);
  return (await allMatches(deps, { externalId }, MAX_MATCHES)) ?? [];
}

function foreign(document: string, event: CheckedEvent, candidates: readonly Broadcast[]): Foreign | null {
  const own = candidates.filter(({ seriesId }) => seriesId === null);
  const open = own.find((one) => !isFinal(one));
  const canceled = own.find(
    ({ status, reason, startAt }) =>
      status === 'canceled' && startAt === event.plan?.startAt && !canceledByTimetable(reason),
  );
  const one = open ?? canceled;
  if (!one || event.plan === null) return null;
  const uid = plainUid({ name: document, kind: 'document' }, event.externalId);
  const item = (detail: string): PlanItem => ({
    ...{ row: event.row, uid, title: one.title, startAt: new Date(one.startAt).toISOString() },
    ...{ detail, broadcastId: one.id },
  });
  if (!open) return { event, state: 'kept', item: item('canceled here by hand, stays canceled') };
  const { externalId: _id, ...change } = changeOf(event, event.plan, viewOf(one)) ?? {};
  if (Object.keys(change).length === 0) return { event, state: 'unchanged', item: item('') };
  const maker = one.source === null ? 'by hand' : `by source ${one.source.name}`;
  return { event, state: 'conflicting', item: item(`broadcast ${one.id} was made ${maker}: left alone`) };
}
