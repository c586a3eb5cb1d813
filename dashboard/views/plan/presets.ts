/** Named presets of the form, as one browser stores them. Pure. It skips presets that it cannot read or that have another version. */

import { isObject, type JsonObject, parseObject } from '../../../src/json.ts';
import { isTimezone } from '../../../src/time/local-time.ts';
import { momentOf } from '../../local-moment.ts';
import { type Draft, placedAs } from './draft.ts';
import { MAX_LENGTH_MS } from './overlap.ts';
import { EMPTY_TEMPLATE, type TemplateDraft } from './template-draft.ts';

/** Never contains the stream key, which is a secret, or the external id, which names one broadcast. */
type PresetFields = Omit<TemplateDraft, 'streamKey' | 'externalId'>;

export interface Preset {
  name: string;
  fields: PresetFields;
  zone: string;
  /** From start to stop, ms; null: without a stop. */
  length: number | null;
}

export const MAX_NAME = 60;

/** The allowed values of a field with fixed choices. */
const CHOICES: { [Name in keyof PresetFields]?: readonly PresetFields[Name][] } = {
  kind: ['meeting', 'webinar'],
  layout: ['', 'follow_host', 'gallery_view', 'speaker_view'],
  closeCaption: ['', 'burnt-in', 'embedded', 'off'],
  activeSpeakerName: ['', 'yes', 'no'],
  resolution: ['', '720p', '1080p'],
  onDrop: ['restart', 'leave'],
  onMove: ['warn', 'follow'],
};

/** @param length from start to stop, ms; null: without a stop */
export function presetOf(name: string, draft: TemplateDraft & { zone: string }, length: number | null): Preset {
  return { name: name.trim().slice(0, MAX_NAME), fields: fieldsOf({ ...draft }), zone: draft.zone, length };
}

/** From start to stop, ms; null: no stop, or not filled in yet. */
export function lengthOf(draft: Draft): number | null {
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  const stop = momentOf(draft.stop, draft.zone, draft.stopRepeated);
  return start !== null && stop !== null && stop > start ? stop - start : null;
}

/** Applies a preset to the form and keeps its start. */
export function withPreset(draft: Draft, { fields, zone, length }: Preset): Draft {
  return placedAs(draft, { ...draft, ...fields, streamKey: '', zone: zone || draft.zone }, length);
}

/** Sorted by name. A preset replaces an older one with the same name. */
export function added(presets: readonly Preset[], one: Preset): Preset[] {
  return [...removed(presets, one.name), one].sort((a, b) => a.name.localeCompare(b.name));
}

export function removed(presets: readonly Preset[], name: string): Preset[] {
  return presets.filter((one) => one.name !== name);
}

export function presetsText(presets: readonly Preset[]): string {
  return JSON.stringify({ version: 1, presets });
}

/** @param text written by `presetsText`; null: nothing is stored. Never throws. */
export function readPresets(text: string | null): Preset[] {
  const { version, presets } = parseObject(text ?? '') ?? {};
  if (version !== 1 || !Array.isArray(presets)) return [];
  return presets.map(readPreset).reduce<Preset[]>((all, one) => (one.name === '' ? all : added(all, one)), []);
}

function readPreset(value: unknown): Preset {
  const { name, fields, zone, length } = isObject(value) ? value : {};
  const isLength = typeof length === 'number' && length > 0 && length <= MAX_LENGTH_MS;
  return {
    name: typeof name === 'string' ? name.trim().slice(0, MAX_NAME) : '',
    fields: fieldsOf(isObject(fields) ? fields : {}),
    zone: typeof zone === 'string' && isTimezone(zone) ? zone : '',
    length: isLength ? length : null,
  };
}

/** The fields of a preset. A missing or invalid one gets its value from an empty form. */
function fieldsOf(given: JsonObject): PresetFields {
  const { streamKey: _secret, externalId: _id, ...empty } = EMPTY_TEMPLATE;
  const kept = Object.entries(empty).map(([name, usual]) => {
    const value = given[name];
    const choices: readonly unknown[] | undefined = CHOICES[name as keyof PresetFields];
    const isGood = typeof value === 'string' && (choices === undefined || choices.includes(value));
    return [name, isGood ? value : usual];
  });
  return Object.fromEntries(kept) as PresetFields;
}
