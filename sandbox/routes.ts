import type { BroadcastKind } from '../src/broadcasts/broadcast.ts';
import type { Label } from './rate-limits.ts';

/** The endpoint of Zoom that a request means. */
export type Route =
  | { endpoint: 'token' }
  | { endpoint: 'status' | 'livestream' | 'details'; kind: BroadcastKind; id: string }
  | { endpoint: 'user_settings'; userId: string }
  /** The meetings, or the webinars, of a user. */
  | { endpoint: 'list'; kind: BroadcastKind; userId: string }
  | { endpoint: 'unknown' };

const MEETING_PATH = /^\/v2\/(meeting|webinar)s\/([^/]*)(\/livestream(?:\/status)?)?$/;
const USER_PATH = /^\/v2\/users\/([^/]+)\/(settings|meetings|webinars)$/;

/** `path` without the query. */
export function routeOf(method: string, path: string): Route {
  if (path === '/oauth/token') return method === 'POST' ? { endpoint: 'token' } : { endpoint: 'unknown' };
  const meeting = MEETING_PATH.exec(path);
  if (meeting)
    return meetingRoute(method, meeting[1] as BroadcastKind, numberOf(decoded(meeting[2] ?? '')), meeting[3]);
  const user = USER_PATH.exec(path);
  if (!user || method !== 'GET') return { endpoint: 'unknown' };
  const userId = decoded(user[1] ?? '');
  if (user[2] === 'settings') return { endpoint: 'user_settings', userId };
  return { endpoint: 'list', kind: user[2] === 'webinars' ? 'webinar' : 'meeting', userId };
}

function meetingRoute(method: string, kind: BroadcastKind, id: string, rest: string | undefined): Route {
  if (rest === '/livestream/status')
    return method === 'PATCH' ? { endpoint: 'status', kind, id } : { endpoint: 'unknown' };
  if (rest === '/livestream') {
    return method === 'PATCH' || method === 'GET' ? { endpoint: 'livestream', kind, id } : { endpoint: 'unknown' };
  }
  return method === 'GET' ? { endpoint: 'details', kind, id } : { endpoint: 'unknown' };
}

export function labelOf(route: Route): Label {
  return route.endpoint === 'user_settings' || route.endpoint === 'list' ? 'Medium' : 'Light';
}

/** The granular scope that a request needs, and its classic counterpart (Zoom API reference, sections 1, 3, 4). */
export function scopesOf(method: string, route: Route): { granular: string; classic: string } | null {
  const verb = method === 'GET' ? 'read' : 'update';
  const classicVerb = method === 'GET' ? 'read' : 'write';
  if (route.endpoint === 'user_settings') return { granular: 'user:read:settings', classic: 'user:read' };
  if (route.endpoint === 'list') {
    const { kind } = route;
    return { granular: `${kind}:read:list_${kind}s`, classic: `${kind}:read` };
  }
  if (route.endpoint === 'token' || route.endpoint === 'unknown') return null;
  const thing = { status: 'livestream_status', livestream: 'livestream', details: route.kind }[route.endpoint];
  return { granular: `${route.kind}:${verb}:${thing}`, classic: `${route.kind}:${classicVerb}` };
}

/** One number has one spelling: without leading zeros. */
function numberOf(id: string): string {
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : id;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
