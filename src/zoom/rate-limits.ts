import type { AccountLimits } from '../broadcasts/store/store.ts';

/** Zoom's rate limits of the label Light, per account over all its apps (rate-limit page of February 2026). */
const LIGHT: Record<'free' | 'pro' | 'business', { perSecond: number; perDay: number }> = {
  free: { perSecond: 4, perDay: 6_000 },
  pro: { perSecond: 30, perDay: 0 },
  business: { perSecond: 80, perDay: 0 },
};

/**
 * How much two requests may draw together between our clock's reading and Zoom's, ms: event loops, sockets, the network.
 * Spaced for R in 1,045 ms, no sliding second at Zoom sees more than R as long as the delays differ by less than 45 ms.
 * The price is 4.5 % of the drain time.
 */
export const JITTER_MS = 45;

/** Least distance of two requests (ms) and the day's budget (0: none) of an account's share. */
export function accountLimits({
  plan,
  rateShare,
}: {
  plan: 'free' | 'pro' | 'business';
  rateShare: number;
}): AccountLimits {
  const { perSecond, perDay } = LIGHT[plan];
  // Below one a second (a share under a quarter of the free plan) the distance itself grows.
  const most = Math.max(1, Math.floor(perSecond * rateShare));
  const intervalMs = (1_000 + JITTER_MS) / Math.min(most, perSecond * rateShare);
  return { intervalMs, most, daily: Math.floor(perDay * rateShare) };
}
