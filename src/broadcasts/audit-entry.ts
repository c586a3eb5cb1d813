import { type Broadcast, PLAN_FIELDS } from './broadcast.ts';

/** What people change. */
export const AUDITED = ['broadcast', 'series', 'key', 'pause', 'alert', 'feed', 'calendar', 'source'] as const;

/** One entry of the audit: who did what. The store adds its id and time. */
export interface AuditEntry {
  /** As in the history: `api:<key name>`, `api` (no keys), `library`, `source:<name>` … */
  by: string;
  /** `broadcast.cancel`, `key.create` … */
  action: string;
  object: { type: (typeof AUDITED)[number]; id: string; title: string | null };
  /** Further facts, such as the changed fields. Never a secret. */
  detail: Record<string, unknown> | null;
}

/** Null for a series: it only repeats a command that the audit already has. */
export function audited<Entry extends { by: string }>(entry: Entry): Entry | null {
  return entry.by.startsWith('series:') ? null : entry;
}

/** The entry for a command on a broadcast. Null: neither a person nor a timetable sent it. */
export function broadcastAudit(
  command: string,
  by: string,
  before: Broadcast | null,
  after: Broadcast,
): AuditEntry | null {
  const { id, title, status } = after;
  return audited({
    by,
    action: `broadcast.${command}`,
    object: { type: 'broadcast' as const, id, title },
    detail: before === null ? planOf(after) : { status: [before.status, status], ...changesOf(before, after) },
  });
}

function planOf({ meetingId, account, startAt, stopAt }: Broadcast): Record<string, unknown> {
  return { meetingId, account, startAt: auditValue('startAt', startAt), stopAt: auditValue('stopAt', stopAt) };
}

/** Each changed field with its old and new value. A destination contains a key, so its entry says only that it changed. */
function changesOf(before: Broadcast, after: Broadcast): { changed?: Record<string, unknown> } {
  const fields = PLAN_FIELDS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (fields.length === 0) return {};
  const pair = (name: (typeof PLAN_FIELDS)[number]) =>
    name === 'destination' ? 'changed' : [auditValue(name, before[name]), auditValue(name, after[name])];
  return { changed: Object.fromEntries(fields.map((name) => [name, pair(name)])) };
}

function auditValue(name: string, value: unknown): unknown {
  return name.endsWith('At') && typeof value === 'number' ? new Date(value).toISOString() : value;
}
