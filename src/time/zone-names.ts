/** Abbreviations that stand for several zones. Some of them are IANA names or known to ICU, but not for what most people mean by them. */

const CHOICES: Record<string, string[]> = {
  ACDT: ['Australia/Adelaide'],
  ACST: ['Australia/Darwin', 'Australia/Adelaide'],
  ACT: ['Australia/Darwin', 'America/Rio_Branco'],
  ADT: ['America/Halifax'],
  AEDT: ['Australia/Sydney', 'Australia/Hobart'],
  AEST: ['Australia/Brisbane', 'Australia/Sydney'],
  AET: ['Australia/Sydney', 'Australia/Brisbane'],
  AGT: ['America/Argentina/Buenos_Aires'],
  AKDT: ['America/Anchorage'],
  AKST: ['America/Anchorage'],
  AMT: ['America/Manaus', 'Asia/Yerevan'],
  ART: ['America/Argentina/Buenos_Aires', 'Africa/Cairo'],
  AST: ['America/Halifax', 'America/Puerto_Rico', 'Asia/Riyadh'],
  AWST: ['Australia/Perth'],
  BET: ['America/Sao_Paulo'],
  BRST: ['America/Sao_Paulo'],
  BRT: ['America/Sao_Paulo'],
  BST: ['Europe/London', 'Asia/Dhaka'],
  CAT: ['Africa/Maputo'],
  CDT: ['America/Chicago', 'America/Havana'],
  CEST: ['Europe/Berlin', 'Europe/Paris'],
  CLT: ['America/Santiago'],
  CNT: ['America/St_Johns'],
  COT: ['America/Bogota'],
  CST: ['America/Chicago', 'Asia/Shanghai', 'America/Costa_Rica', 'America/Havana'],
  CT: ['America/Chicago', 'Asia/Shanghai'],
  CTT: ['Asia/Shanghai'],
  EAT: ['Africa/Nairobi'],
  ECT: ['America/Guayaquil', 'Europe/Paris'],
  EDT: ['America/New_York', 'America/Toronto'],
  EEST: ['Europe/Athens', 'Europe/Kyiv', 'Africa/Cairo'],
  EST: ['America/New_York', 'America/Panama', 'Australia/Sydney'],
  ET: ['America/New_York', 'America/Toronto'],
  GST: ['Asia/Dubai', 'Atlantic/South_Georgia'],
  HKT: ['Asia/Hong_Kong'],
  HST: ['Pacific/Honolulu', 'America/Adak'],
  ICT: ['Asia/Bangkok', 'Asia/Ho_Chi_Minh'],
  IET: ['America/Indiana/Indianapolis'],
  IST: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  JST: ['Asia/Tokyo'],
  KST: ['Asia/Seoul'],
  MDT: ['America/Denver'],
  MESZ: ['Europe/Berlin', 'Europe/Zurich'],
  MEZ: ['Europe/Berlin', 'Europe/Zurich'],
  MIT: ['Pacific/Apia', 'Pacific/Marquesas'],
  MSK: ['Europe/Moscow'],
  MST: ['America/Denver', 'America/Phoenix', 'Asia/Kuala_Lumpur'],
  MT: ['America/Denver', 'America/Edmonton'],
  NDT: ['America/St_Johns'],
  NET: ['Asia/Yerevan'],
  NST: ['America/St_Johns', 'Pacific/Auckland'],
  NZDT: ['Pacific/Auckland'],
  NZST: ['Pacific/Auckland'],
  OEZ: ['Europe/Athens', 'Europe/Helsinki'],
  PDT: ['America/Los_Angeles', 'America/Vancouver'],
  PET: ['America/Lima'],
  PHT: ['Asia/Manila'],
  PKT: ['Asia/Karachi'],
  PLT: ['Asia/Karachi'],
  PNT: ['America/Phoenix'],
  PRT: ['America/Puerto_Rico'],
  PST: ['America/Los_Angeles', 'Asia/Manila'],
  PT: ['America/Los_Angeles', 'America/Vancouver'],
  SAST: ['Africa/Johannesburg'],
  SGT: ['Asia/Singapore'],
  SST: ['Pacific/Guadalcanal', 'Pacific/Pago_Pago'],
  TRT: ['Europe/Istanbul'],
  VST: ['Asia/Ho_Chi_Minh'],
  WAT: ['Africa/Lagos'],
  WEST: ['Europe/Lisbon', 'Atlantic/Canary'],
  WEZ: ['Europe/London', 'Europe/Lisbon'],
  WIB: ['Asia/Jakarta'],
  WIT: ['Asia/Jayapura'],
  WITA: ['Asia/Makassar'],
};

/** The zones that an abbreviation such as `BST` may mean; null: it is none of these. */
export function abbreviationChoices(name: string): string[] | null {
  const plain = name.trim().toUpperCase();
  return Object.hasOwn(CHOICES, plain) ? (CHOICES[plain] ?? null) : null;
}

/** What to add after a zone that is not accepted; empty when there is nothing to add. */
export function zoneHint(name: unknown): string {
  if (typeof name !== 'string') return '';
  const choices = abbreviationChoices(name);
  if (choices) return `, an abbreviation that is ambiguous: write ${choices.join(' or ')}`;
  const zones = zonesOfCity(name);
  return zones.length > 0 ? `: write ${zones.join(' or ')}` : '';
}

/** Made when it is first needed: a file may have ten thousand rows with one wrong zone. */
let citiesKnown: Map<string, string[]> | null = null;

function citiesOf(zones: Iterable<string>): Map<string, string[]> {
  const cities = new Map<string, string[]>();
  for (const zone of zones) {
    const city = zone.slice(zone.lastIndexOf('/') + 1).toLowerCase();
    cities.set(city, [...(cities.get(city) ?? []), zone]);
  }
  return cities;
}

/** `Europe/Berlin` of `Berlin`. ICU lists some cities by their former names only: those among the abbreviations are the new ones. */
function zonesOfCity(name: string): string[] {
  citiesKnown ??= citiesOf(new Set([...Intl.supportedValuesOf('timeZone'), ...Object.values(CHOICES).flat()]));
  return citiesKnown.get(name.trim().replace(/ +/g, '_').toLowerCase())?.slice(0, 3) ?? [];
}
