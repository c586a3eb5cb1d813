/** The time zone of this machine, also where it has none that is known. */

export interface MachineZone {
  /** IANA name. */
  zone: string;
  /** Said to the person when it had to be guessed; null else. */
  note: string | null;
}

/** Without a set-up, in containers for instance, and with a mistyped `TZ`, ICU knows no zone (`Etc/Unknown`): that is UTC. */
export function machineZoneOf(tz: string | undefined, resolved: string | undefined): MachineZone {
  const named = tz?.replace(/^:/, '').trim();
  if (named && isZone(named)) return { zone: named, note: null };
  // A path of a zone file is no name, but the system reads it. Of a rule as `CET-1CEST` it makes UTC.
  if (resolved && isZone(resolved) && (!named || !/^(Etc\/)?(UTC|UCT|GMT|Zulu)$/.test(resolved))) {
    return { zone: resolved, note: null };
  }
  const what = named ? `TZ=${named} is not a known time zone` : 'the time zone of this machine is unknown';
  return { zone: 'UTC', note: `${what}: local times are read and shown in UTC. Set TZ to one such as Europe/Berlin` };
}

/** The zone that JavaScript goes by; it is a name that `Intl` does not take itself, or none, where it is unknown. */
export function resolvedZone(): string | undefined {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
