import { type JsonObject, sameJson } from '../json.ts';

export interface FieldChanges {
  /** What is to be written. Null: nothing. */
  change: JsonObject | null;
  /** What the document says of fields that somebody changed here by hand: it is not written. Null: there are none. */
  drift: JsonObject | null;
}

/**
 * Compares what a document wants with what is there. A field that is not as it was when the document was last applied was changed by hand.
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

/** What counts as said by the document from now on: fields that stay by hand keep what was said before, so that they go on doing so. */
export function appliedAfter(want: JsonObject, { drift }: FieldChanges, applied: JsonObject | null): JsonObject {
  const kept = Object.keys(drift ?? {}).filter((name) => applied !== null && name in applied);
  return { ...want, ...Object.fromEntries(kept.map((name) => [name, applied?.[name]])) };
}

function picked(from: JsonObject, names: string[]): JsonObject | null {
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, from[name]]));
}
