/** How long a broadcast may last. Zoom ends every meeting long before. */

/** Days on the clocks of its zone, so that P1M is accepted across a clock change. */
export const MAX_LENGTH_DAYS = 31;
/** No broadcast with an end lasts longer, ms: clocks that go back make a day of up to 25 hours. */
export const MAX_LENGTH_MS = MAX_LENGTH_DAYS * 86_400_000 + 3_600_000;
