/** Limits the requests of each caller, so that one runaway client leaves room for others. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';

const MINUTE_MS = 60_000;
/** Maximum callers in memory; there can be many addresses, but not many keys. */
const MAX_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  /** Monotonic ms of the last refill. */
  at: number;
}

/** A token bucket per caller, refilled evenly with `perMinute` tokens a minute, in this process only. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perMinute requests a minute, 1 or more */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /**
   * Counts a request and puts the remaining number in the headers.
   * @param caller key or address
   * @throws LivestreamError `too_many_requests`, with `Retry-After` set
   */
  take(caller: string, reply: FastifyReply): void {
    const bucket = this.#filled(caller);
    const refused = bucket.tokens < 1;
    if (!refused) bucket.tokens -= 1;
    const full = this.#secondsFor(this.#perMinute - bucket.tokens);
    // The header names of the IETF draft up to 07, which most clients support.
    reply.header('ratelimit-limit', this.#perMinute);
    reply.header('ratelimit-remaining', Math.floor(bucket.tokens));
    reply.header('ratelimit-reset', full);
    if (!refused) return;
    const seconds = Math.max(1, this.#secondsFor(1 - bucket.tokens));
    throw tooManyRequests(
      reply,
      seconds,
      `More than ${this.#perMinute} requests a minute. The next one is allowed in ${seconds} s.`,
    );
  }

  #filled(caller: string): Bucket {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(caller);
    if (!bucket) {
      if (this.#buckets.size >= MAX_CALLERS) this.#forget(now);
      const fresh = { tokens: this.#perMinute, at: now };
      this.#buckets.set(caller, fresh);
      return fresh;
    }
    bucket.tokens = this.#tokensAt(bucket, now);
    bucket.at = now;
    return bucket;
  }

  #tokensAt({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.#perMinute, tokens + ((now - at) * this.#perMinute) / MINUTE_MS);
  }

  /** Removes full buckets, which carry no information, and if that is not enough the oldest ones. */
  #forget(now: number): void {
    for (const [caller, bucket] of this.#buckets) {
      if (this.#tokensAt(bucket, now) >= this.#perMinute) this.#buckets.delete(caller);
    }
    for (const caller of this.#buckets.keys()) {
      if (this.#buckets.size < MAX_CALLERS) return;
      this.#buckets.delete(caller);
    }
  }

  #secondsFor(tokens: number): number {
    return Math.ceil((tokens * MINUTE_MS) / this.#perMinute / 1_000);
  }
}

/** The error, with the header that says when to retry. */
export function tooManyRequests(reply: FastifyReply, seconds: number, detail: string): LivestreamError {
  reply.header('retry-after', seconds);
  return new LivestreamError('too_many_requests', detail);
}

/** Who counts as one caller: an API key, else an IP address. */
export function callerOf(request: FastifyRequest): string {
  return request.keyName === '' ? `address ${request.ip}` : `key ${request.keyName}`;
}

/**
 * The `onRequest` check of access and rate. It counts requests without a valid key by address, so that nobody can guess keys without limit.
 * Routes marked `config.unlimited` are not rate-limited.
 */
export function limitedAccess(
  check: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
  limit: RateLimit,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    let refusal: unknown = null;
    try {
      await check(request, reply);
    } catch (error) {
      refusal = error;
    }
    if (!request.routeOptions.config?.unlimited) limit.take(callerOf(request), reply);
    if (refusal !== null) throw refusal;
  };
}
