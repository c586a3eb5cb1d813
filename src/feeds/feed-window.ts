import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { ListQuery } from '../broadcasts/store/listing.ts';
import type { Feed } from './feed-store.ts';

const DAY_MS = 86_400_000;
const BACK_MS = 30 * DAY_MS;
const AHEAD_MS = 366 * DAY_MS;
/** A canceled broadcast is shown for this long after it was canceled, so that every subscriber hears of it. */
const CANCELED_MS = 30 * DAY_MS;
/** About 3 MB of iCalendar. */
export const MAX_EVENTS = 5_000;
const PAGE = 1_000;
/** A page may be empty and go on: a listing reads 10,000 records at most for each. */
const MAX_PAGES = 20;

type Page = { broadcasts: Broadcast[]; nextCursor: string | null };
export type ListPage = (query: ListQuery) => Promise<Page>;

/**
 * What a feed shows at `now` (ms), in order of `startAt`: from 30 days back to 366 days ahead. If there are more than 5,000, what is
 * upcoming goes before what is past, and what is near before what is far.
 */
export async function broadcastsOfFeed(feed: Feed, now: number, list: ListPage): Promise<Broadcast[]> {
  const { account, label, limits } = feed;
  const which = { limits, ...(account === null ? {} : { account }), ...(label === null ? {} : { label }) };
  // What began within a day may still be on air, and counts as upcoming.
  const middle = now - DAY_MS;
  const ahead = await upTo(MAX_EVENTS, now, list, { ...which, from: middle, to: now + AHEAD_MS, order: 'asc' });
  const rest = MAX_EVENTS - ahead.length;
  const back = await upTo(rest, now, list, { ...which, from: now - BACK_MS, to: middle, order: 'desc' });
  return [...back.reverse(), ...ahead];
}

async function upTo(
  max: number,
  now: number,
  list: ListPage,
  query: Omit<ListQuery, 'limit' | 'cursor'>,
): Promise<Broadcast[]> {
  const found: Broadcast[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES && found.length < max; pages += 1) {
    const page: Page = await list({ ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    found.push(...page.broadcasts.filter((one) => isShown(one, now)));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return found.slice(0, max);
}

function isShown({ status, updatedAt }: Broadcast, now: number): boolean {
  return status !== 'canceled' || updatedAt > now - CANCELED_MS;
}
