/** Plans what applying a document does to its series, calendars and sources. Pure. */

import { type JsonObject, sameJson } from '../json.ts';
import { changesOf } from '../sources/plan-sync.ts';
import type { PlanState } from '../sources/source.ts';
import type { Declared } from '../validation/declared.ts';
import type { ThingType } from './document-schema.ts';
import { appliedAfter, threeWay } from './three-way.ts';

type ThingOf = Exclude<ThingType, 'broadcast'>;

/** One item of the document, as it will be stored. */
export interface Wanted {
  type: ThingOf;
  /** Position in the document. */
  name: string;
  title: string | null;
  /** Complete: fields missing in the document have their default. */
  want: JsonObject;
  /** In the API's format. */
  body: JsonObject;
  /** Fields that cannot change later. */
  fixed: readonly string[];
  /** A series without an upcoming occurrence. It is not created. */
  isOver: boolean;
  /** Whether an item that others made is the one meant. */
  matches(stored: StoredThing): boolean;
}

/** The stored item. */
export interface StoredThing {
  type: ThingOf;
  id: string;
  title: string | null;
  externalId: string | null;
  is: JsonObject;
  declared: Declared | null;
}

export interface Step {
  type: ThingOf;
  state: Exclude<PlanState, 'canceled'> | 'unchanged';
  name: string;
  title: string | null;
  detail: string;
  wanted: Wanted | null;
  stored: StoredThing | null;
  /** Fields to write, in the form they are compared in. */
  change: JsonObject | null;
  declared: Declared | null;
}

const MADE: Record<ThingOf, string> = { series: 'it is planned', calendar: 'it is stored', source: 'it is followed' };
const GONE: Record<ThingOf, string> = {
  series: 'it and its upcoming broadcasts are canceled',
  calendar: 'it is removed',
  source: 'it is no longer followed; its broadcasts stay',
};

/** In the order of the document; items it no longer names come last. @param document its name */
export function planThings(
  wanted: readonly Wanted[],
  stored: readonly StoredThing[],
  { document, prune }: { document: string; prune: boolean },
): Step[] {
  const ours = new Map<string, StoredThing>();
  const nameOf = new Map<string, string>();
  for (const one of stored) {
    if (one.declared?.document !== document) continue;
    const key = `${one.type} ${one.declared.name}`;
    ours.set(key, one);
    // An export under another name refers to it by its id.
    nameOf.set(`${one.type} ${one.id}`, key);
  }
  const steps = wanted.map((one) => {
    const named = `${one.type} ${one.name}`;
    const key = ours.has(named) ? named : (nameOf.get(named) ?? named);
    const own = ours.get(key);
    ours.delete(key);
    if (own) return stepOf(one, own, document);
    const foreign = stored.find((other) => other.type === one.type && one.matches(other));
    return foreign ? foreignStep(one, foreign) : newStep(one, document);
  });
  return [...steps, ...[...ours.values()].map((one) => vanishedStep(one, prune))];
}

const NOTHING = { wanted: null, stored: null, change: null, declared: null };

function newStep(wanted: Wanted, document: string): Step {
  const { type, name, title, want } = wanted;
  const base = { ...NOTHING, type, name, title, wanted };
  if (wanted.isOver) return { ...base, state: 'skipped', detail: 'it has no upcoming occurrence' };
  return { ...base, state: 'new', detail: MADE[type], declared: { document, name, applied: want } };
}

function stepOf(wanted: Wanted, stored: StoredThing, document: string): Step {
  const { type, name, title, want, fixed } = wanted;
  const applied = stored.declared?.applied ?? null;
  const { change, drift } = threeWay(want, stored.is, applied);
  const base = { ...NOTHING, type, name, title, wanted, stored };
  const stuck = fixed.filter((field) => change !== null && field in change);
  if (stuck.length > 0) {
    const detail = `${stuck.join(', ')} cannot change: give it another name, or remove it first`;
    return { ...base, state: 'conflicting', detail };
  }
  const kept = drift ? `${Object.keys(drift).join(', ')}: changed here by hand, kept` : null;
  if (change === null && drift === null) return { ...base, state: 'unchanged', detail: '' };
  if (change === null) {
    const detail = `${kept}; the document says ${changesOf(drift ?? {}, stored.is)}`;
    return { ...base, state: 'kept', detail };
  }
  const declared = { document, name, applied: appliedAfter(want, { change, drift }, applied) };
  const detail = [changesOf(change, stored.is), kept].filter(Boolean).join('; ');
  return { ...base, state: 'changed', detail, change, declared };
}

/** It belongs to somebody else. If it already matches the document there is nothing to do; otherwise it is left alone. */
function foreignStep(wanted: Wanted, stored: StoredThing): Step {
  const { type, name, title, want } = wanted;
  const base = { ...NOTHING, type, name, title, wanted, stored };
  if (Object.keys(want).every((field) => sameJson(want[field], stored.is[field])))
    return { ...base, state: 'unchanged', detail: '' };
  const maker = stored.declared ? `document ${stored.declared.document}` : 'hand';
  const detail = `${stored.id} already exists, made by ${maker}: left alone`;
  return { ...base, state: 'conflicting', detail };
}

function vanishedStep(stored: StoredThing, prune: boolean): Step {
  const { type, title, declared } = stored;
  const detail = `it is no longer in the file; ${prune ? GONE[type] : 'it stays, because prune is off'}`;
  return { ...NOTHING, type, state: 'vanished', name: declared?.name ?? stored.id, title, detail, stored };
}

/** A calendar cannot be removed while a series still skips it. */
export function keepUsedCalendars(steps: readonly Step[], stored: readonly StoredThing[], prune: boolean): Step[] {
  const skips = ({ skipCalendars }: JsonObject) => (Array.isArray(skipCalendars) ? (skipCalendars as string[]) : []);
  const after = new Map(stored.filter(({ type }) => type === 'series').map((one) => [one.id, skips(one.is)]));
  for (const { type, state, stored: one, change, wanted } of steps) {
    if (type !== 'series') continue;
    if (state === 'vanished' && prune && one) after.delete(one.id);
    if (change && 'skipCalendars' in change && one) after.set(one.id, skips(change));
    if (state === 'new' && wanted) after.set(wanted.name, skips(wanted.want));
  }
  return steps.map((step) => {
    if (step.type !== 'calendar' || step.state !== 'vanished' || !prune) return step;
    const [user] = [...after].find(([, names]) => names.includes(step.stored?.id ?? '')) ?? [];
    if (user === undefined) return step;
    return { ...step, state: 'conflicting', detail: `it is no longer in the file, but series ${user} skips it` };
  });
}
