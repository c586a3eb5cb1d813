/** Windows' names for time zones, as Outlook and Exchange write them, by CLDR. */
import { createRequire } from 'node:module';

interface WindowsZones {
  supplemental: {
    windowsZones: { mapTimezones: { mapZone: { _other: string; _type: string; _territory: string } }[] };
  };
}

let zones: Map<string, string> | null = null;

/** `Egypt Standard Time` → `Africa/Cairo` (CLDR windowsZones, territory 001); null for another name. */
export function windowsZone(name: string): string | null {
  zones ??= readZones();
  return zones.get(name.toLowerCase()) ?? US_NAMES[name.toLowerCase()] ?? null;
}

function readZones(): Map<string, string> {
  // Not an import: Node 20 warns of those of JSON.
  const data = createRequire(import.meta.url)('cldr-core/supplemental/windowsZones.json') as WindowsZones;
  const world = data.supplemental.windowsZones.mapTimezones.filter(({ mapZone }) => mapZone._territory === '001');
  const known = world.map(
    ({ mapZone }) => [mapZone._other.toLowerCase(), mapZone._type.split(' ')[0] as string] as const,
  );
  return new Map(known);
}

/** The names that Windows shows to people and some programs write. */
const US_NAMES: Record<string, string> = {
  'eastern time (us & canada)': 'America/New_York',
  'central time (us & canada)': 'America/Chicago',
  'mountain time (us & canada)': 'America/Denver',
  'pacific time (us & canada)': 'America/Los_Angeles',
  'atlantic time (canada)': 'America/Halifax',
  'eastern time': 'America/New_York',
  'central time': 'America/Chicago',
  'mountain time': 'America/Denver',
  'pacific time': 'America/Los_Angeles',
};
