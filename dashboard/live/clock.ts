/** The server's time: a telephone's clock may be minutes off, and the broadcasts go by the server's. */

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
 * @param at ms, as the answer says
 * @param asked reading of `performance.now()` when the request left: half of the way has passed since
 */
export function setServerTime(at: number, asked: number): void {
  const monotonic = performance.now();
  fix = { server: at + (monotonic - asked) / 2, monotonic };
}

/** The server's time, once a second while the page is seen: what counts down reads it. */
export const now = signal(serverNow());
/** The same, once a minute: for what says "in 3 hours". */
export const minute = signal(Math.floor(serverNow() / 60_000));

export function tick(): void {
  now.value = serverNow();
  minute.value = Math.floor(now.value / 60_000);
}

setInterval(() => {
  if (!document.hidden) tick();
}, 1_000);
document.addEventListener('visibilitychange', tick);
