import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { shardOf } from '../broadcasts/store/shard-of.ts';
import { credentialsOf } from '../zoom/account-health.ts';
import type { ZoomAccount } from '../zoom/accounts.ts';
import { accountLimits } from '../zoom/rate-limits.ts';

const DAY_MS = 86_400_000;
/** Accounts that have metrics of their own, the first by name: each has eight series. */
const MAX_ACCOUNTS = 200;

/** What an account has used of its share, and what is left. */
export interface AccountUsage {
  name: string;
  plan: ZoomAccount['plan'];
  usedLastSecond: number;
  leftThisSecond: number;
  usedToday: number;
  /** Null: the plan has no daily limit. */
  leftToday: number | null;
  /** Ms; null: it is not paused. */
  pausedUntil: number | null;
}

export interface AccountReadings {
  /** How many there are. */
  count: number;
  shown: (AccountUsage & { good: boolean | null })[];
}

/** @param now ms, on Redis' clock */
export async function usageOf(
  redis: Redis | Cluster,
  keys: Keys,
  account: ZoomAccount,
  now: number,
): Promise<AccountUsage> {
  const { most = 0, daily } = accountLimits(account);
  const [[day, count, pausedUntil], usedLastSecond] = await Promise.all([
    redis.hmget(keys.named(`rate:${account.name}`), 'day', 'count', 'pausedUntil'),
    redis.zcount(keys.named(`left:${account.name}`), `(${now - 1_000}`, '+inf'),
  ]);
  const usedToday = Number(day) === Math.floor(now / DAY_MS) ? Number(count ?? 0) : 0;
  const paused = Number(pausedUntil ?? 0);
  return {
    name: account.name,
    plan: account.plan,
    usedLastSecond,
    leftThisSecond: Math.max(0, most - usedLastSecond),
    usedToday,
    leftToday: daily > 0 ? Math.max(0, daily - usedToday) : null,
    pausedUntil: paused > now ? paused : null,
  };
}

/** @param shards the first one also has what Zoom said about the credentials */
export async function readAccounts(
  redis: Redis | Cluster,
  shards: readonly { keys: Keys }[],
  accounts: readonly ZoomAccount[],
  now: number,
): Promise<AccountReadings> {
  const shown = boundedByName(accounts, ({ name }) => name);
  const names = shown.map(({ name }) => name);
  const [usages, credentials] = await Promise.all([
    Promise.all(shown.map((account) => usageOf(redis, keysOfAccount(shards, account.name), account, now))),
    credentialsOf(redis, (shards[0] as { keys: Keys }).keys, names),
  ]);
  return {
    count: accounts.length,
    shown: usages.map((usage, i) => ({ ...usage, good: credentials[i]?.good ?? null })),
  };
}

/** Of the shard where everything of the account lies. */
export function keysOfAccount(shards: readonly { keys: Keys }[], account: string): Keys {
  return (shards[shardOf(account, shards.length)] as { keys: Keys }).keys;
}

/** The first `MAX_ACCOUNTS` by name, so that the number of series stays bounded. */
export function boundedByName<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).slice(0, MAX_ACCOUNTS);
}
