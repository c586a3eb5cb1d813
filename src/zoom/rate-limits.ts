import type { AccountLimits } from '../broadcasts/store/commit-payload.ts';

/** Zoom's rate limits of the label Light, per account over all its apps (rate-limit page of February 2026). */
const LIGHT: Record<'free' | 'pro' | 'business', { perSecond: number; perDay: number }> = {
  free: { perSecond: 4, perDay: 6_000 },
  pro: { perSecond: 30, perDay: 0 },
  business: { perSecond: 80, perDay: 0 },
};

/**
 * How much two requests may draw together between leaving the worker and Zoom's counting, ms: sockets, the network, Zoom's door.
 * With at most R in any 1,020 ms, no sliding second at Zoom sees more than R as long as those ways differ by less than 20 ms. What
 * a busy worker takes between its claim and the request is not part of it: the limiter learns when the request really left. The
 * price is 2 % of the drain time.
 */
export const JITTER_MS = 20;

/** The share of an account: `most` requests in any `most * intervalMs`, and the day's budget (0: none). */
export function accountLimits({
  plan,
  rateShare,
}: {
  plan: 'free' | 'pro' | 'business';
  rateShare: number;
}): AccountLimits {
  const { perSecond, perDay } = LIGHT[plan];
  // Below one request a second (a share under a quarter of the free plan), the distance itself grows.
  const most = Math.max(1, Math.floor(perSecond * rateShare));
  const intervalMs = (1_000 + JITTER_MS) / Math.min(most, perSecond * rateShare);
  return { intervalMs, most, daily: Math.floor(perDay * rateShare) };
}
