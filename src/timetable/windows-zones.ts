/** Windows' time zone names, as Outlook and Exchange write them, by CLDR. */
import { createRequire } from 'node:module';

interface WindowsZones {
  supplemental: {
    windowsZones: { mapTimezones: { mapZone: { _other: string; _type: string; _territory: string } }[] };
  };
}

/** A place in display names of zones. */
export interface WindowsPlace {
  /** Its own IANA name. */
  zone: string;
  /** IANA name for all zones that Windows gives the same clocks. */
  group: string;
}

interface Zones {
  /** By the Windows name in lower case. */
  named: Map<string, string>;
  places: Map<string, WindowsPlace>;
}

let zones: Zones | null = null;

/** `Egypt Standard Time` → `Africa/Cairo` (CLDR windowsZones, territory 001); null for any other name. */
export function windowsZone(name: string): string | null {
  zones ??= readZones();
  return zones.named.get(name.toLowerCase()) ?? US_NAMES[name.toLowerCase()] ?? null;
}

/** By name as returned by `plainPlace`. */
export function windowsPlaces(): ReadonlyMap<string, WindowsPlace> {
  zones ??= readZones();
  return zones.places;
}

/** One zone for each of Windows' zones. */
export function worldZones(): string[] {
  zones ??= readZones();
  return [...new Set(zones.named.values())].filter((zone) => !zone.startsWith('Etc/'));
}

export function plainPlace(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/_/g, ' ')
    .trim()
    .replace(/ (?:is\.|islands?)$/, '');
}

function readZones(): Zones {
  // Not an import: Node 20 prints a warning when it imports JSON.
  const data = createRequire(import.meta.url)('cldr-core/supplemental/windowsZones.json') as WindowsZones;
  const all = data.supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone);
  const world = all.filter(({ _territory }) => _territory === '001');
  const named = new Map(world.map(({ _other, _type }) => [_other.toLowerCase(), _type.split(' ')[0] as string]));
  const groups = new Map<string, string>();
  for (const { _other, _type } of all)
    for (const zone of _type.split(' ')) groups.set(zone, named.get(_other.toLowerCase()) ?? zone);
  const city = (zone: string) => plainPlace(zone.slice(zone.lastIndexOf('/') + 1));
  const cities = [...groups.keys()]
    .filter((zone) => !zone.startsWith('Etc/'))
    .map((zone) => [city(zone), zone] as const);
  const places = [...cities, ...Object.entries(OTHER_PLACES)].map(
    ([place, zone]) => [place, { zone, group: groups.get(zone) ?? zone }] as const,
  );
  return { named, places: new Map(places) };
}

/** Places in Windows' display names that have no zone named after them. */
const OTHER_PLACES: Record<string, string> = {
  'abu dhabi': 'Asia/Dubai',
  aleutian: 'America/Adak',
  alaska: 'America/Anchorage',
  arizona: 'America/Phoenix',
  astana: 'Asia/Almaty',
  'baja california': 'America/Tijuana',
  beijing: 'Asia/Shanghai',
  bern: 'Europe/Zurich',
  brasilia: 'America/Sao_Paulo',
  'cabo verde': 'Atlantic/Cape_Verde',
  canberra: 'Australia/Sydney',
  'central america': 'America/Guatemala',
  chennai: 'Asia/Calcutta',
  chetumal: 'America/Cancun',
  'city of buenos aires': 'America/Buenos_Aires',
  edinburgh: 'Europe/London',
  'gorno-altaysk': 'Asia/Barnaul',
  greenland: 'America/Godthab',
  haiti: 'America/Port-au-Prince',
  hanoi: 'Asia/Saigon',
  hawaii: 'Pacific/Honolulu',
  'indiana (east)': 'America/Indianapolis',
  'international date line west': 'Etc/GMT+12',
  islamabad: 'Asia/Karachi',
  izhevsk: 'Europe/Samara',
  kathmandu: 'Asia/Katmandu',
  kolkata: 'Asia/Calcutta',
  kyiv: 'Europe/Kiev',
  mumbai: 'Asia/Calcutta',
  'new caledonia': 'Pacific/Noumea',
  'new delhi': 'Asia/Calcutta',
  newfoundland: 'America/St_Johns',
  "nuku'alofa": 'Pacific/Tongatapu',
  osaka: 'Asia/Tokyo',
  'petropavlovsk-kamchatsky': 'Asia/Kamchatka',
  'port louis': 'Indian/Mauritius',
  pretoria: 'Africa/Johannesburg',
  quito: 'America/Guayaquil',
  'saint pierre and miquelon': 'America/Miquelon',
  salvador: 'America/Bahia',
  samoa: 'Pacific/Apia',
  sapporo: 'Asia/Tokyo',
  saskatchewan: 'America/Regina',
  solomon: 'Pacific/Guadalcanal',
  'sri jayawardenepura': 'Asia/Colombo',
  'st. petersburg': 'Europe/Moscow',
  'tel aviv': 'Asia/Jerusalem',
  'turks and caicos': 'America/Grand_Turk',
  wellington: 'Pacific/Auckland',
  'west central africa': 'Africa/Lagos',
  yangon: 'Asia/Rangoon',
  yukon: 'America/Whitehorse',
};

/** The names that Windows shows to people, and that some programs write. */
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
