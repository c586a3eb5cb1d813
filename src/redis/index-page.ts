import type { PagePosition } from '../page-cursor.ts';
import type { RedisClient } from './connection.ts';

/** Which part of an index, by score: `from` inclusive, `to` exclusive; `desc`: the highest first. */
interface Range {
  from?: number;
  to?: number;
  desc?: boolean;
}

/**
 * The next `count` entries of an index (a sorted set) behind `position` (null: from its beginning): by score, those of one score
 * by id. Entries that are added or removed meanwhile make none appear twice.
 */
export async function indexPageAfter(
  redis: RedisClient,
  index: string,
  position: PagePosition | null,
  count: number,
  { from, to, desc = false }: Range = {},
): Promise<PagePosition[]> {
  const min = (desc ? null : position?.at) ?? from ?? '-inf';
  const max = (desc ? position?.at : null) ?? (to === undefined ? '+inf' : `(${to}`);
  const isBehind = ({ at, id }: PagePosition) => {
    if (position === null || at !== position.at) return true;
    return desc ? id < position.id : id > position.id;
  };
  const found: PagePosition[] = [];
  for (let offset = 0; found.length < count; offset += count) {
    const page = ['WITHSCORES', 'LIMIT', offset, count] as const;
    const raw = desc
      ? await redis.zrevrangebyscore(index, max, min, ...page)
      : await redis.zrangebyscore(index, min, max, ...page);
    const places = raw.flatMap((id, i) => (i % 2 === 0 ? [{ id, at: Number(raw[i + 1]) }] : []));
    found.push(...places.filter(isBehind));
    if (places.length < count) break;
  }
  return found.slice(0, count);
}
