import { LivestreamError } from './errors.ts';

/** Where the last entry of a page stands: `at` is a time in ms, `id` decides between entries of one moment. */
export interface PagePosition {
  at: number;
  id: string;
}

/** The cursor of what comes after this entry. @param at ms */
export function cursorOf(at: number, id: string): string {
  return Buffer.from(`${at}:${id}`).toString('base64url');
}

/** @throws LivestreamError `validation_failed` for a cursor that is not ours */
export function readCursor(cursor: string): PagePosition {
  const match = /^(\d{1,16}):([\w-]{1,300})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (match) return { at: Number(match[1]), id: match[2] as string };
  const message = `must be the nextCursor of an earlier page, got "${cursor.slice(0, 80)}"`;
  throw new LivestreamError('validation_failed', `cursor ${message}.`, { errors: [{ path: 'cursor', message }] });
}
