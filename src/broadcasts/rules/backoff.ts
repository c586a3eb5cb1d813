/** First step of the backoff after a transient error, ms. */
const BASE_MS = 1_000;
/**
 * Longest step for a start, ms: when Zoom is back after an outage, every start leaves within 5 s. What keeps a long outage from
 * costing thousands of requests is the account's circuit (decision 8), which lets one through every few seconds.
 */
const START_CAP_MS = 4_000;
/** A stop steps like a start this many times, for about 20 s; it is retried for a day, so its steps grow after that. */
const QUICK_STOPS = 10;
/** Longest step for a stop. */
const STOP_CAP_MS = 60_000;
/** The shortest pause between two attempts, ms, to spare Zoom. */
const FLOOR_MS = 100;

/**
 * Exponential backoff with full jitter: uniform between the floor and a ceiling that doubles from 1 s to 4 s, and for a stop
 * that has failed for long on to a minute.
 * @param faults transient errors so far, 0 for the first
 * @param random uniform in [0, 1)
 * @returns the pause in ms, 100 to 60,000
 */
export function backoffMs(faults: number, action: 'start' | 'stop', random: () => number): number {
  const ceiling =
    action === 'stop' && faults >= QUICK_STOPS ? lateStopCeiling(faults) : ceilingOf(faults, START_CAP_MS);
  return Math.round(FLOOR_MS + random() * (ceiling - FLOOR_MS));
}

function lateStopCeiling(faults: number): number {
  return ceilingOf(faults - QUICK_STOPS + 3, STOP_CAP_MS);
}

function ceilingOf(doublings: number, cap: number): number {
  return Math.min(cap, BASE_MS * 2 ** Math.min(doublings, 20));
}
