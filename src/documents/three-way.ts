import { type JsonObject, sameJson } from '../json.ts';

export interface FieldChanges {
  /** The fields to write. Null: none. */
  change: JsonObject | null;
  /** The document's values for fields that somebody changed here by hand. They are not written. Null: none. */
  drift: JsonObject | null;
}

/**
 * Compares the document with the store. A field that differs from what the document said when it was last applied was changed by hand.
 * Pure.
 * @param applied what the document said then; null: it was never applied
 */
export function threeWay(want: JsonObject, is: JsonObject, applied: JsonObject | null): FieldChanges {
  const differing = Object.keys(want).filter((name) => !sameJson(want[name], is[name]));
  const byHand = (name: string) => applied !== null && name in applied && !sameJson(applied[name], is[name]);
  return {
    change: picked(
      want,
      differing.filter((name) => !byHand(name)),
    ),
    drift: picked(want, differing.filter(byHand)),
  };
}

/** What to store as applied. A field changed by hand keeps the value applied earlier, so that it still counts as changed by hand. */
export function appliedAfter(want: JsonObject, { drift }: FieldChanges, applied: JsonObject | null): JsonObject {
  const kept = Object.keys(drift ?? {}).filter((name) => applied !== null && name in applied);
  return { ...want, ...Object.fromEntries(kept.map((name) => [name, applied?.[name]])) };
}

function picked(from: JsonObject, names: string[]): JsonObject | null {
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, from[name]]));
}
