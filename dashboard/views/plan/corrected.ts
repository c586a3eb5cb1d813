/** Which errors of a refused form still stand while one corrects it. Pure. */

import type { Draft } from './draft.ts';

const DESTINATION = ['streamUrl', 'streamKey', 'pageUrl', 'resolution'];
/** Path in an error of the API → the fields of the form that it is about, where they are not called the same. */
const FIELDS: Record<string, readonly string[]> = {
  startAt: ['start', 'startRepeated', 'zone'],
  stopAt: ['stop', 'stopRepeated', 'zone'],
  timezone: ['zone'],
  destination: DESTINATION,
};

/**
 * @param path of an error, such as `settings.layout` or `labels.room`
 * @param sent the form as it was sent
 * @returns whether what it is about has been changed since; false for what is about no field
 */
export function isCorrected(path: string, sent: Draft, draft: Draft): boolean {
  const [first = '', second = ''] = path.split(/[.[]/);
  const inner = (first === 'settings' || first === 'destination') && second !== '';
  const fields = inner ? [second] : (FIELDS[first] ?? [first]);
  const values = (form: Draft) => fields.map((field) => (form as unknown as Record<string, unknown>)[field]);
  return JSON.stringify(values(sent)) !== JSON.stringify(values(draft));
}
