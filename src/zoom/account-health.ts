import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import { parseObject } from '../json.ts';

/** Whether Zoom accepts the credentials of an account, as last seen by the workers; times in ms. */
export interface CredentialsState {
  /** Null: unused so far. */
  good: boolean | null;
  /** Since when it has been so. */
  since: number | null;
  /** When that was last confirmed. */
  checkedAt: number | null;
  /** What is wrong; null: nothing. With `good` null or true: why no new token arrives. */
  detail: string | null;
}

const UNKNOWN: CredentialsState = { good: null, since: null, checkedAt: null, detail: null };
/** Minimum interval between writes of an unchanged state, ms. */
const REFRESH_MS = 30_000;
/** The first 401 may only mean an old token: it is renewed and the request repeated (rule 8). */
const REFUSED_AFTER = 2;
/** A hash: account → `CredentialsState` as JSON. */
const HEALTH = 'account-health';

/** The state of each account's credentials, kept in Redis by the workers for the API to show. Nothing here rejects. */
export class AccountHealth {
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #written = new Map<string, { good: boolean | null; at: number }>();
  readonly #unauthorized = new Map<string, number>();

  constructor(redis: Redis | Cluster, keys: Keys, clock: Clock) {
    this.#redis = redis;
    this.#key = keys.named(HEALTH);
    this.#clock = clock;
  }

  /** The token endpoint issued a token, or rejected the credentials (`advice`). */
  token(account: string, advice: string | null): void {
    // A new token does not help while the API itself rejects the tokens.
    if (advice === null && (this.#unauthorized.get(account) ?? 0) >= REFUSED_AFTER) return;
    this.#note(account, advice === null, advice);
  }

  /** The token endpoint issued none, but not because of the credentials. Their known state stays, with the reason. */
  noToken(account: string, reason: string): void {
    this.#note(account, null, `No token from Zoom: ${reason}. The service keeps trying.`);
  }

  /** Zoom's API answered with this HTTP status. */
  answered(account: string, status: number): void {
    if (status === 401) {
      const times = (this.#unauthorized.get(account) ?? 0) + 1;
      this.#unauthorized.set(account, times);
      if (times >= REFUSED_AFTER) this.#note(account, false, 'Zoom answered 401 to the token.');
    } else if (status < 500 && status !== 429) {
      this.#unauthorized.delete(account);
      this.#note(account, true, null);
    }
  }

  #note(account: string, good: boolean | null, detail: string | null): void {
    const now = Math.floor(this.#clock.now());
    const last = this.#written.get(account);
    if (last?.good === good && now - last.at < REFRESH_MS) return;
    this.#written.set(account, { good, at: now });
    // If this write fails, one of the next answers repeats it.
    void this.#write(account, good, detail, now).catch(() => this.#written.delete(account));
  }

  async #write(account: string, good: boolean | null, detail: string | null, now: number): Promise<void> {
    const had = readState(await this.#redis.hget(this.#key, account));
    // A rejection by Zoom needs a person, whether or not Zoom can be reached.
    if (good === null && had.good === false) return;
    const known = good === null && had.good !== null;
    const since = known || had.good === good ? (had.since ?? now) : now;
    const state: CredentialsState = { good: good ?? had.good, since, checkedAt: known ? had.checkedAt : now, detail };
    await this.#redis.hset(this.#key, account, JSON.stringify(state));
  }
}

/** The state of each of these accounts, in their order. */
export async function credentialsOf(
  redis: Redis | Cluster,
  keys: Keys,
  accounts: readonly string[],
): Promise<CredentialsState[]> {
  if (accounts.length === 0) return [];
  return (await redis.hmget(keys.named(HEALTH), ...accounts)).map(readState);
}

function readState(text: string | null): CredentialsState {
  return { ...UNKNOWN, ...parseObject(text ?? '') };
}
