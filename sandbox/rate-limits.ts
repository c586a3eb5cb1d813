import type { Answer } from './zoom-errors.ts';
import { zoomError } from './zoom-errors.ts';

/** Zoom's rate limits per account (Zoom API reference, section 7). */

export const PLANS = ['free', 'pro', 'business', 'none'] as const;
/** `none` switches the limits off. */
export type Plan = (typeof PLANS)[number];
export type Label = 'Light' | 'Medium';

export interface Limit {
  /** Requests in any sliding second; null: no limit. */
  perSecond: number | null;
  /** Requests in a UTC day; null: no limit. */
  perDay: number | null;
}

/** The plan's limits of one label. */
export function planLimit(plan: Plan, label: Label): Limit {
  const light = label === 'Light';
  if (plan === 'free') return light ? { perSecond: 4, perDay: 6000 } : { perSecond: 2, perDay: 2000 };
  if (plan === 'pro') return { perSecond: light ? 30 : 20, perDay: null };
  if (plan === 'business') return { perSecond: light ? 80 : 60, perDay: null };
  return { perSecond: null, perDay: null };
}

export interface AccountUse {
  requests: number;
  limitedPerSecond: number;
  limitedPerDay: number;
  /** Maximum requests in any sliding second, including refused ones. */
  peakPerSecond: number;
}

const DAY_MS = 86_400_000;

interface Meter {
  /** Admitted requests of the last second. */
  admitted: SlidingSecond;
  day: number;
  usedToday: number;
}

/** Counts the requests of every account and refuses those beyond the limit; a refused request costs nothing. */
export class RateLimits {
  readonly #meters = new Map<string, Meter>();
  readonly #arrivals = new Map<string, SlidingSecond>();
  readonly #uses = new Map<string, AccountUse>();

  /** Admits (null) or refuses a request. `now` in ms since the epoch selects the UTC day, `monotonic` in ms the second. */
  admit(account: string, label: Label, limit: Limit, now: number, monotonic: number): Answer | null {
    const use = this.#arrive(account, monotonic);
    const meter = this.#meter(`${label} ${account}`, now);
    if (limit.perDay !== null && meter.usedToday >= limit.perDay) {
      use.limitedPerDay += 1;
      return dailyLimited(label, limit.perDay, now);
    }
    if (limit.perSecond !== null && meter.admitted.count(monotonic) >= limit.perSecond) {
      use.limitedPerSecond += 1;
      return secondLimited(label, limit.perSecond);
    }
    meter.admitted.add(monotonic);
    meter.usedToday += 1;
    return null;
  }

  uses(): Record<string, AccountUse> {
    return Object.fromEntries(this.#uses);
  }

  clear(): void {
    this.#meters.clear();
    this.#arrivals.clear();
    this.#uses.clear();
  }

  #arrive(account: string, monotonic: number): AccountUse {
    const arrivals = entry(this.#arrivals, account, () => new SlidingSecond());
    const use = entry(this.#uses, account, () => ({
      requests: 0,
      limitedPerSecond: 0,
      limitedPerDay: 0,
      peakPerSecond: 0,
    }));
    arrivals.add(monotonic);
    use.requests += 1;
    use.peakPerSecond = Math.max(use.peakPerSecond, arrivals.count(monotonic));
    return use;
  }

  #meter(key: string, now: number): Meter {
    const day = Math.floor(now / DAY_MS);
    const meter = entry(this.#meters, key, () => ({ admitted: new SlidingSecond(), day, usedToday: 0 }));
    if (meter.day !== day) Object.assign(meter, { day, usedToday: 0 });
    return meter;
  }
}

/** Times within the last 1,000 ms, oldest first; amortised O(1). */
class SlidingSecond {
  #times: number[] = [];
  #head = 0;

  add(at: number): void {
    this.#expire(at);
    this.#times.push(at);
  }

  count(now: number): number {
    this.#expire(now);
    return this.#times.length - this.#head;
  }

  #expire(now: number): void {
    while (this.#head < this.#times.length && (this.#times[this.#head] as number) <= now - 1000) this.#head += 1;
    if (this.#head < 1024) return;
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }
}

function entry<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function secondLimited(label: Label, limit: number): Answer {
  const answer = zoomError(
    429,
    429,
    'You have reached the maximum per-second rate limit for this API. Try again later.',
  );
  return { ...answer, headers: limitHeaders(label, 'QPS', limit) };
}

/** `Retry-After` is an ISO time here, as in Zoom's older documents, not seconds or an HTTP date. */
function dailyLimited(label: Label, limit: number, now: number): Answer {
  const midnight = new Date((Math.floor(now / DAY_MS) + 1) * DAY_MS).toISOString().replace('.000Z', 'Z');
  const answer = zoomError(
    429,
    429,
    'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when ' +
      'you can make another request.',
  );
  return { ...answer, headers: { ...limitHeaders(label, 'Daily-limit', limit), 'Retry-After': midnight } };
}

function limitHeaders(label: Label, type: string, limit: number): Record<string, string> {
  return {
    'X-RateLimit-Category': label,
    'X-RateLimit-Type': type,
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': '0',
  };
}
