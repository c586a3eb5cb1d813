/** The middle of the values, or between the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [lower = Number.NaN, upper = Number.NaN] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return (lower + upper) / 2;
}

/** @param part from 0 (the least) to 1 (the greatest): the value that this part of all does not exceed; NaN of none */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** What several rounds gave for one figure. */
export interface Spread {
  median: number;
  least: number;
  greatest: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: quantile(values, 0), greatest: quantile(values, 1) };
}

/** Lateness of many requests in ms after their due moments; `first` below zero means that one left too early. */
export interface Lateness {
  first: number;
  p50: number;
  p99: number;
  last: number;
}

export function latenessOf(late: readonly number[]): Lateness {
  return { first: quantile(late, 0), p50: median(late), p99: quantile(late, 0.99), last: quantile(late, 1) };
}

/** Most moments (ms, in any order) in any window of `ms`, its end not included. */
export function peakWithin(moments: readonly number[], ms: number): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let head = 0;
  return sorted.reduce((most, at, i) => {
    while (at - (sorted[head] as number) >= ms) head += 1;
    return Math.max(most, i - head + 1);
  }, 0);
}
