import type { Broadcast } from '../broadcast.ts';

/** What people write between the digits of a meeting number: any space, any dash. */
const SEPARATORS = /[\p{Zs}\p{Pd}]/gu;

/**
 * The same for all ways to write a text in capital and small letters, composed or not: `STRASSE`, `straße` and `STRAẞE` are
 * one. Upper case in between splits ß into ss; Greek ς and the dot of the Turkish İ are handled separately.
 */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i̇', 'i');
}

/** Whether a broadcast holds a text in its title, its meeting number or its external id, whatever the case. */
export function textSearch(text: string): (broadcast: Broadcast) => boolean {
  const wanted = folded(text);
  const bare = text.replace(SEPARATORS, '');
  const digits = /^\d+$/.test(bare) ? bare : null;
  return ({ title, meetingId, externalId }) =>
    (digits !== null && meetingId.includes(digits)) ||
    (title !== null && folded(title).includes(wanted)) ||
    (externalId !== null && folded(externalId).includes(wanted));
}
