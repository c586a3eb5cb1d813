/**
 * Computes what a sync with a timetable would do: which events are new, which change existing broadcasts, which no longer take place, and
 * which conflict. A pure function of the reading and the stored broadcasts.
 */

import { isFinal } from '../broadcasts/broadcast.ts';
import type { BroadcastRepresentation } from '../broadcasts/view.ts';
import { markConflicts } from './conflicts.ts';
import { canceledByTimetable, type ManualChanges } from './drift.ts';
import { changeOf } from './event-change.ts';
import { pairOccurrences } from './family-pairs.ts';
import { familyOf } from './identity.ts';
import type { CheckedEvent, CheckedReading, SkippedRow } from './planned-event.ts';

/** The part of an existing broadcast that is compared: the API's view of it, or a record converted to that. */
export type StoredBroadcast = Pick<
  BroadcastRepresentation,
  | 'id'
  | 'revision'
  | 'status'
  | 'reason'
  | 'externalId'
  | 'meetingId'
  | 'kind'
  | 'account'
  | 'title'
  | 'startAt'
  | 'stopAt'
  | 'timezone'
  | 'settings'
  | 'labels'
  | 'destination'
  | 'startWindow'
  | 'onDrop'
  | 'onMove'
>;

/**
 * `canceled`: the file says so, or no longer lists the occurrence. `vanished`: the file no longer has the whole event. `kept`: a change by
 * hand stays, or it is on air. `finished`: it has ended and stays so.
 */
export type EventState =
  | 'new'
  | 'changed'
  | 'unchanged'
  | 'kept'
  | 'conflicting'
  | 'canceled'
  | 'vanished'
  | 'finished';

export interface Difference {
  /** Null: it is not in the file. */
  event: CheckedEvent | null;
  state: EventState;
  /** The existing broadcast. */
  stored: StoredBroadcast | null;
  /** For a changed one, the PATCH. */
  change: Record<string, unknown> | null;
  /** The file's values for fields that a person changed here. They are not written. */
  drift: Record<string, unknown> | null;
  note: string | null;
}

export interface Comparison {
  differences: Difference[];
  /** The rows the reading skipped, and events that have begun and are not stored. */
  skipped: SkippedRow[];
}

export interface CompareOptions {
  /** ms. */
  now: number;
  /** By broadcast id, for those that `askHistoryOf` names; omitted: nobody changed anything by hand. */
  manualChanges?: ReadonlyMap<string, ManualChanges>;
  /** Whether the source created this broadcast, so that it vanishes with its event. Omitted: nothing vanishes. */
  isOurs?(stored: StoredBroadcast): boolean;
}

const ON_AIR = new Set(['live', 'stopping']);

/** @param stored every broadcast that may share an external id or a family with an event, or overlap one */
export function compareEvents(
  reading: CheckedReading,
  stored: readonly StoredBroadcast[],
  options: CompareOptions,
): Comparison {
  const { pairs, left } = matched(reading, stored, options.now);
  const differences: Difference[] = [];
  const skipped = [...reading.skipped];
  for (const event of reading.events) {
    const match = pairs.get(event) ?? null;
    const { row, externalId: uid } = event;
    if (event.begun && (!match || isFinal(match))) skipped.push({ row, why: 'its start is in the past', uid });
    else if (event.canceled && !match && !('meetingId' in event.body))
      skipped.push({ row, why: 'it is canceled, and nothing is planned for it', uid });
    else differences.push(differenceOf(event, match, options));
  }
  const named = new Set(reading.skipped.map(({ uid }) => uid));
  differences.push(...left.flatMap((one) => leftOver(one, { reading, named }, options)));
  markConflicts(differences, stored);
  return { differences, skipped };
}

/** The broadcasts whose history shows whether a person made the change that the file would undo. */
export function askHistoryOf({ differences }: Comparison): string[] {
  const candidates = differences.filter(
    ({ state, change }) => change !== null && (state === 'changed' || state === 'conflicting'),
  );
  return candidates.flatMap(({ stored }) => stored?.id ?? []);
}

/** Matches each event with its existing broadcast, and returns the broadcasts left over. */
function matched(reading: CheckedReading, stored: readonly StoredBroadcast[], now: number) {
  const byId = new Map<string, StoredBroadcast>();
  for (const one of stored) {
    const earlier = one.externalId === null ? undefined : byId.get(one.externalId);
    if (one.externalId !== null && (!earlier || isBetter(one, earlier))) byId.set(one.externalId, one);
  }
  const pairs = new Map<CheckedEvent, StoredBroadcast>();
  const pairedIds = new Set<string>();
  const pair = (event: CheckedEvent, one: StoredBroadcast) => {
    pairs.set(event, one);
    pairedIds.add(one.id);
  };
  for (const event of reading.events) {
    const one = byId.get(event.externalId);
    if (one) pair(event, one);
  }
  const free = (one: StoredBroadcast) => !pairedIds.has(one.id) && !isFinal(one) && Date.parse(one.startAt) >= now;
  const unmatched = reading.events.filter((event) => !pairs.has(event) && !event.canceled);
  const ofFamily = (one: StoredBroadcast) => one.externalId !== null && reading.families.has(familyOf(one.externalId));
  for (const [event, one] of pairOccurrences(
    unmatched,
    stored.filter((one) => free(one) && ofFamily(one)),
  ))
    pair(event, one);
  return { pairs, left: stored.filter(free) };
}

/** Of two with one external id, prefers the one that can still go on air, then the later one. */
function isBetter(one: StoredBroadcast, former: StoredBroadcast): boolean {
  if (isFinal(one) !== isFinal(former)) return isFinal(former);
  return one.startAt > former.startAt;
}

function differenceOf(event: CheckedEvent, stored: StoredBroadcast | null, options: CompareOptions): Difference {
  const is = (state: EventState, note: string | null = null, more: Partial<Difference> = {}): Difference => ({
    ...{ event, stored, state, note, change: null, drift: null },
    ...more,
  });
  const { plan } = event;
  if (plan === null) return stored && !isFinal(stored) ? cancelOf(event, stored, null) : is('unchanged');
  if (!stored) return is('new');
  const all = changeOf(event, plan, stored);
  if (isFinal(stored)) return finished(event, plan.startAt, stored, all, is);
  if (!all) return is('unchanged');
  if (ON_AIR.has(stored.status)) return onAir(all, is);
  const changedByHand = options.manualChanges?.get(stored.id)?.fields ?? new Set();
  const change = Object.fromEntries(Object.entries(all).filter(([name]) => !changedByHand.has(name)));
  const drift = Object.fromEntries(Object.entries(all).filter(([name]) => changedByHand.has(name)));
  const kept = Object.keys(drift);
  const note = kept.length > 0 ? `${kept.join(', ')}: changed here by hand, kept` : null;
  const more = { change: Object.keys(change).length > 0 ? change : null, drift: kept.length > 0 ? drift : null };
  if (more.change === null) return is('kept', note, more);
  return is('changed', [Object.keys(change).join(', '), note].filter(Boolean).join('; '), more);
}

type Is = (state: EventState, note?: string | null, more?: Partial<Difference>) => Difference;

/** Only a calendar can undo its own cancellation. A finished broadcast is planned again if the file moves it to another time. */
function finished(
  event: CheckedEvent,
  startAt: number,
  stored: StoredBroadcast,
  change: Record<string, unknown> | null,
  is: Is,
): Difference {
  const note = `it is already ${stored.status} and stays so`;
  if (event.begun) return is('finished', note);
  if (stored.status !== 'canceled') {
    const again = Date.parse(stored.startAt) !== startAt;
    return again
      ? is('new', `planned again: the earlier one is ${stored.status}`)
      : is(change ? 'finished' : 'unchanged', change && note);
  }
  if (canceledByTimetable(stored.reason)) return is('new', 'planned again: it was canceled by the timetable');
  return is('kept', 'canceled here by hand, stays canceled', { drift: { status: 'scheduled' } });
}

/** On air, only the end and the texts can change, and only while the start stays the same. */
function onAir(change: Record<string, unknown>, is: Is): Difference {
  const { startAt, stopAt, title, labels } = change;
  if (startAt !== undefined || stopAt === null) return is('kept', 'it is on air');
  const able = Object.entries({ stopAt, title, labels }).filter(([, value]) => value !== undefined);
  if (able.length === 0) return is('kept', 'it is on air');
  return is('changed', able.map(([name]) => name).join(', '), { change: Object.fromEntries(able) });
}

function cancelOf(event: CheckedEvent | null, stored: StoredBroadcast, note: string | null): Difference {
  const nothing = { event, stored, change: null, drift: null };
  if (ON_AIR.has(stored.status)) return { ...nothing, state: 'kept', note: 'it is on air' };
  return { ...nothing, state: 'canceled', note };
}

/** A broadcast without a matching event in the file. */
function leftOver(
  stored: StoredBroadcast,
  { reading, named }: { reading: CheckedReading; named: ReadonlySet<string | undefined> },
  options: CompareOptions,
): Difference[] {
  if (stored.externalId === null) return [];
  const family = familyOf(stored.externalId);
  // The event is in the file with a past start: someone moved the broadcast here by hand.
  if (named.has(stored.externalId)) return [];
  if (reading.unsure.has(family)) return [];
  const canceled = reading.events.find((event) => event.canceled && event.family === family);
  if (canceled) return [cancelOf(canceled, stored, null)];
  if (reading.families.has(family)) {
    const isFollowed = Date.parse(stored.startAt) < reading.until;
    return isFollowed ? [cancelOf(null, stored, 'its series no longer has this time')] : [];
  }
  if (!options.isOurs?.(stored)) return [];
  const { state, ...rest } = cancelOf(null, stored, 'it is no longer in the file');
  return [{ ...rest, state: state === 'canceled' ? 'vanished' : state }];
}
