import type { Cluster, Redis } from 'ioredis';
import { hasLabel, type Limits } from '../broadcasts/limits.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { cursorOf, type PagePosition, readCursor } from '../page-cursor.ts';
import { indexPageAfter } from '../redis/index-page.ts';
import { type AlertState, type Alerts, isAlertWithin, type StoredAlert } from './alert-store.ts';

/** The filters of `GET /v1/alerts`. Times in ms; they apply to when the alert was raised. */
export interface AlertQuery {
  /** Omitted: all. */
  state?: AlertState;
  account?: string;
  /** `name=value`, or only `name`. */
  label?: string;
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
  /** 1 to 1,000. */
  limit: number;
  cursor?: string;
  /** Only alerts of broadcasts within these limits. */
  limits?: Limits;
}

export interface AlertPage {
  alerts: StoredAlert[];
  nextCursor: string | null;
}

/** Records read at once when a filter drops some of them. */
const CHUNK = 200;

/**
 * One page, newest first. The cursor is the position of the last alert shown, so pages stay correct while new ones are added.
 * @throws LivestreamError `validation_failed` for an invalid cursor
 */
export async function listAlerts(
  redis: Redis | Cluster,
  shards: readonly Keys[],
  store: Alerts,
  query: AlertQuery,
): Promise<AlertPage> {
  const indexes = shards.map((keys) => keys.named(`alerts:${query.state ?? 'all'}`));
  const found: StoredAlert[] = [];
  let position = query.cursor === undefined ? null : readCursor(query.cursor);
  const chunk = Math.max(CHUNK, query.limit + 1);
  for (;;) {
    const positions = await nextPositions(redis, indexes, position, query, chunk);
    for (const alert of await store.getMany(positions.map(({ id }) => id))) {
      if (!matchesQuery(alert, query)) continue;
      if (found.length === query.limit) {
        const { raisedAt, id } = found.at(-1) as StoredAlert;
        return { alerts: found, nextCursor: cursorOf(raisedAt, id) };
      }
      found.push(alert);
    }
    if (positions.length < chunk) return { alerts: found, nextCursor: null };
    position = positions.at(-1) ?? null;
  }
}

/** The next entries of all these indexes. */
async function nextPositions(
  redis: Redis | Cluster,
  indexes: readonly string[],
  position: PagePosition | null,
  query: AlertQuery,
  count: number,
): Promise<PagePosition[]> {
  const range = { from: query.from, to: query.to, desc: true };
  const found = await Promise.all(indexes.map((index) => indexPageAfter(redis, index, position, count, range)));
  if (found.length === 1) return found[0] as PagePosition[];
  const newestFirst = (a: PagePosition, b: PagePosition) => b.at - a.at || (a.id < b.id ? 1 : -1);
  return found.flat().sort(newestFirst).slice(0, count);
}

function matchesQuery(alert: StoredAlert, query: AlertQuery): boolean {
  const { account, labels } = alert;
  if (query.limits && !isAlertWithin(alert, query.limits)) return false;
  if (query.account !== undefined && account !== query.account) return false;
  return query.label === undefined || hasLabel(labels, query.label);
}
