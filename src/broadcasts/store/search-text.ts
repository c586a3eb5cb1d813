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

/** Whether the title, the meeting number or the external id of a broadcast contains a text; ignores case. */
export function textSearch(text: string): (broadcast: Broadcast) => boolean {
  const wanted = folded(text);
  const bare = text.replace(SEPARATORS, '');
  const digits = /^\d+$/.test(bare) ? bare : null;
  return ({ title, meetingId, externalId }) =>
    (digits !== null && meetingId.includes(digits)) ||
    (title !== null && folded(title).includes(wanted)) ||
    (externalId !== null && folded(externalId).includes(wanted));
}
