import { isLimited, isWithin, type Limits } from '../broadcasts/limits.ts';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { StoredEvent } from './event-log.ts';

/** The wanted events; an empty list or null: all. */
export interface EventFilter {
  /** `broadcast.live`, `alert.*`, `*`. */
  types: string[];
  broadcastId: string | null;
  /** Only what lies within them; null: everything. */
  limits?: Limits | null;
}

/** `*`, a name, or all of a kind; any other pattern would never match. */
export const TYPE_PATTERN = /^(\*|(broadcast|alert|series|source|pause|stream)\.([a-z_]+|\*))$/;

/** Whether the caller asked for this event, and may see it. */
export function passes({ types, broadcastId, limits }: EventFilter, { event }: StoredEvent): boolean {
  if (limits && !isSeen(event, limits)) return false;
  if (broadcastId !== null && event.data['id'] !== broadcastId && event.data['broadcastId'] !== broadcastId)
    return false;
  return types.length === 0 || types.some((pattern) => matches(pattern, event.type));
}

/** An event without an account concerns the whole installation, which a limited key does not see. */
function isSeen({ data }: LivestreamEvent, limits: Limits): boolean {
  const { account, labels } = data;
  if (typeof account !== 'string' || typeof labels !== 'object' || labels === null) return !isLimited(limits);
  return isWithin(limits, { account, labels: labels as Record<string, string> });
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true;
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1));
}
