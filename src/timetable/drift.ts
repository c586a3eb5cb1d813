/** Finds, in the history, what people changed here by hand after a timetable wrote it. */

/** A line of the history, either from the API or from the store. */
export interface HistoryLine {
  type: string;
  by: string;
  reason: string | null;
  request?: unknown;
}

export interface ManualChanges {
  /** Fields last changed by hand. The times count as one: whoever moves one moves both. */
  fields: ReadonlySet<string>;
}

/** Header that marks a request as part of an import, so that its changes do not count as made by hand. */
export const IMPORT_HEADER = 'livestream-import';
const IMPORT = '/import';
const SOURCE = 'source:';
/** The actor when a Zoom event changes a broadcast. */
const ZOOM = 'zoom';

/** The actor, in the history, when someone imports a file. */
export function importActor(actor: string): string {
  return `${actor}${IMPORT}`;
}

/** The actor, in the history, when a source is synced. @public */
export function sourceActor(name: string): string {
  return `${SOURCE}${name}`;
}

/** Whether a change was made by an import or by a source, and not by hand. */
export function isTimetable(by: string): boolean {
  return by.endsWith(IMPORT) || by.startsWith(SOURCE);
}

/** Whether the reason of a canceled broadcast says that a timetable canceled it. */
export function canceledByTimetable(reason: string | null): boolean {
  return isTimetable(reason?.replace(/^canceled by /, '') ?? '');
}

const TIMES = ['startAt', 'stopAt'];
/** What the history shows in place of any destination. */
const CONCEALED = JSON.stringify('…');

/** @param isZoom the timetable is Zoom itself, so changes by Zoom events count as its own */
export function manualChanges(history: readonly HistoryLine[], isZoom = false): ManualChanges {
  const fields = new Set<string>();
  const written = new Map<string, string>();
  for (const { type, by, reason, request } of history) {
    const isOwn = isTimetable(by) || (isZoom && by === ZOOM);
    const values = type === 'changed' || type === 'command' ? changedFields(type, reason, request) : {};
    for (const [name, value] of Object.entries(values)) {
      const text = JSON.stringify(value);
      if (isOwn) written.set(name, text);
      // Someone restored the timetable's value, so there is no drift. For a destination this is unknown.
      const isKnown = text !== undefined && text !== CONCEALED;
      if (isOwn || (isKnown && written.get(name) === text)) fields.delete(name);
      else fields.add(name);
    }
  }
  if (TIMES.some((name) => fields.has(name))) for (const name of TIMES) fields.add(name);
  return { fields };
}

function changedFields(type: string, reason: string | null, request: unknown): Record<string, unknown> {
  if (type === 'command') return reason === 'start' || reason === 'retry' ? { startAt: undefined } : {};
  if (typeof request === 'object' && request !== null) return request as Record<string, unknown>;
  return Object.fromEntries(TIMES.map((name) => [name, undefined]));
}
