import type { FastifyRequest } from 'fastify';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';

export type WriteAudit = (entry: AuditEntry) => Promise<void>;

/** Writes an audit entry for a change to an item that has a name and no script of its own: a calendar, a source. */
export function noting(type: 'calendar' | 'source', write: WriteAudit) {
  return (
    { actor }: FastifyRequest,
    verb: string,
    name: string,
    detail: Record<string, unknown> | null = null,
  ): Promise<void> => write({ by: actor, action: `${type}.${verb}`, object: { type, id: name, title: null }, detail });
}

/** The names of the given fields, without their values, which may be secret, such as the address of a private calendar. */
export function fieldsOf(body: unknown): { fields: string[] } {
  return { fields: typeof body === 'object' && body !== null ? Object.keys(body) : [] };
}
