/** The broadcasts of a series: the existing ones, and what they should be. */

import { type Broadcast, PLAN_FIELDS } from '../broadcasts/broadcast.ts';
import type { HistoryEntry } from '../broadcasts/decision.ts';
import { sameJson } from '../json.ts';
import type { NewBroadcast } from '../validation/input-types.ts';
import { broadcastIdOf, type Occurrence } from './occurrences.ts';
import type { Series } from './series.ts';

/** Decrypts a sealed stream key; throws without SECRETS_KEY. */
export type OpenSealed = (sealed: string) => string;

/** The actor in the history for what a series does on its own. */
export function actorOf(seriesId: string): string {
  return `series:${seriesId}`;
}

/** Reads the broadcasts of a series. */
export interface BroadcastReader {
  getMany(ids: string[]): Promise<Broadcast[]>;
  history(id: string): Promise<HistoryEntry[]>;
}

/** The series itself canceled it, because its rule no longer wanted it. One that a person canceled stays canceled. */
export function canceledBySeries(history: HistoryEntry[], seriesId: string): boolean {
  return history.findLast(({ type }) => type === 'command')?.by === actorOf(seriesId);
}

/** A person changed it, so the series leaves it as it is. */
export function changedByHand(history: HistoryEntry[], seriesId: string): boolean {
  return history.some(({ type, by }) => (type === 'changed' || type === 'command') && by !== actorOf(seriesId));
}

export interface OccurrenceSlot {
  occurrence: Occurrence;
  /** The id of its broadcast, existing or not. */
  id: string;
  /** Null: not created yet. */
  broadcast: Broadcast | null;
}

/**
 * Finds the broadcast of each occurrence, skipping those the series itself canceled earlier. If this series took over from another, a
 * broadcast that a person had changed there takes the place of its occurrence, so that no second one is created.
 */
export async function slotsOf(
  series: Pick<Series, 'id' | 'takenOver'>,
  occurrences: Occurrence[],
  reader: BroadcastReader,
): Promise<OccurrenceSlot[]> {
  const taken = takenOverBy(series.takenOver ?? {}, occurrences);
  const kept = new Map((await reader.getMany([...taken.values()])).map((broadcast) => [broadcast.id, broadcast]));
  const own = await ownSlots(series.id, occurrences, reader);
  return own.map((slot) => {
    const broadcast = kept.get(taken.get(slot.occurrence.local) ?? '');
    return slot.broadcast === null && broadcast ? { ...slot, id: broadcast.id, broadcast } : slot;
  });
}

/** Local time of an occurrence → broadcast of the former series: at the same time, else on the same day. */
function takenOverBy(takenOver: Record<string, string>, occurrences: Occurrence[]): Map<string, string> {
  const found = new Map<string, string>();
  const open = new Map(Object.entries(takenOver));
  for (const same of [(a: string, b: string) => a === b, (a: string, b: string) => a.slice(0, 10) === b.slice(0, 10)]) {
    for (const [former, id] of open) {
      const one = occurrences.find(({ local }) => same(local, former) && !found.has(local));
      if (!one) continue;
      found.set(one.local, id);
      open.delete(former);
    }
  }
  return found;
}

async function ownSlots(
  seriesId: string,
  occurrences: Occurrence[],
  reader: BroadcastReader,
): Promise<OccurrenceSlot[]> {
  const slots: OccurrenceSlot[] = [];
  let open = occurrences.map((occurrence, index) => ({ occurrence, index, again: 0 }));
  while (open.length > 0) {
    const named = open.map((one) => ({ ...one, id: broadcastIdOf(seriesId, one.occurrence.local, one.again) }));
    const found = new Map(
      (await reader.getMany(named.map(({ id }) => id))).map((broadcast) => [broadcast.id, broadcast]),
    );
    open = [];
    for (const { occurrence, index, again, id } of named) {
      const broadcast = found.get(id) ?? null;
      const isSkipped = broadcast?.status === 'canceled' && canceledBySeries(await reader.history(id), seriesId);
      if (isSkipped) open.push({ occurrence, index, again: again + 1 });
      else slots[index] = { occurrence, id, broadcast };
    }
  }
  return slots;
}

/** The broadcast to create for an occurrence. */
export function wantedBroadcast(series: Series, { startAt, stopAt }: Occurrence, open: OpenSealed): NewBroadcast {
  const { destination, onDrop = 'restart', onMove = 'warn' } = series;
  const all = { ...series, startAt, stopAt, onDrop, onMove, destination: destination && withKey(destination, open) };
  return Object.fromEntries(PLAN_FIELDS.map((name) => [name, all[name]])) as unknown as NewBroadcast;
}

function withKey({ sealedStreamKey, ...shown }: NonNullable<Series['destination']>, open: OpenSealed) {
  return { ...shown, streamKey: open(sealedStreamKey) };
}

/** The change (in PATCH format) that makes a broadcast what the series wants; null: nothing differs. */
export function changeTo(broadcast: Broadcast, wanted: NewBroadcast, open: OpenSealed): Record<string, unknown> | null {
  const is: NewBroadcast = { ...broadcast, destination: broadcast.destination && withKey(broadcast.destination, open) };
  const fields = (Object.keys(wanted) as (keyof NewBroadcast)[]).filter((name) => !sameJson(is[name], wanted[name]));
  if (fields.length === 0) return null;
  return Object.fromEntries(fields.map((name) => [name, asInput(name, wanted[name])]));
}

function asInput(name: keyof NewBroadcast, value: unknown): unknown {
  const isTime = name === 'startAt' || name === 'stopAt';
  return isTime && typeof value === 'number' ? new Date(value).toISOString() : value;
}
