/** What people changed here by hand, in contrast to what a timetable wrote: it is in the history. */

/** A line of the history, as the API shows it and as it is stored. */
export interface HistoryLine {
  type: string;
  by: string;
  reason: string | null;
  request?: unknown;
}

export interface ManualChanges {
  /** Fields whose last change was by hand. The times are one thing: whoever moves one moves both. */
  fields: ReadonlySet<string>;
}

/** A request with this header is one of an import: its changes are not by hand. */
export const IMPORT_HEADER = 'livestream-import';
const IMPORT = '/import';
const SOURCE = 'source:';
/** Who acts when an event of Zoom changes a broadcast. */
const ZOOM = 'zoom';

/** Who acts, in the history, when a file is imported by hand. */
export function importActor(actor: string): string {
  return `${actor}${IMPORT}`;
}

/** Who acts, in the history, when a source is synced. @public */
export function sourceActor(name: string): string {
  return `${SOURCE}${name}`;
}

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

/** @param isZoom the timetable is Zoom itself: what Zoom's events changed counts as its own */
export function manualChanges(history: readonly HistoryLine[], isZoom = false): ManualChanges {
  const fields = new Set<string>();
  const written = new Map<string, string>();
  for (const { type, by, reason, request } of history) {
    const isOwn = isTimetable(by) || (isZoom && by === ZOOM);
    const values = type === 'changed' || type === 'command' ? changedFields(type, reason, request) : {};
    for (const [name, value] of Object.entries(values)) {
      const text = JSON.stringify(value);
      if (isOwn) written.set(name, text);
      // Put back by hand to what the timetable had written: no drift is left. Whether a destination was, cannot be seen.
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
