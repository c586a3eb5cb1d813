import type { Cluster, Redis } from 'ioredis';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import { type Limits, UNLIMITED } from '../broadcasts/limits.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { defineScript } from '../broadcasts/store/lua-scripts.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { outsideLimits } from '../scheduling/within-limits.ts';
import { newToken, openedBy } from '../secrets/access-token.ts';

/** A feed as it is stored and shown: all but its token. Times in ms. */
export interface Feed {
  id: string;
  name: string;
  /** Only broadcasts of this account. */
  account: string | null;
  /** Only broadcasts with this label: `name=value`, or `name` for any value. */
  label: string | null;
  /** Those of the key that made it: the feed shows nothing outside of them. */
  limits: Limits;
  createdAt: number;
  createdBy: string;
  /** The key that made it (`Caller.ref`), with which it ends; empty when no key was needed. */
  ref: string;
}

export type NewFeed = Pick<Feed, 'name' | 'account' | 'label'>;

interface FeedCommands {
  lsWriteFeed(base: string, payload: string): Promise<number>;
}

const MAX_FEEDS = 1_000;
/** Tokens of feeds begin with it. */
const PREFIX = 'lsf';

/** The feeds. As with API keys, only the SHA-256 of a token is stored, and every look-up reads Redis: a deleted feed ends at once. */
export class FeedStore {
  readonly #redis: (Redis | Cluster) & FeedCommands;
  readonly #keys: Keys;
  readonly #clock: Clock;

  constructor(redis: Redis | Cluster, keys: Keys, clock: Clock) {
    this.#redis = defineScript<FeedCommands>(redis, 'lsWriteFeed', new URL('./lua/write_feed.lua', import.meta.url));
    this.#keys = keys;
    this.#clock = clock;
  }

  /**
   * Makes a feed; `token` is returned only this once.
   * @param caller its limits hold for the feed, too
   * @throws LivestreamError `outside_limits`; `limit_reached` when there are 1,000 feeds
   */
  async create(
    { name, account, label }: NewFeed,
    by: string,
    { limits, ref }: Pick<Feed, 'limits' | 'ref'>,
  ): Promise<{ feed: Feed; token: string }> {
    if (account !== null && limits.accounts !== null && !limits.accounts.includes(account))
      throw outsideLimits(`The account ${account}`, limits);
    const { id, token, hash } = newToken(PREFIX);
    const createdAt = Math.floor(this.#clock.now());
    const data = { name, account, label, limits, createdAt, createdBy: by, ref };
    const what = { op: 'create', id, hash, data: JSON.stringify(data), at: createdAt };
    const audit = JSON.stringify(auditOf('create', by, { id, name }, { account, label }));
    if ((await this.#write({ ...what, most: MAX_FEEDS, audit })) === 0)
      throw new LivestreamError('limit_reached', `There are ${MAX_FEEDS} feeds already. Delete one first.`);
    return { feed: { id, ...data }, token };
  }

  /** Ends a feed at once, in every process. Returns what it was. @throws LivestreamError `not_found` */
  async delete(id: string, by: string, limits: Limits): Promise<Feed> {
    const feed = (await this.#read(id))?.feed;
    const seen = feed && liesWithin(feed, limits) ? feed : null;
    const audit = seen && JSON.stringify(auditOf('delete', by, seen, null));
    if (!seen || (await this.#write({ op: 'delete', id, audit })) === 0)
      // A whole token given by mistake is not repeated: its first 20 characters are not secret.
      throw new LivestreamError('not_found', `There is no feed ${id.slice(0, 20)}.`);
    return seen;
  }

  /** Ends all feeds that a key has made: its limits, and who holds it, no longer count. */
  async deleteOf(ref: string, by: string): Promise<void> {
    const theirs = (await this.list(UNLIMITED)).filter((feed) => feed.ref === ref);
    for (const feed of theirs) {
      const audit = JSON.stringify(auditOf('delete', by, feed, { withKey: true }));
      await this.#write({ op: 'delete', id: feed.id, audit });
    }
  }

  /** Oldest first. */
  async list(limits: Limits): Promise<Feed[]> {
    const ids = await this.#redis.zrange(this.#keys.named('feeds'), '0', '-1');
    const found = await Promise.all(ids.map((id) => this.#read(id)));
    return found.flatMap((one) => (one && liesWithin(one.feed, limits) ? [one.feed] : []));
  }

  /** Null when the token is wrong or the feed was deleted. */
  async find(token: string): Promise<Feed | null> {
    return (await openedBy(PREFIX, token, (id) => this.#read(id)))?.feed ?? null;
  }

  async #read(id: string): Promise<{ feed: Feed; hash: Buffer } | null> {
    const [data, hash] = await this.#redis.hmget(this.#keys.named(`feed:${id}`), 'd', 'h');
    return data && hash ? { feed: { id, ref: '', ...JSON.parse(data) }, hash: Buffer.from(hash, 'hex') } : null;
  }

  #write(what: Record<string, unknown>): Promise<number> {
    return this.#redis.lsWriteFeed(this.#keys.base, JSON.stringify(what));
  }
}

/** Whether all that a feed can show lies within the limits. */
function liesWithin({ account, label, limits: own }: Feed, { accounts, labels }: Limits): boolean {
  const shownAccounts = account === null ? own.accounts : [account];
  if (accounts !== null && !shownAccounts?.every((one) => accounts.includes(one))) return false;
  if (labels === null) return true;
  const covered = (one: string) => labels.includes(one) || labels.includes(one.split('=', 1)[0] ?? '');
  return (label !== null && covered(label)) || own.labels?.every(covered) === true;
}

function auditOf(
  verb: 'create' | 'delete',
  by: string,
  { id, name }: Pick<Feed, 'id' | 'name'>,
  detail: Record<string, unknown> | null,
): AuditEntry {
  return { by, action: `feed.${verb}`, object: { type: 'feed', id, title: name }, detail };
}
