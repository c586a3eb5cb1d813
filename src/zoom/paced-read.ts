import type { Records } from '../broadcasts/store/store.ts';
import type { Exchange, ReadResult } from '../broadcasts/zoom-outcome.ts';
import type { ReadTarget, ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';

/** Attempts of one read after temporary errors or rate limits. */
const TRIES = 3;
const RETRY_MS = 1_000;
/** A 401 to a new token may be temporary: retry once after this before raising an alert, ms. */
const REFUSED_AGAIN_MS = 5_000;

export interface PacedReadDeps {
  store: Pick<Records, 'reserveRead'>;
  zoom: Pick<ZoomReads, 'read' | 'renewToken'>;
  clock: Clock;
}

export interface PacedReadOptions {
  /** Key in the queue for the rate limit: the same for the same read. */
  token: string;
  /** Called with each request that was sent. */
  onExchange?: (exchange: Exchange<ReadResult>) => void;
  /** Maximum wait for the rate limit, ms; a longer one is reported as `rate_limited`. Default: no maximum. */
  patienceMs?: number;
  /** See `ReadRank`; a read beyond its share is reported as `rate_limited`. */
  dayShare?: number;
}

/** One GET in its rate slot, retried after a rate limit, a temporary error or a renewed token. Never rejects because of Zoom. */
export async function pacedRead(
  { store, zoom, clock }: PacedReadDeps,
  account: string,
  target: ReadTarget,
  { token, onExchange, patienceMs = Number.POSITIVE_INFINITY, dayShare }: PacedReadOptions,
): Promise<ReadResult> {
  const rank = dayShare === undefined ? {} : { dayShare };
  const tooLong = (until: number) => until - clock.now() > patienceMs;
  for (let tries = 1; ; tries += 1) {
    for (let slot = await store.reserveRead(account, token, rank); slot !== null; ) {
      if (tooLong(slot)) return { kind: 'rate_limited', scope: 'day', until: slot };
      await clock.sleepUntil(slot);
      slot = await store.reserveRead(account, token, rank);
    }
    const exchange = await zoom.read(account, target);
    const { result } = exchange;
    if (exchange.sentAt !== null) onExchange?.(exchange);
    const transient = result.kind === 'transient' || result.kind === 'rate_limited' || result.kind === 'unauthorized';
    if (!transient || tries >= TRIES) return result;
    if (result.kind === 'unauthorized') {
      if (tries > 1) await clock.sleepUntil(clock.now() + REFUSED_AGAIN_MS);
      await zoom.renewToken(account);
      continue;
    }
    const again = result.kind === 'rate_limited' ? result.until : clock.now() + RETRY_MS;
    if (tooLong(again)) return result;
    await clock.sleepUntil(again);
  }
}
