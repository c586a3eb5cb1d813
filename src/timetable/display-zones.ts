/**
 * Windows' display names of time zones, which Outlook and Exchange write instead of the short ones: `(UTC+01:00) Amsterdam, Berlin, Bern,
 * Rome, Stockholm, Vienna`, and shortened or translated ones such as `(UTC+01:00) Berlin`. Pure.
 */
import { offsetAt } from '../time/local-time.ts';
import { plainPlace, type WindowsPlace, windowsPlaces, windowsZone, worldZones } from './windows-zones.ts';

export type DisplayZone = { kind: 'zone'; name: string } | { kind: 'ambiguous'; choices: string[] };

const PREFIXED = /^[([](?:UTC|GMT) ?(?:([+\u2212-]) ?(\d{1,2})[:.]?(\d{2})?)?[)\]] ?(.*)$/i;
const MAX_CHOICES = 4;

/**
 * Resolves a display name. Its places give the zone, and the offset rules out places whose clocks differ now. `ambiguous`: the places are
 * in zones with different rules. Null: not a display name, or none of its places is known.
 */
export function displayZone(name: string): DisplayZone | null {
  // Some programs escape the commas as in a text.
  const written = name.replace(/\\/g, '');
  const [all, sign, hours = '0', minutes = '0', rest = ''] = PREFIXED.exec(written) ?? [];
  if (all === undefined) return ofPlaces(placesIn(written).filter((_place, _i, { length }) => length > 1));
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === undefined || sign === '+' ? 1 : -1);
  const text = rest.trim();
  if (text === '' && sign !== undefined) return { kind: 'ambiguous', choices: zonesAt(offset) };
  if (/^coordinated universal time$/i.test(text)) return { kind: 'zone', name: 'UTC' };
  const whole = windowsZone(text);
  if (whole !== null) return { kind: 'zone', name: whole };
  return ofPlaces(placesIn(text).filter(({ zone }) => offsetsOf(zone).includes(offset)));
}

/** A place's own zone is more specific than the zone of its group. */
function ofPlaces(places: WindowsPlace[]): DisplayZone | null {
  const [first] = places;
  if (!first) return null;
  const groups = [...new Set(places.map(({ group }) => group))];
  if (groups.length > 1) return { kind: 'ambiguous', choices: groups.slice(0, MAX_CHOICES) };
  return { kind: 'zone', name: places.length === 1 ? first.zone : first.group };
}

/** Skip unknown places: the names are translated, and not every city has its own zone. */
function placesIn(text: string): WindowsPlace[] {
  const known = windowsPlaces();
  return text
    .split(/,|;| - | ?\/ ?/)
    .map((part) => known.get(plainPlace(part)))
    .filter((place) => place !== undefined);
}

/** Compare with winter and summer offsets: programs other than Windows write the current offset. */
const MOMENTS = [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)];

function offsetsOf(zone: string): number[] {
  return MOMENTS.map((at) => offsetAt(at, zone) / 60_000);
}

/** The zones with this offset in standard time, to suggest in the message. */
function zonesAt(offset: number): string[] {
  return worldZones()
    .filter((zone) => Math.min(...offsetsOf(zone)) === offset)
    .slice(0, MAX_CHOICES);
}
