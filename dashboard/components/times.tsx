/** Times that keep themselves current. Each redraws only itself when the clock moves. */

import { clockSeconds, fullTime, lengthText, relativeText, timeNear } from '../format.ts';
import { minute, now } from '../live/clock.ts';

type At = { at: string };

/** `09:00`, with the whole date as its tooltip. On another day than `after` (default: today) the date comes first. */
export function Time({ at, after, seconds = false }: At & { after?: string; seconds?: boolean }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {seconds ? clockSeconds(at) : timeNear(at, after === undefined ? minute.value * 60_000 : Date.parse(after))}
    </time>
  );
}

/**
 * `in 3 h`, `5 min ago`.
 * @public
 */
export function Relative({ at }: At) {
  const near = Math.abs(Date.parse(at) - now.peek()) < 90_000;
  return (
    <time dateTime={at} title={fullTime(at)}>
      {relativeText(at, near ? now.value : minute.value * 60_000)}
    </time>
  );
}

/**
 * `4 min 12 s` until a moment, updated every second; after it, with a plus. Not a live region, so screen readers do not read every second.
 */
export function Countdown({ at }: At) {
  const left = Date.parse(at) - now.value;
  return (
    <time class="countdown" dateTime={at} role="timer" aria-live="off">
      {left < 0 ? '+' : ''}
      {lengthText(left)}
    </time>
  );
}
