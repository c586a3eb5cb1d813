/** Which errors of a refused form still stand while one corrects it. Pure. */

const DESTINATION = ['streamUrl', 'streamKey', 'pageUrl', 'resolution'];
/** Path in an error of the API → the fields of the form that it is about, where they are not called the same. */
const FIELDS: Record<string, readonly string[]> = {
  // A refusal of the whole plan, by its code.
  overlap: ['meetingId', 'kind', 'account', 'start', 'startRepeated', 'stop', 'stopRepeated', 'zone', 'startWindow'],
  startAt: ['start', 'startRepeated', 'zone'],
  stopAt: ['stop', 'stopRepeated', 'zone'],
  timezone: ['zone'],
  destination: DESTINATION,
  // Of a series.
  duration: ['ends', 'length'],
  rule: ['repeat', 'days', 'rule', 'last'],
  leadMinutes: ['lead'],
  tailMinutes: ['tail'],
  onClockChange: ['skippedTimes', 'repeatedTimes'],
};

/**
 * @param path of an error, such as `settings.layout` or `labels.room`; of a refusal without one, its code
 * @param sent the form as it was sent
 * @returns whether what it is about has been changed since; false for what is about no field
 */
export function isCorrected<Form extends object>(path: string, sent: Form, draft: Form): boolean {
  const [first = '', second = ''] = path.split(/[.[]/);
  const inner = (first === 'settings' || first === 'destination') && second !== '';
  const fields = inner ? [second] : (FIELDS[first] ?? [first]);
  const values = (form: Form) => fields.map((field) => (form as Record<string, unknown>)[field]);
  return JSON.stringify(values(sent)) !== JSON.stringify(values(draft));
}
