/** The server's time. A phone's clock may be minutes off, and broadcasts run by the server's clock. */

import { signal } from '@preact/signals';

interface Fix {
  server: number;
  monotonic: number;
}

let fix: Fix = { server: Date.now(), monotonic: performance.now() };

/** The server's time, ms. */
export function serverNow(): number {
  return fix.server + (performance.now() - fix.monotonic);
}

/**
 * Takes the server's time from one of its answers.
 * @param at the time in the answer, ms
 * @param asked `performance.now()` when the request left: half of the round trip has passed since the server read its clock
 */
export function setServerTime(at: number, asked: number): void {
  const monotonic = performance.now();
  fix = { server: at + (monotonic - asked) / 2, monotonic };
}

/** The server's time, updated every second while the page is visible. Countdowns read it. */
export const now = signal(serverNow());
/** The same, updated every minute, for texts such as "in 3 hours". */
export const minute = signal(Math.floor(serverNow() / 60_000));

export function tick(): void {
  now.value = serverNow();
  minute.value = Math.floor(now.value / 60_000);
}

setInterval(() => {
  if (!document.hidden) tick();
}, 1_000);
document.addEventListener('visibilitychange', tick);
