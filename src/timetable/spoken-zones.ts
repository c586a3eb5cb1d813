/** Zone names as Java, phones and people spell them: `Eastern Daylight Time`, `Mitteleuropäische Zeit`, `Europe/Berlin (CET)`. Pure. */
import { isTimezone } from '../time/local-time.ts';
import { windowsZone } from './windows-zones.ts';

/** Long CLDR names of zones whose clocks agree everywhere now. */
const LONG_NAMES: [RegExp, string][] = [
  [/^(central european|mitteleuropäische) ?(standard |summer |normal|sommer)?(time|zeit)$/, 'Europe/Berlin'],
  [/^heure (normale |d.été )?d.europe centrale$/, 'Europe/Paris'],
  [/^hora (estándar |de verano )?de europa central$/, 'Europe/Madrid'],
  [/^ora (standard |legale )?dell.europa centrale$/, 'Europe/Rome'],
  [/^(midden-europese|centraal-europese) ?(standaard|zomer)?tijd$/, 'Europe/Amsterdam'],
  [/^western european (standard |summer )?time$/, 'Europe/Lisbon'],
  [/^british summer time$/, 'Europe/London'],
  [/^irish standard time$/, 'Europe/Dublin'],
];

/** The IANA name; null: the name alone does not say. */
export function spokenZone(name: string): string | null {
  const plain = decoded(name).replace(/\\/g, '').trim();
  const spellings = [
    plain,
    plain.replace(/ ?\([^()]*\)$/, ''),
    plain.replace('_', '/'),
    // Outlook numbers zones that it considers different.
    plain.replace(/[ _]\d{1,2}$/, ''),
    plain.replace(/^([A-Za-z]+) ?[-:] ?(?=[A-Z])/, '$1/').replace(/ /g, '_'),
    plain.replace(/ (daylight|summer) time$/i, ' Standard Time'),
  ];
  for (const one of spellings) {
    const found = isTimezone(one) ? one : windowsZone(one);
    if (found !== null) return found;
  }
  const lower = plain.toLowerCase();
  return LONG_NAMES.find(([pattern]) => pattern.test(lower))?.[1] ?? null;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
