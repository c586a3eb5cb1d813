/** The time zone of this machine, also where it has none that is known. */

import { isTimezone } from './local-time.ts';
import { abbreviationChoices } from './zone-names.ts';

export interface MachineZone {
  /** IANA name. */
  zone: string;
  /** Said to the person when it had to be guessed; null else. */
  note: string | null;
}

/** The abbreviations that are names of the tz database: those without summer time, which ICU knows by a place. */
const FIXED = new Set(['EST', 'MST', 'HST']);

/**
 * Without a set-up, in containers for instance, and with a mistyped `TZ`, ICU knows no zone (`Etc/Unknown`): that is UTC. So is an
 * abbreviation that stands for several zones: the system and ICU read it differently, and the API takes none.
 */
export function machineZoneOf(tz: string | undefined, resolved: string | undefined): MachineZone {
  const named = tz?.replace(/^:/, '').trim();
  if (named && isTimezone(named)) return { zone: named, note: null };
  const choices = named && !FIXED.has(named) ? abbreviationChoices(named) : null;
  // The path of a zone file is not a name, but the system accepts it. It reads a rule such as `CET-1CEST` as UTC.
  const isRead = !named || !/^(Etc\/)?(UTC|UCT|GMT|Zulu)$/.test(resolved ?? '');
  if (resolved && isTimezone(resolved) && choices === null && isRead) return { zone: resolved, note: null };
  const what = named ? `TZ=${named} is not a known time zone` : 'the time zone of this machine is unknown';
  const such = choices?.join(' or ') ?? 'one such as Europe/Berlin';
  return { zone: 'UTC', note: `${what}: local times are read and shown in UTC. Set TZ to ${such}` };
}

/** The zone that JavaScript goes by; it is a name that `Intl` does not take itself, or none, where it is unknown. */
export function resolvedZone(): string | undefined {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
