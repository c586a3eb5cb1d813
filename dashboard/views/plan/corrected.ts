/** Which errors of a rejected form still apply while the user corrects it. Pure. */

const DESTINATION = ['streamUrl', 'streamKey', 'pageUrl', 'resolution'];
/** Path in an API error → the form fields it is about, where their names differ. */
const FIELDS: Record<string, readonly string[]> = {
  // A rejection of the whole plan, by its code.
  overlap: ['meetingId', 'kind', 'account', 'start', 'startRepeated', 'stop', 'stopRepeated', 'zone', 'startWindow'],
  startAt: ['start', 'startRepeated', 'zone'],
  stopAt: ['stop', 'stopRepeated', 'zone'],
  timezone: ['zone'],
  destination: DESTINATION,
  // For a series.
  duration: ['ends', 'length'],
  rule: ['repeat', 'days', 'rule', 'last'],
  leadMinutes: ['lead'],
  tailMinutes: ['tail'],
  onClockChange: ['skippedTimes', 'repeatedTimes'],
};

/**
 * @param path of an error, such as `settings.layout` or `labels.room`; for an error without one, its code
 * @param sent the form at the time it was sent
 * @returns whether the user has changed what the error is about; false if it is about no field
 */
export function isCorrected<Form extends object>(path: string, sent: Form, draft: Form): boolean {
  const [first = '', second = ''] = path.split(/[.[]/);
  const inner = (first === 'settings' || first === 'destination') && second !== '';
  const fields = inner ? [second] : (FIELDS[first] ?? [first]);
  const values = (form: Form) => fields.map((field) => (form as Record<string, unknown>)[field]);
  return JSON.stringify(values(sent)) !== JSON.stringify(values(draft));
}
