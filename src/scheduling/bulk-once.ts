import type { Cluster, Redis } from 'ioredis';
import { IDEMPOTENCY_TTL_MS } from '../broadcasts/store/idempotency-answer.ts';
import type { Records } from '../broadcasts/store/store.ts';
import { LivestreamError } from '../errors.ts';
import { type BulkAnswer, type BulkState, type Outcome, stateOf } from './bulk.ts';
import { keyReused } from './idempotency.ts';
import type { IdempotencyKey } from './requester.ts';

/** What the first try of a request matched. */
export interface Matched {
  ids: string[];
  missing: string[];
}

/**
 * A bulk action under an `Idempotency-Key`. It writes one broadcast at a time, so each part has its own mark, written in the same
 * step as the change. A repeated request uses the first match and changes only broadcasts without a mark: `shift` moves each one
 * once, even when a process died half way.
 */
export class BulkOnce {
  readonly #redis: Redis | Cluster;
  /** One per shard: a mark lives in the shard of its broadcast, everything else in the first. */
  readonly #keys: readonly string[];
  readonly #idempotency: IdempotencyKey;

  constructor(redis: Redis | Cluster, store: Pick<Records, 'shards'>, idempotency: IdempotencyKey) {
    this.#redis = redis;
    this.#keys = store.shards.map(({ keys }) => keys.named(`idem:${idempotency.key}`));
    this.#idempotency = idempotency;
  }

  get #key(): string {
    return this.#keys[0] as string;
  }

  /** The first answer, or the first match; null: neither. @throws LivestreamError `idempotency_key_reused` */
  async known(): Promise<{ answer: BulkAnswer } | { matched: Matched } | null> {
    const [hash, answer, matched] = await this.#redis.hmget(this.#key, 'h', 'a', 'm');
    if (!hash) return null;
    if (hash !== this.#idempotency.bodyHash) throw keyReused();
    if (answer) return { answer: JSON.parse(answer) as BulkAnswer };
    return matched ? { matched: JSON.parse(matched) as Matched } : null;
  }

  /** Stores the match. Of two concurrent requests the first one wins, and both get its match. @throws LivestreamError `idempotency_key_reused` */
  async begin(matched: Matched): Promise<Matched> {
    const { bodyHash } = this.#idempotency;
    const text = JSON.stringify(matched);
    await this.#redis
      .multi()
      .hsetnx(this.#key, 'h', bodyHash)
      .hsetnx(this.#key, 'm', text)
      .pexpire(this.#key, IDEMPOTENCY_TTL_MS)
      .exec();
    const [hash, first] = await this.#redis.hmget(this.#key, 'h', 'm');
    if (hash !== bodyHash) throw keyReused();
    return JSON.parse(first ?? text) as Matched;
  }

  /** The mark to write with one part. */
  mark({ before, after }: Outcome): IdempotencyKey & { part: string; answer: string } {
    const states = { before: stateOf(before), after: stateOf(after) };
    return { ...this.#idempotency, part: after.id, answer: JSON.stringify(states) };
  }

  /** Runs one part. If another try already did it, returns that outcome. */
  async apply(id: string, run: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await run().catch((error: unknown) => {
      if (error instanceof LivestreamError && error.status < 500) return error;
      throw error;
    });
    if (!(outcome instanceof LivestreamError) && outcome.before !== outcome.after) return outcome;
    const marks = await Promise.all(this.#keys.map((key) => this.#redis.hget(key, id)));
    const done = marks.find((mark) => mark !== null);
    if (done) return outcomeOf(id, done);
    if (outcome instanceof LivestreamError) throw outcome;
    return outcome;
  }

  /** Keeps the answer, unless a part failed: a repeated request then continues with the rest. */
  async finish(answer: BulkAnswer, isComplete: boolean): Promise<void> {
    if (isComplete) await this.#redis.hset(this.#key, 'a', JSON.stringify(answer));
  }
}

/** The change that a mark records. */
export function outcomeOf(id: string, mark: string): Outcome {
  const { before, after } = JSON.parse(mark) as { before: BulkState; after: BulkState };
  return { before: { id, ...before }, after: { id, ...after } };
}
