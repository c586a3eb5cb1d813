import type { StoredEvent } from './event-log.ts';

/** The wanted events; an empty list or null: all. */
export interface EventFilter {
  /** `broadcast.live`, `alert.*`, `*`. */
  types: string[];
  broadcastId: string | null;
}

/** `*`, a name, or all of a kind; any other pattern would never match. */
export const TYPE_PATTERN = /^(\*|(broadcast|alert|series|stream)\.([a-z_]+|\*))$/;

export function passes({ types, broadcastId }: EventFilter, { event }: StoredEvent): boolean {
  if (broadcastId !== null && event.data['id'] !== broadcastId && event.data['broadcastId'] !== broadcastId)
    return false;
  return types.length === 0 || types.some((pattern) => fits(pattern, event.type));
}

function fits(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true;
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1));
}
