/** Between digits people write any space or dash; invisible characters (U+200B, U+200E) come along with a copied number. */
const SEPARATORS = /[\p{Zs}\p{Pd}\p{Cf}]/gu;

/** The digits of the number of a meeting or webinar, as a person or Zoom writes it; null when it is not one: 1 to 19 digits. */
export function meetingDigits(value: string | number): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  if (value.length > 200) return null;
  const digits = value.replace(SEPARATORS, '');
  return /^[0-9]{1,19}$/.test(digits) ? digits : null;
}
