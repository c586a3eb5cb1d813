/** Converts the cells of a row to fields of a broadcast. */
import { isoDuration, parseDuration } from '../time/human-duration.ts';

/** By field. */
export type Cells = Map<string, string>;

/** `90`: minutes. */
export function durationOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const clock = /^(\d{1,2})(?::| ?h ?)([0-5]\d)(?::00)?$/i.exec(text);
  const written = clock ? `${clock[1]}h${clock[2]}m` : /^\d{1,5}$/.test(text) ? `${text}m` : inUnits(text);
  const ms = parseDuration(written);
  return ms === null ? text : isoDuration(ms);
}

/** `2 Stunden`, `1,5 h`, `90 minuti`. */
function inUnits(text: string): string {
  const [, number = '', hours, minutes] =
    /^(\d{1,4}(?:[.,]\d{1,2})?) ?(?:(h|std\.?|stunden?|heures?|horas?|or[ae]|uur|uren)|(minuten?|minut[ios]{1,2}))$/i.exec(
      text,
    ) ?? [];
  if (hours === undefined && minutes === undefined) return text;
  return `${Math.round(Number(number.replace(',', '.')) * (hours === undefined ? 1 : 60))}m`;
}

/** Settings, destination and labels, if the row has them. */
export function groupsOf(cells: Cells): Record<string, unknown> {
  return { settings: settingsOf(cells), destination: destinationOf(cells), labels: labelsOf(cells) };
}

function settingsOf(cells: Cells): Record<string, unknown> | undefined {
  const speaker = cells.get('activeSpeakerName');
  const yes = speaker !== undefined && /^(true|yes|y|1|x)$/i.test(speaker);
  const no = speaker !== undefined && /^(false|no|n|0)$/i.test(speaker);
  return group({
    activeSpeakerName: yes ? true : no ? false : speaker,
    displayName: cells.get('displayName'),
    layout: cells.get('layout'),
    closeCaption: cells.get('closeCaption'),
  });
}

function destinationOf(cells: Cells): Record<string, unknown> | undefined {
  const [streamUrl, streamKey, pageUrl] = ['streamUrl', 'streamKey', 'pageUrl'].map((name) => cells.get(name));
  return group({ streamUrl, streamKey, pageUrl, resolution: cells.get('resolution') });
}

/** `room=A; floor=2` in one column, or a column named `label:room`. */
function labelsOf(cells: Cells): Record<string, unknown> | undefined {
  const pairs = (cells.get('labels') ?? '').split(/[;,]/).filter((pair) => pair.trim() !== '');
  const written = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const columns = [...cells]
    .filter(([name]) => name.startsWith('label:'))
    .map(([name, value]) => [name.slice(6), value]);
  return group(Object.fromEntries([...written, ...columns]));
}

function group(members: Record<string, unknown>): Record<string, unknown> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}
