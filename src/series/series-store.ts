import type { Cluster, Redis } from 'ioredis';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import { IDEMPOTENCY_TTL_MS } from '../broadcasts/store/idempotency-answer.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { defineScript } from '../broadcasts/store/lua-scripts.ts';
import type { PagePosition } from '../page-cursor.ts';
import { indexPageAfter } from '../redis/index-page.ts';
import type { IdempotencyKey } from '../scheduling/requester.ts';
import type { Series } from './series.ts';

const PAGE = 200;

interface SeriesCommands {
  lsWriteSeries(base: string, payload: string): Promise<string[]>;
}

export type SeriesWriteResult =
  | { kind: 'ok'; written: Series }
  /** Someone else wrote first. */
  | { kind: 'conflict' }
  | { kind: 'replay'; bodyHash: string; answer: string };

export interface SeriesWriteOptions {
  events?: LivestreamEvent[];
  idempotency?: IdempotencyKey & { answer: string };
  /** The audit entry, written in the same step. */
  audit?: AuditEntry;
  /** A new series, written in the same step. */
  also?: Series;
}

/** All access to the records of series. One Lua script is the only writer. */
export class SeriesStore {
  readonly #redis: (Redis | Cluster) & SeriesCommands;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = defineScript<SeriesCommands>(
      redis,
      'lsWriteSeries',
      new URL('./lua/write_series.lua', import.meta.url),
    );
    this.#keys = keys;
  }

  /** Null: it does not exist, or it is being deleted and `evenDeleted` is not set. */
  async get(id: string, evenDeleted = false): Promise<Series | null> {
    const data = await this.#redis.hget(this.#keys.named(`sr:${id}`), 'd');
    const series = data === null ? null : (JSON.parse(data) as Series);
    return series?.deletion && !evenDeleted ? null : series;
  }

  /** Writes `next` over the version of `before` (null: a new one). */
  async write(before: Series | null, next: Series, options: SeriesWriteOptions = {}): Promise<SeriesWriteResult> {
    const written = { ...next, version: (before?.version ?? 0) + 1 };
    return this.#run(before, written, JSON.stringify(written), options);
  }

  /** Deletes the record of a series. */
  async remove(series: Series, options: SeriesWriteOptions = {}): Promise<SeriesWriteResult> {
    return this.#run(series, series, false, options);
  }

  /** The positions after one (null: all), oldest first, up to 200 at a time. */
  async *pages(after: PagePosition | null = null): AsyncGenerator<PagePosition[]> {
    for (let position = after; ; ) {
      const page = await indexPageAfter(this.#redis, this.#keys.named('series'), position, PAGE);
      yield page;
      if (page.length < PAGE) return;
      position = page.at(-1) ?? null;
    }
  }

  async #run(
    before: Series | null,
    written: Series,
    data: string | false,
    { events = [], idempotency, audit, also }: SeriesWriteOptions,
  ): Promise<SeriesWriteResult> {
    const payload = {
      ...{
        id: written.id,
        expected: before?.version ?? 0,
        version: written.version,
        data,
        createdAt: written.createdAt,
      },
      events: events.map((event) => JSON.stringify(event)),
      ...(audit ? { audit: JSON.stringify(audit) } : {}),
      ...(also ? { also: alsoWritten(also) } : {}),
      ...(idempotency ? { idempotency: { ...idempotency, ttlMs: IDEMPOTENCY_TTL_MS } } : {}),
    };
    const [kind, bodyHash = '', answer = ''] = await this.#redis.lsWriteSeries(
      this.#keys.base,
      JSON.stringify(payload),
    );
    if (kind === 'replay') return { kind, bodyHash, answer };
    return kind === 'ok' ? { kind, written } : { kind: 'conflict' };
  }
}

function alsoWritten(series: Series) {
  return { id: series.id, data: JSON.stringify({ ...series, version: 1 }), createdAt: series.createdAt };
}
