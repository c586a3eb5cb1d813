/** Ids of the event stream are those of the Redis stream: `<ms>-<sequence>`. */

/** Below every id: everything that is still stored. */
export const OLDEST = '0-0';

const ID = /^(\d{1,20})(?:-(\d{1,20}))?$/;
const LARGEST = 2n ** 64n - 1n;

/** The full id, or null when the text is not an id. */
export function parseEventId(text: string): string | null {
  const match = ID.exec(text.trim());
  if (!match) return null;
  const [ms, sequence] = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0)];
  return ms > LARGEST || sequence > LARGEST ? null : `${ms}-${sequence}`;
}

/** Negative when `a` comes before `b`, 0 when they are the same. */
export function compareEventIds(a: string, b: string): number {
  const [aMs = '0', aSequence = '0'] = a.split('-');
  const [bMs = '0', bSequence = '0'] = b.split('-');
  return compareDigits(aMs, bMs) || compareDigits(aSequence, bSequence);
}

/** Numbers without leading zeros, of any length: a longer one is larger. */
function compareDigits(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
