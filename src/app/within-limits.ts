/** Counts for the summary of a key with limits on accounts or labels. */

import { createHash } from 'node:crypto';
import { listAlerts } from '../alerts/alert-listing.ts';
import type { StoredAlert } from '../alerts/alert-store.ts';
import { isLimited, isWithin, type Limits } from '../broadcasts/limits.ts';
import type { AnyAlertCode } from '../broadcasts/rules/alert-records.ts';
import type { ZoomAccount } from '../zoom/accounts.ts';
import type { AppContext, ShardContext } from './context.ts';

/** Ids per round trip, so that a long index never makes one long command. */
const CHUNK = 1_000;

/** The accounts of this process that the limits allow. */
export function accountsWithin({ accounts }: AppContext, limits: Limits): ZoomAccount[] {
  return accounts.all().filter(({ name }) => limits.accounts?.includes(name) ?? true);
}

/** How many entries of an index are within the limits. @param range `[from, to)` of their score, ms */
export async function countWithin(
  core: ShardContext,
  index: string,
  limits: Limits,
  range?: readonly [from: number, to: number],
): Promise<number> {
  const [min, max] = range ? [String(range[0]), `(${range[1]}`] : ['-inf', '+inf'];
  let count = 0;
  for (let offset = 0; ; offset += CHUNK) {
    const ids = await core.redis.zrangebyscore(index, min, max, 'LIMIT', offset, CHUNK);
    count += (await areWithin(core, ids, limits)).filter(Boolean).length;
    if (ids.length < CHUNK) return count;
  }
}

/** Checks the indexes of accounts and labels, without reading a record. */
async function areWithin(
  { redis, keys }: ShardContext,
  ids: string[],
  { accounts, labels }: Limits,
): Promise<boolean[]> {
  if (ids.length === 0) return [];
  const inAny = async (names: readonly string[] | null, kind: string) => {
    if (names === null) return ids.map(() => true);
    const found = await Promise.all(names.map((name) => redis.zmscore(keys.index(`${kind}:${name}`), ...ids)));
    return ids.map((_, i) => found.some((scores) => scores[i] !== null && scores[i] !== undefined));
  };
  const [ofAccount, ofLabel] = await Promise.all([inAny(accounts, 'account'), inAny(labels, 'label')]);
  return ids.map((_, i) => ofAccount[i] === true && ofLabel[i] === true);
}

/** The first entry of an index between two scores that is within the limits. */
export async function firstWithin(
  { redis, store }: ShardContext,
  index: string,
  min: string,
  max: string,
  limits: Limits,
): Promise<{ id: string; at: number } | null> {
  const chunk = isLimited(limits) ? CHUNK : 1;
  for (let offset = 0; ; offset += chunk) {
    const raw = await redis.zrangebyscore(index, min, max, 'WITHSCORES', 'LIMIT', offset, chunk);
    const places = raw.flatMap((id, i) => (i % 2 === 0 ? [{ id, at: Number(raw[i + 1]) }] : []));
    if (!isLimited(limits)) return places[0] ?? null;
    const seen = new Set(
      (await store.getMany(places.map(({ id }) => id))).filter((one) => isWithin(limits, one)).map(({ id }) => id),
    );
    const first = places.find(({ id }) => seen.has(id));
    if (first || places.length < chunk) return first ?? null;
  }
}

/** The alert numbers of a summary. */
export interface AlertSums {
  acknowledged: number;
  /** Open alerts only. */
  byCode: Partial<Record<AnyAlertCode, number>>;
  /** A new text after every change of one of them. */
  version: string;
}

/** Reads every open and acknowledged alert within the limits, 1,000 at a time. */
export async function alertsWithin(core: AppContext, limits: Limits): Promise<AlertSums> {
  const [open, acknowledged] = await Promise.all([
    readWithin(core, 'open', limits),
    readWithin(core, 'acknowledged', limits),
  ]);
  const byCode: AlertSums['byCode'] = {};
  for (const { code } of open) byCode[code] = (byCode[code] ?? 0) + 1;
  // The counter of all changes would reveal what happens outside the limits.
  const version = createHash('sha256')
    .update(JSON.stringify([open, acknowledged]))
    .digest('base64url');
  return { acknowledged: acknowledged.length, byCode, version };
}

async function readWithin(
  { redis, shards, alerts }: AppContext,
  state: 'open' | 'acknowledged',
  limits: Limits,
): Promise<StoredAlert[]> {
  const found: StoredAlert[] = [];
  const keys = shards.map((shard) => shard.keys);
  let cursor: string | undefined;
  do {
    const query = { state, limits, limit: CHUNK, ...(cursor === undefined ? {} : { cursor }) };
    const page = await listAlerts(redis, keys, alerts, query);
    found.push(...page.alerts);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
