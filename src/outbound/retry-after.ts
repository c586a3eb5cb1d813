const DAY_MS = 86_400_000;
/** No limit of Zoom lasts longer; a longer value (an epoch read as seconds, for example) is wrong. */
const MAX_WAIT_MS = 7 * DAY_MS;

const SECONDS = /^[+-]?\d+(?:\.\d+)?$/;
const ISO_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;
const HTTP_DATE = /^[A-Z][a-z]{2,8},? /;

/**
 * The wait a `Retry-After` asks for, in ms from `now` (ms since the epoch): seconds, an HTTP date or (Zoom's older
 * documents, Zoom API reference, section 7) an ISO 8601 time, without a zone taken as UTC. 0 when it lies in the past or asks
 * for nothing: the wait is over. Null when it is missing, cannot be read or asks for more than a week.
 */
export function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  const wait = SECONDS.test(text) ? Number(text) * 1_000 : timeOf(text) - now;
  return wait <= MAX_WAIT_MS ? Math.ceil(Math.max(wait, 0)) : null;
}

/** Ms since the epoch, or NaN. */
function timeOf(text: string): number {
  const iso = ISO_TIME.exec(text);
  if (iso) return Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${(iso[3] ?? 'Z').toUpperCase()}`);
  if (!HTTP_DATE.test(text)) return Number.NaN;
  // asctime, the oldest form of an HTTP date, names no zone and means UTC.
  return Date.parse(/(?:GMT|UTC|Z|[+-]\d{4})$/.test(text) ? text : `${text} GMT`);
}

/** The next 00:00 UTC after `now`, when Zoom's daily limits reset. */
export function nextUtcMidnight(now: number): number {
  return (Math.floor(now / DAY_MS) + 1) * DAY_MS;
}
