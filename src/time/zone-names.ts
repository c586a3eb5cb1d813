/** Abbreviations that stand for several zones. Some of them are IANA names or known to ICU, but not for what most people mean by them. */

const CHOICES: Record<string, string[]> = {
  ACST: ['Australia/Darwin', 'Australia/Adelaide'],
  ACT: ['Australia/Darwin', 'America/Rio_Branco'],
  AEDT: ['Australia/Sydney', 'Australia/Hobart'],
  AEST: ['Australia/Brisbane', 'Australia/Sydney'],
  AET: ['Australia/Sydney', 'Australia/Brisbane'],
  AGT: ['America/Argentina/Buenos_Aires'],
  AKST: ['America/Anchorage'],
  AMT: ['America/Manaus', 'Asia/Yerevan'],
  ART: ['America/Argentina/Buenos_Aires', 'Africa/Cairo'],
  AST: ['America/Halifax', 'America/Puerto_Rico', 'Asia/Riyadh'],
  BET: ['America/Sao_Paulo'],
  BRT: ['America/Sao_Paulo'],
  BST: ['Europe/London', 'Asia/Dhaka'],
  CAT: ['Africa/Maputo'],
  CDT: ['America/Chicago', 'America/Havana'],
  CNT: ['America/St_Johns'],
  CST: ['America/Chicago', 'Asia/Shanghai', 'America/Costa_Rica', 'America/Havana'],
  CTT: ['Asia/Shanghai'],
  EAT: ['Africa/Nairobi'],
  ECT: ['America/Guayaquil', 'Europe/Paris'],
  EDT: ['America/New_York', 'America/Toronto'],
  EST: ['America/New_York', 'America/Panama', 'Australia/Sydney'],
  GST: ['Asia/Dubai', 'Atlantic/South_Georgia'],
  HST: ['Pacific/Honolulu', 'America/Adak'],
  IET: ['America/Indiana/Indianapolis'],
  IST: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  JST: ['Asia/Tokyo'],
  KST: ['Asia/Seoul'],
  MDT: ['America/Denver'],
  MIT: ['Pacific/Apia', 'Pacific/Marquesas'],
  MSK: ['Europe/Moscow'],
  MST: ['America/Denver', 'America/Phoenix', 'Asia/Kuala_Lumpur'],
  NET: ['Asia/Yerevan'],
  NST: ['America/St_Johns', 'Pacific/Auckland'],
  NZST: ['Pacific/Auckland'],
  PDT: ['America/Los_Angeles', 'America/Vancouver'],
  PLT: ['Asia/Karachi'],
  PNT: ['America/Phoenix'],
  PRT: ['America/Puerto_Rico'],
  PST: ['America/Los_Angeles', 'Asia/Manila'],
  SAST: ['Africa/Johannesburg'],
  SGT: ['Asia/Singapore'],
  SST: ['Pacific/Guadalcanal', 'Pacific/Pago_Pago'],
  VST: ['Asia/Ho_Chi_Minh'],
  WAT: ['Africa/Lagos'],
  WIB: ['Asia/Jakarta'],
};

/** The zones that an abbreviation such as `BST` may mean; null: it is none of these. */
export function abbreviationChoices(name: string): string[] | null {
  const plain = name.trim().toUpperCase();
  return Object.hasOwn(CHOICES, plain) ? (CHOICES[plain] ?? null) : null;
}

/** What to say of a zone that is not taken, to be put behind the value; empty when there is nothing to say. */
export function zoneHint(name: unknown): string {
  const choices = typeof name === 'string' ? abbreviationChoices(name) : null;
  return choices ? `, an abbreviation that is ambiguous: write ${choices.join(' or ')}` : '';
}
