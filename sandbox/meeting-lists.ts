import { Numeral } from './event-payloads.ts';
import { type SandboxMeeting, zoomTime } from './meeting.ts';
import type { SandboxState } from './sandbox-state.ts';
import { type Answer, zoomError } from './zoom-errors.ts';

/** `GET /users/{id}/meetings` and `/webinars` (Zoom API reference, section 9). */

const DEFAULT_PAGE = 30;
const MAX_PAGE = 300;
/** Lifetime of a `next_page_token`, ms. */
const TOKEN_LIFE_MS = 15 * 60_000;
/** No list contains instant meetings. */
const INSTANT = 1;
const MINUTE_MS = 60_000;

interface ListCall {
  kind: 'meeting' | 'webinar';
  userId: string;
  query: URLSearchParams;
  /** The requesting account. */
  account: string;
}

export function listOf(sandbox: SandboxState, { kind, userId, query, account }: ListCall): Answer {
  const refusal = userRefusal(sandbox, userId, kind);
  if (refusal) return refusal;
  const pageSize = Math.min(MAX_PAGE, Math.max(1, Number(query.get('page_size')) || DEFAULT_PAGE));
  const now = sandbox.clock.now();
  const token = query.get('next_page_token') || null;
  const from = token === null ? 0 : offsetOf(token, now);
  if (from === null) return zoomError(400, 300, 'The next page token is invalid or expired.');
  const items = itemsOf(sandbox, { kind, userId, account }, query.get('type') ?? 'scheduled', now);
  const more = from + pageSize < items.length;
  const page = {
    page_size: pageSize,
    total_records: items.length,
    next_page_token: more ? tokenOf(from + pageSize, now) : '',
    [`${kind}s`]: items.slice(from, from + pageSize),
  };
  return { status: 200, body: page };
}

/** `me` is no user: a Server-to-Server token has no user behind it. */
function userRefusal(sandbox: SandboxState, userId: string, kind: 'meeting' | 'webinar'): Answer | null {
  const user = sandbox.users.get(userId);
  if (userId === 'me' || user?.exists === false) return zoomError(404, 1001, `User does not exist: ${userId}.`);
  if (kind === 'meeting' || user?.webinarPlan !== false) return null;
  return zoomError(
    400,
    200,
    'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action.',
  );
}

function itemsOf(
  sandbox: SandboxState,
  { kind, userId, account }: Omit<ListCall, 'query'>,
  type: string,
  now: number,
): unknown[] {
  const mine = [...sandbox.meetings.values()].filter(
    (one) =>
      one.kind === kind &&
      one.state !== 'gone' &&
      one.type !== INSTANT &&
      (one.account === null || one.account === account) &&
      [one.hostId, one.hostEmail.toLowerCase()].includes(one.hostId === userId ? userId : userId.toLowerCase()),
  );
  return mine
    .flatMap((one) => timesOf(one).map((time) => ({ one, time })))
    .filter((found) => isOfType(found, type, now))
    .map(itemOf);
}

interface Item {
  one: SandboxMeeting;
  time: { startTime: string; duration: number };
}

/** Lists a recurring meeting once per occurrence that takes place; one without fixed times once. */
function timesOf(one: SandboxMeeting): Item['time'][] {
  if (one.occurrences.length === 0) return [{ startTime: one.startTime, duration: one.duration }];
  return one.occurrences.filter(({ status }) => status === 'available');
}

function isOfType({ one, time }: Item, type: string, now: number): boolean {
  const end = Date.parse(time.startTime) + time.duration * MINUTE_MS;
  if (type === 'live') return one.state === 'started';
  if (type === 'previous_meetings') return end <= now;
  if (type === 'upcoming' || type === 'upcoming_meetings') return hasNoTime(one) || end > now;
  return true;
}

function hasNoTime({ type }: SandboxMeeting): boolean {
  return type === 3 || type === 6;
}

function itemOf({ one, time }: Item): unknown {
  const { id, uuid, hostId, topic, type, timezone } = one;
  return {
    ...{ uuid, id: new Numeral(id), host_id: hostId, topic, type },
    ...(!hasNoTime(one) && { start_time: time.startTime }),
    ...{ duration: time.duration, timezone, join_url: `https://example.zoom.us/j/${id}` },
  };
}

function tokenOf(offset: number, now: number): string {
  return Buffer.from(JSON.stringify([offset, zoomTime(now + TOKEN_LIFE_MS)])).toString('base64url');
}

function offsetOf(token: string, now: number): number | null {
  try {
    const [offset, until] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [number, string];
    return Date.parse(until) > now ? offset : null;
  } catch {
    return null;
  }
}
