/** Describes what a sync of a source would do, in the API's format. Pure. */

import type { Broadcast } from '../broadcasts/broadcast.ts';
import { isWithin, type Limits } from '../broadcasts/limits.ts';
import type { LivestreamError } from '../errors.ts';
import type { Comparison, Difference } from '../timetable/compare.ts';
import { familyOf } from '../timetable/identity.ts';
import type { CheckedReading } from '../timetable/planned-event.ts';
import { countsOf, PLAN_STATES, type PlanItem, type PlanState, type Source, type SyncPlan } from './source.ts';

/** A change that was rejected when the sync made it. */
export type Refusals = ReadonlyMap<Difference, LivestreamError>;

export interface PlanInput {
  source: Source;
  /** For this sync; usually the source's own. */
  prune: boolean;
  checked: CheckedReading;
  /** The file has no events. */
  isEmpty: boolean;
  comparison: Comparison;
  /** The source's unfinished broadcasts that have not begun. */
  coming: number;
  /** Another broadcast, in words, by id. */
  nameOf(id: string): string;
}

/** The plan of a sync, with every event in one of its lists, and whether the brake stops it. */
export function planOf(input: PlanInput): SyncPlan {
  const { comparison, checked, source } = input;
  const lists = Object.fromEntries(PLAN_STATES.map((state) => [state, []])) as unknown as Record<PlanState, PlanItem[]>;
  let unchanged = 0;
  for (const difference of comparison.differences) {
    const { state } = difference;
    if (state === 'unchanged' || state === 'finished') unchanged += 1;
    else lists[state].push(itemOf(difference, input));
  }
  for (const { row, why, uid, title, startAt } of comparison.skipped) {
    const summary = {
      uid: uid === undefined ? null : plainUid(source, uid),
      title: title ?? null,
      startAt: startAt ?? null,
    };
    lists.skipped.push({ row: row === 0 ? null : row, ...summary, detail: why, broadcastId: null });
  }
  for (const { row, line, path, message } of checked.issues) {
    const where = [line === undefined ? '' : `line ${line}`, path === 'event' ? '' : path].filter(Boolean).join(', ');
    const detail = `it cannot be read: ${where === '' ? '' : `${where} `}${message}`;
    lists.skipped.push({ ...{ row, uid: null, title: null, startAt: null, broadcastId: null }, detail });
  }
  const reason = brakeOf(lists, input);
  return { ...lists, counts: countsOf(lists, unchanged), braked: reason !== null, reason };
}

/** The UID in the timetable. An external id consists of the source's name, the UID and, in a series, the moment of the occurrence. */
export function plainUid({ name, kind }: Pick<Source, 'name' | 'kind'>, externalId: string): string {
  const prefix = `${name}:`;
  const plain = externalId.startsWith(prefix) ? externalId.slice(prefix.length) : externalId;
  return kind === 'document' ? plain : familyOf(plain);
}

function itemOf(difference: Difference, { source, nameOf, prune }: PlanInput): PlanItem {
  const { event, stored, state, note } = difference;
  const externalId = event?.externalId ?? stored?.externalId ?? null;
  const startAt = event?.plan ? new Date(event.plan.startAt).toISOString() : (stored?.startAt ?? null);
  return {
    row: event?.row ?? null,
    uid: externalId === null ? null : plainUid(source, externalId),
    title: event?.plan?.title ?? stored?.title ?? null,
    startAt,
    detail: detailOf(
      difference,
      { prune, word: source.kind === 'document' ? 'document' : 'timetable' },
      noteOf(note, source, nameOf),
    ),
    broadcastId: state === 'new' ? null : (stored?.id ?? null),
  };
}

function noteOf(note: string | null, { kind }: Source, nameOf: PlanInput['nameOf']): string | null {
  const named = note?.replace(/broadcast (bc_\w+)/, (_, id: string) => nameOf(id)) ?? null;
  return (kind === 'zoom' ? named?.replace('in the file', "in Zoom's list") : named) ?? null;
}

function detailOf(
  { state, stored, change, drift }: Difference,
  { prune, word }: { prune: boolean; word: string },
  note: string | null,
): string {
  if (state === 'changed' && stored && change) {
    const kept = drift ? `; ${Object.keys(drift).join(', ')} kept: changed here by hand` : '';
    return `${changesOf(change, stored)}${kept}`;
  }
  if (state === 'kept' && stored && drift) return `${note}; the ${word} says ${changesOf(drift, stored)}`;
  if (state === 'vanished') return `${note}; ${prune ? 'it is canceled' : 'it stays, because prune is off'}`;
  if (state === 'canceled') return note ?? `the ${word} says that it does not take place`;
  return note ?? (state === 'new' ? 'it is planned' : state);
}

/** `startAt 2030-12-02T09:00:00.000Z → 2030-12-02T10:00:00.000Z, labels`. */
export function changesOf(change: Record<string, unknown>, stored: object): string {
  const shown = (value: unknown) => (value === null ? 'none' : String(value));
  const is: Record<string, unknown> = { ...stored };
  return Object.entries(change)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null ? name : `${name} ${shown(is[name])} → ${shown(value)}`,
    )
    .join(', ');
}

/** Why the sync may do nothing; null: it may proceed. */
function brakeOf(lists: Record<PlanState, PlanItem[]>, { source, prune, isEmpty, coming }: PlanInput): string | null {
  if (isEmpty && coming > 0)
    return `the file has no events, and ${coming} of its broadcasts ${coming === 1 ? 'is' : 'are'} upcoming`;
  const canceled = lists.canceled.length + (prune ? lists.vanished.length : 0);
  if (canceled <= source.brake * coming) return null;
  return `it would cancel ${canceled} of ${coming} upcoming broadcasts, more than ${Math.round(source.brake * 1_000) / 10} %`;
}

/** Broadcasts in words, with the source that made them. */
export function namesOf(known: readonly Broadcast[], limits: Limits | null = null): (id: string) => string {
  const sources = new Map(known.map(({ id, source }) => [id, source?.name]));
  const hidden = new Set(known.filter((one) => limits && !isWithin(limits, one)).map(({ id }) => id));
  return (id) => {
    if (hidden.has(id)) return 'a broadcast that your API key does not see';
    const source = sources.get(id);
    return source === undefined ? `broadcast ${id}` : `broadcast ${id} of source ${source}`;
  };
}

/** Marks what was rejected during the sync as in conflict or skipped. */
export function withRefusals(plan: SyncPlan, work: Difference[], refused: Refusals): SyncPlan {
  if (refused.size === 0) return plan;
  const next = { ...plan, conflicting: [...plan.conflicting], skipped: [...plan.skipped] };
  const places = { new: 0, changed: 0, canceled: 0, vanished: 0 };
  const rejected = new Set<PlanItem>();
  for (const one of work) {
    const state = one.state as keyof typeof places;
    const item = plan[state][places[state]++];
    const error = refused.get(one);
    if (!error || !item) continue;
    rejected.add(item);
    next[error.code === 'overlap' ? 'conflicting' : 'skipped'].push({ ...item, detail: error.message });
  }
  for (const state of Object.keys(places) as (keyof typeof places)[])
    next[state] = plan[state].filter((item) => !rejected.has(item));
  return { ...next, counts: countsOf(next, plan.counts.unchanged) };
}
