/** First step of the backoff after a passing fault, ms. */
const BASE_MS = 1_000;
/** Longest step for a start: half a minute, so that a recovered Zoom is used at once. */
const START_CAP_MS = 30_000;
/** Longest step for a stop, which is retried for a day. */
const STOP_CAP_MS = 60_000;
/** Never hammer: the shortest pause between two tries, ms. */
const FLOOR_MS = 100;

/**
 * Exponential backoff with full jitter: uniform between the floor and `min(cap, 1 s * 2^faults)`.
 * @param faults passing faults so far, 0 for the first
 * @param random uniform in [0, 1)
 * @returns the pause in ms, 100 to 60,000
 */
export function backoffMs(faults: number, action: 'start' | 'stop', random: () => number): number {
  const cap = action === 'start' ? START_CAP_MS : STOP_CAP_MS;
  const ceiling = Math.min(cap, BASE_MS * 2 ** Math.min(faults, 20));
  return Math.round(FLOOR_MS + random() * (ceiling - FLOOR_MS));
}
