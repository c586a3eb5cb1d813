import type { Cluster, Redis } from 'ioredis';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { LivestreamError } from '../errors.ts';
import { parseObject } from '../json.ts';

export interface StoredAuditEntry extends AuditEntry {
  id: string;
  /** Ms. */
  at: number;
}

export interface AuditQuery {
  /** `api:<key name>`, or only the name of the key. */
  by?: string;
  /** Inclusive, ms. */
  from?: number;
  /** Exclusive, ms. */
  to?: number;
  /** 1 to 1,000. */
  limit: number;
  cursor?: string;
}

type StreamEntry = [id: string, fields: string[]];

const CHUNK = 500;
/** Maximum entries read for one page. A search that finds little continues with the answer's cursor. */
const MAX_READ = 20_000;
/** Approximate number of entries kept; the scripts have the same number (`lua/streams.lua`). */
const MAX_ENTRIES = 1_000_000;
const ID = /^\d{1,16}-\d{1,10}$/;

/** Who did what in the whole installation: one stream, written by the scripts that make the changes. */
export class AuditLog {
  readonly #redis: Redis | Cluster;
  readonly #key: string;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = redis;
    this.#key = keys.named('audit');
  }

  /** One page, newest first. @throws LivestreamError `validation_failed` for an invalid cursor */
  async list(query: AuditQuery): Promise<{ entries: StoredAuditEntry[]; nextCursor: string | null }> {
    const { by, from = 0, to, limit, cursor } = query;
    const entries: StoredAuditEntry[] = [];
    let end = cursor === undefined ? (to === undefined ? '+' : `(${to}-0`) : `(${checked(cursor)}`;
    for (let read = 0; ; read += CHUNK) {
      const page = (await this.#redis.xrevrange(this.#key, end, `${from}-0`, 'COUNT', CHUNK)) as StreamEntry[];
      for (const entry of page.flatMap(entryOf)) {
        if (by !== undefined && !isBy(entry, by)) continue;
        if (entries.length === limit) return { entries, nextCursor: entries.at(-1)?.id ?? null };
        entries.push(entry);
      }
      const last = page.at(-1)?.[0];
      if (page.length < CHUNK || last === undefined) return { entries, nextCursor: null };
      if (read + CHUNK >= MAX_READ) return { entries, nextCursor: last };
      end = `(${last}`;
    }
  }

  /** For changes made without a script. */
  async write(entry: AuditEntry): Promise<void> {
    await this.#redis.xadd(this.#key, 'MAXLEN', '~', MAX_ENTRIES, '*', 'e', JSON.stringify(entry));
  }

  /** Removes entries older than `before` (ms). */
  async trim(before: number): Promise<void> {
    await this.#redis.xtrim(this.#key, 'MINID', Math.max(0, Math.floor(before)));
  }
}

/** An import with a key counts as that key. */
function isBy(entry: AuditEntry, by: string): boolean {
  return [by, `api:${by}`, `api:${by}/import`].includes(entry.by);
}

function entryOf([id, fields]: StreamEntry): StoredAuditEntry[] {
  const entry = parseObject(fields[1] ?? '') as AuditEntry | null;
  return entry ? [{ id, at: Number(id.split('-', 1)[0]), ...entry }] : [];
}

function checked(cursor: string): string {
  if (ID.test(cursor)) return cursor;
  const message = `must be the nextCursor of an earlier page, got "${cursor.slice(0, 80)}"`;
  throw new LivestreamError('validation_failed', 'Invalid cursor', { errors: [{ path: 'cursor', message }] });
}
