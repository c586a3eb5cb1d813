/** Finds out who a key or a session cookie stands for. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Limits, UNLIMITED } from '../broadcasts/limits.ts';
import type { Role } from '../config/roles.ts';
import type { ApiKey } from '../config.ts';
import { hashOf } from '../secrets/access-token.ts';
import { type KeyStore, looksStored } from './key-store.ts';
import type { Sessions } from './sessions.ts';

/** Who sends a request, and what that caller may do. */
export interface Caller {
  /** Name of the key; empty without keys. */
  name: string;
  role: Role;
  limits: Limits;
  /** Identifies the key among both kinds: `stored:<id>` or `setting:<name>`. Empty without keys. */
  ref: string;
}

/** Without API keys, anyone who reaches this machine's own address may do everything. */
export const KEYLESS: Caller = { name: '', role: 'admin', limits: UNLIMITED, ref: '' };

interface Known {
  caller: Caller;
  hash: Buffer;
}

export interface Stores {
  keys: KeyStore;
  sessions: Sessions;
}

/** Looks up keys of `API_KEYS` and, if there are stores, keys created at run time and sessions. */
export class Authority {
  /** Without keys in the settings, requests from this machine need none. */
  readonly isKeyless: boolean;
  readonly #configured: Known[];
  readonly #stores: Stores | null;

  constructor(configured: readonly ApiKey[], stores: Stores | null = null) {
    this.isKeyless = configured.length === 0;
    this.#stores = stores;
    this.#configured = configured.map(({ name, role, key }) => ({
      caller: { name, role, limits: UNLIMITED, ref: `setting:${name}` },
      hash: hashOf(key.reveal()),
    }));
  }

  /** Null: the key is wrong or was revoked. */
  async byToken(token: string): Promise<Caller | null> {
    return (await this.#known(token))?.caller ?? null;
  }

  /** Null: the cookie is wrong or expired, or its key was revoked. `origin`: where the session began. */
  async bySession(cookie: string): Promise<{ caller: Caller; origin: string } | null> {
    const session = await this.#stores?.sessions.find(cookie);
    const known = session ? await this.#byRef(session.ref) : null;
    if (!session || !known || !sameText(session.proof, proofOf(cookie, known.hash))) return null;
    return { caller: known.caller, origin: session.origin };
  }

  /** Begins a session for a key and returns the value of its cookie. Null: the key is wrong. */
  async beginSession(token: string, origin: string): Promise<string | null> {
    const known = await this.#known(token);
    if (!known || !this.#stores) return null;
    return this.#stores.sessions.begin((cookie) => ({
      ref: known.caller.ref,
      proof: proofOf(cookie, known.hash),
      origin,
    }));
  }

  async endSession(cookie: string): Promise<void> {
    await this.#stores?.sessions.end(cookie);
  }

  /** Whether a caller's key is still valid, for what outlives a request, such as event streams and feeds. */
  async isGood({ ref }: Pick<Caller, 'ref'>): Promise<boolean> {
    return ref === '' || (await this.#byRef(ref)) !== null;
  }

  async #known(token: string): Promise<Known | null> {
    const hash = hashOf(token);
    let found: Known | null = null;
    // Compares every key, even after a match, so that the time taken reveals nothing.
    for (const key of this.#configured) if (timingSafeEqual(key.hash, hash)) found = key;
    if (found || !this.#stores || !looksStored(token)) return found;
    return this.#used(await this.#stores.keys.find(token));
  }

  async #byRef(ref: string): Promise<Known | null> {
    const configured = this.#configured.find(({ caller }) => caller.ref === ref);
    if (configured) return configured;
    const id = /^stored:(.+)$/.exec(ref)?.[1];
    return id === undefined || !this.#stores ? null : this.#used(await this.#stores.keys.byId(id));
  }

  #used(found: Awaited<ReturnType<KeyStore['find']>>): Known | null {
    if (!found) return null;
    const { id, name, role, accounts, labels } = found.key;
    void this.#stores?.keys.used(found.key);
    return { caller: { name, role, limits: { accounts, labels }, ref: `stored:${id}` }, hash: found.hash };
  }
}

/**
 * Ties a session to its key: another key under the same name in `API_KEYS` ends it. The hash includes the cookie, which is not stored, so
 * it helps nobody to guess a weak key.
 */
function proofOf(cookie: string, keyHash: Buffer): string {
  return createHmac('sha256', cookie).update(keyHash).digest('hex');
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
