import type { Broadcast } from '../broadcast.ts';

/** Separators between the digits of a meeting number: any space, any dash. */
const SEPARATORS = /[\p{Zs}\p{Pd}]/gu;

/**
 * Maps all spellings of a text in upper and lower case, composed or not, to one: `STRASSE`, `straße` and `STRAẞE` are equal. Upper case
 * in between splits ß into ss; Greek ς and the dot of the Turkish İ need extra steps.
 */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i̇', 'i');
}

/** What `search.lua` looks for, and how to compare what it cannot. */
interface Search {
  /** Absent: text of ASCII alone cannot match. */
  wanted?: string;
  /** Part of a meeting number. */
  digits?: string;
  /** Whether a title or an external id with this text matches. */
  isIn(text: string): boolean;
}

/** A search for a text. Folding ASCII is the same as lower case, so a script can do it. */
export function searchFor(text: string): Search {
  const wanted = folded(text);
  const digits = text.replace(SEPARATORS, '');
  return {
    ...(isAscii(wanted) ? { wanted } : {}),
    ...(/^\d+$/.test(digits) ? { digits } : {}),
    isIn: (other) => folded(other).includes(wanted),
  };
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Whether the title, the meeting number or the external id of a broadcast contains a text; ignores case. */
export function textSearch(text: string): (broadcast: Broadcast) => boolean {
  const { digits, isIn } = searchFor(text);
  return ({ title, meetingId, externalId }) =>
    (digits !== undefined && meetingId.includes(digits)) ||
    (title !== null && isIn(title)) ||
    (externalId !== null && isIn(externalId));
}
