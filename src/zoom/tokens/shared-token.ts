import { randomUUID } from 'node:crypto';
import type { createAgent } from '../../outbound/http-request.ts';
import type { ZoomAccount } from '../accounts.ts';
import { type ClientCredentials, requestToken } from './token-endpoint.ts';
import type { StoredToken, TokenResult, TokensOptions } from './tokens.ts';

/** Renew a token this long before it expires, ms; a short-lived one a quarter of its lifetime before. */
const RENEW_BEFORE_MS = 300_000;
/** A process uses its copy of the shared token for this long, ms, then checks whether another process has renewed it. */
const COPY_GOOD_FOR_MS = 2_000;
/** Each process adds a random part of this, so that not all renew at the same moment. */
const JITTER = 0.2;
/** Zoom may refuse a token on arrival that expires within this, ms. */
const LAST_USE_BEFORE_MS = 2_000;
const POLL_MS = 50;
/** The lock outlasts the request it protects by this, ms. */
const LOCK_SLACK_MS = 5_000;
const QUIET_AFTER_FAILURE_MS = 5_000;
/**
 * Without any token, this process retries this long after a transient error of the token endpoint, ms, not with every due request: a
 * hundred starts asked 115 times a second, and Zoom may disable apps with a high share of failed calls.
 */
const ASK_AGAIN_AFTER_MS = 500;
const REJECTED_KEPT = 32;
/**
 * If Zoom refuses a token that was issued after a refusal, still keep it for this long, ms: in five seconds of 401 every due
 * start would request another one, and none would help.
 */
const NEW_TOKEN_KEPT_MS = 5_000;

/** One account's token: a local copy, the shared one, and the one renewal at a time. */
export class SharedToken {
  readonly #options: TokensOptions;
  readonly #name: string;
  readonly #agent: ReturnType<typeof createAgent>;
  readonly #jitter: number;
  readonly #rejected = new Set<string>();
  #rejectedAt = Number.NEGATIVE_INFINITY;
  #account!: Pick<ZoomAccount, 'name' | 'oauthUrl'> & { credentials: ClientCredentials };
  #local: StoredToken | null = null;
  /** Last comparison of `#local` with the shared one (ms). */
  #copiedAt = 0;
  #reading: Promise<StoredToken | null> | null = null;
  #renewal: Promise<TokenResult> | null = null;
  /** While the old token still works, do not repeat a failed renewal with every request. */
  #quietUntil = 0;
  #lastFailure: { result: TokenResult; until: number } | null = null;

  constructor(options: TokensOptions, name: string, agent: ReturnType<typeof createAgent>) {
    this.#options = options;
    this.#name = name;
    this.#agent = agent;
    this.#jitter = 1 + JITTER * options.clock.random();
  }

  /** The client secret may have changed; the rest of the credentials is part of the name. */
  of(account: ZoomAccount, credentials: ClientCredentials): this {
    this.#account = { name: account.name, oauthUrl: account.oauthUrl, credentials };
    return this;
  }

  async get(): Promise<TokenResult> {
    const known = (await this.#known(this.#isUsable)) ?? null;
    if (!known) return this.#renewOnce();
    if (!this.#isFresh(known) && this.#options.clock.now() >= this.#quietUntil) void this.#renewOnce();
    return granted(known);
  }

  async prepare(): Promise<TokenResult> {
    const fresh = await this.#known(this.#isFresh);
    if (fresh) return granted(fresh);
    const renewed = await this.#renewOnce();
    return renewed.kind !== 'token' && this.#local && this.#isUsable(this.#local) ? granted(this.#local) : renewed;
  }

  reject(tokenId: string): void {
    const now = this.#options.clock.now();
    const local = this.#local;
    if (local?.id === tokenId && local.afterRefusal && now < local.issuedAt + NEW_TOKEN_KEPT_MS) return;
    this.#rejectedAt = now;
    this.#rejected.add(tokenId);
    const oldest = this.#rejected.values().next().value;
    if (this.#rejected.size > REJECTED_KEPT && oldest !== undefined) this.#rejected.delete(oldest);
  }

  /** If this process knows of no rejection (it has just started), the last token is the suspect. */
  async renew(): Promise<TokenResult> {
    if (this.#rejected.size === 0) {
      const suspect = this.#local ?? (await this.#options.store.read(this.#name));
      if (suspect) this.reject(suspect.id);
    }
    const good = await this.#known(this.#isUsable);
    return good ? granted(good) : this.#renewOnce();
  }

  /**
   * Returns the shared token if it is valid; the local copy while that is young, or while the store is away. Another process's renewal may
   * have invalidated an older copy, and a 401 to that would prove nothing about the current one.
   */
  async #known(isGood: (token: StoredToken) => boolean, read = this.#readOnce): Promise<StoredToken | null> {
    const { clock } = this.#options;
    const local = this.#local && isGood(this.#local) ? this.#local : null;
    if (local && clock.now() < this.#copiedAt + COPY_GOOD_FOR_MS) return local;
    const shared = await read().catch((error) => {
      if (local) return null;
      throw error;
    });
    this.#copiedAt = clock.now();
    if (!shared || this.#rejected.has(shared.id)) return local;
    if (local && !isGood(shared)) return local;
    this.#local = shared;
    return isGood(shared) ? shared : null;
  }

  readonly #read = () => this.#options.store.read(this.#name);

  /** All concurrent callers share one read: otherwise seventy starts at one instant read the same token seventy times. */
  readonly #readOnce = () => {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  };

  readonly #isUsable = (token: StoredToken): boolean =>
    !this.#rejected.has(token.id) && this.#options.clock.now() < token.expiresAt - LAST_USE_BEFORE_MS;

  readonly #isFresh = (token: StoredToken): boolean => {
    const margin = Math.min(RENEW_BEFORE_MS, (token.expiresAt - token.issuedAt) / 4) * this.#jitter;
    return this.#isUsable(token) && this.#options.clock.now() < token.expiresAt - margin;
  };

  /** All callers of this process share one renewal, and its result. */
  #renewOnce(): Promise<TokenResult> {
    if (this.#lastFailure && this.#options.clock.now() < this.#lastFailure.until)
      return Promise.resolve(this.#lastFailure.result);
    this.#renewal ??= this.#renewOrWait()
      .catch(storeUnavailable)
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** The holder of the lock renews; the others check every 50 ms for the new token. */
  async #renewOrWait(): Promise<TokenResult> {
    const { clock, store, timeoutMs } = this.#options;
    const holder = randomUUID();
    // Outlasts the lock of a process that died with it.
    const deadline = clock.now() + timeoutMs + 2 * LOCK_SLACK_MS;
    while (clock.now() < deadline) {
      const shared = await this.#known(this.#isFresh);
      if (shared) return granted(shared);
      if (await store.lock(this.#name, holder, timeoutMs + LOCK_SLACK_MS)) {
        const result = await this.#renewLocked(holder);
        if (result) return result;
      }
      await clock.sleepUntil(clock.now() + POLL_MS);
    }
    return { kind: 'transient', reason: 'no token: another process has been renewing it for too long' };
  }

  /** Null: the lock was lost, so the new token was not stored. Another process has renewed. */
  async #renewLocked(holder: string): Promise<TokenResult | null> {
    const { clock, store, timeoutMs, logger } = this.#options;
    try {
      // Another process may have renewed between our check and our lock.
      const shared = await this.#known(this.#isFresh, this.#read);
      if (shared) return granted(shared);
      const issued = await requestToken(this.#agent, clock, this.#account, timeoutMs);
      if (issued.kind !== 'issued') {
        this.#quietUntil = clock.now() + QUIET_AFTER_FAILURE_MS;
        // Remember only a transient failure: rejected credentials end the broadcast, and a fix may come at any moment.
        if (issued.kind === 'transient') {
          this.#lastFailure = { result: issued, until: clock.now() + ASK_AGAIN_AFTER_MS };
          this.#options.onNoToken?.(this.#account.name, issued.reason);
        }
        if (issued.kind === 'refused') this.#options.onCredentials?.(this.#account.name, issued.advice);
        logger.warn({ account: this.#account.name, ...issued }, 'Zoom issued no access token');
        return issued;
      }
      const now = clock.now();
      const { token, lifetimeMs, scopes } = issued;
      const afterRefusal = now < this.#rejectedAt + NEW_TOKEN_KEPT_MS;
      const fresh = { id: randomUUID(), token, issuedAt: now, expiresAt: now + lifetimeMs, scopes, afterRefusal };
      if (!(await store.store(this.#name, holder, fresh, lifetimeMs))) return null;
      this.#local = fresh;
      this.#options.onCredentials?.(this.#account.name, null);
      logger.info({ account: this.#account.name, expiresAt: fresh.expiresAt }, 'Zoom access token renewed');
      return granted(fresh);
    } finally {
      await store.unlock(this.#name, holder).catch(() => {});
    }
  }
}

export function storeUnavailable({ name }: Error): TokenResult {
  return { kind: 'transient', reason: `the token store is unavailable (${name})` };
}

function granted({ id, token, expiresAt, scopes }: StoredToken): TokenResult {
  return { kind: 'token', id, token, expiresAt, scopes };
}
