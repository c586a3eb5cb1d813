import type { Cluster, Redis } from 'ioredis';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import type { Limits } from '../broadcasts/limits.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { defineScript } from '../broadcasts/store/lua-scripts.ts';
import type { Clock } from '../clock.ts';
import type { Role } from '../config/roles.ts';
import { LivestreamError } from '../errors.ts';
import { idOfToken, newToken, openedBy } from '../secrets/access-token.ts';

/** A key as it is stored and listed, without the key itself. Times in ms. */
export interface StoredKey extends Limits {
  id: string;
  name: string;
  role: Role;
  createdAt: number;
  createdBy: string;
  /** To the minute; null: never used. */
  lastUsedAt: number | null;
}

export type NewKey = Pick<StoredKey, 'name' | 'role' | 'accounts' | 'labels'>;

interface KeyCommands {
  lsWriteKey(base: string, payload: string): Promise<number>;
}

/** Minimum interval between writes of a key's last use, ms: a busy key must not cost a write per request. */
const USE_EVERY_MS = 60_000;
/** API keys begin with this. */
const PREFIX = 'lsk';

/** Whether a token claims to be a key of this store. */
export function looksStored(token: string): boolean {
  return idOfToken(PREFIX, token) !== null;
}

/**
 * The API keys created at run time. Only the SHA-256 of a key is stored. A slow hash, as passwords need, would add nothing: a key has 256
 * random bits, so nobody can guess it from its hash. And every request computes it.
 *
 * Every look-up reads Redis (about 0.2 ms), so a revoked key ends at once in every API process.
 */
export class KeyStore {
  readonly #redis: (Redis | Cluster) & KeyCommands;
  readonly #keys: Keys;
  readonly #clock: Clock;

  constructor(redis: Redis | Cluster, keys: Keys, clock: Clock) {
    this.#redis = defineScript<KeyCommands>(redis, 'lsWriteKey', new URL('./lua/write_key.lua', import.meta.url));
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Creates a key; only this call returns `key` itself. @throws LivestreamError `name_taken` */
  async create(wanted: NewKey, by: string): Promise<{ stored: StoredKey; key: string }> {
    const { id, token: key, hash } = newToken(PREFIX);
    const createdAt = Math.floor(this.#clock.now());
    const { name, role, accounts, labels } = wanted;
    const data = { name, role, accounts, labels, createdAt, createdBy: by };
    const audit = JSON.stringify(auditOf('create', by, { id, name }, { role, accounts, labels }));
    const what = { op: 'create', id, name, hash, data: JSON.stringify(data), at: createdAt, audit };
    if ((await this.#write(what)) === 0) throw nameTaken(name);
    return { stored: { id, ...data, lastUsedAt: null }, key };
  }

  /** Revokes a key at once, in every process, and returns its entry. @throws LivestreamError `not_found` */
  async revoke(id: string, by: string): Promise<StoredKey> {
    const key = await this.get(id);
    const audit = key && JSON.stringify(auditOf('revoke', by, key, null));
    if (!key || (await this.#write({ op: 'revoke', id, name: key.name, audit })) === 0)
      throw new LivestreamError('not_found', `There is no API key ${id.slice(0, 100)}.`);
    return key;
  }

  /** Oldest first. */
  async list(): Promise<StoredKey[]> {
    const ids = await this.#redis.zrange(this.#keys.named('keys'), '0', '-1');
    return (await Promise.all(ids.map((id) => this.get(id)))).filter((key) => key !== null);
  }

  /** Null: it was revoked. */
  async get(id: string): Promise<StoredKey | null> {
    return (await this.byId(id))?.key ?? null;
  }

  /** The key of a token, and its hash; null: it is wrong or revoked. */
  find(token: string): Promise<{ key: StoredKey; hash: Buffer } | null> {
    return openedBy(PREFIX, token, (id) => this.byId(id));
  }

  /** Stores the last use of a key. Never fails: the request matters more. */
  async used({ id, lastUsedAt }: StoredKey): Promise<void> {
    const at = Math.floor(this.#clock.now());
    if (lastUsedAt !== null && at - lastUsedAt < USE_EVERY_MS) return;
    await this.#write({ op: 'use', id, at }).catch(() => {});
  }

  /** By id, with its hash, for a session that represents it. */
  async byId(id: string): Promise<{ key: StoredKey; hash: Buffer } | null> {
    const [data, hash, used] = await this.#redis.hmget(this.#keys.named(`key:${id}`), 'd', 'h', 'u');
    if (!data || !hash) return null;
    const stored = JSON.parse(data) as Omit<StoredKey, 'id' | 'lastUsedAt'>;
    const lastUsedAt = used === null || used === undefined ? null : Number(used);
    return { key: { id, ...stored, lastUsedAt }, hash: Buffer.from(hash, 'hex') };
  }

  #write(what: Record<string, unknown>): Promise<number> {
    return this.#redis.lsWriteKey(this.#keys.base, JSON.stringify(what));
  }
}

export function nameTaken(name: string): LivestreamError {
  return new LivestreamError(
    'name_taken',
    `There is an API key named ${name} already. Choose another name, or revoke it.`,
  );
}

function auditOf(
  verb: 'create' | 'revoke',
  by: string,
  { id, name }: Pick<StoredKey, 'id' | 'name'>,
  detail: Record<string, unknown> | null,
): AuditEntry {
  return { by, action: `key.${verb}`, object: { type: 'key', id, title: name }, detail };
}
