/** Answers of Zoom as the sandbox's script takes them (Zoom API reference, sections 1 and 7). */

export type Scripted = Record<string, unknown>;

export function said(
  status: number,
  code: number | null,
  message: string,
  headers: Record<string, string> = {},
): Scripted {
  return { status, body: { ...(code === null ? {} : { code }), message }, headers };
}

/** Rule 3's, by its text. */
export function startLimited(meetingId: string, headers: Record<string, string> = {}): Scripted {
  const text =
    `Too many requests submitted to start the live stream of this meeting: ${meetingId}. If the live stream has not ` +
    'already started, retry making a new request after 30 seconds.';
  return said(429, 429, text, headers);
}

export const PER_SECOND = said(
  429,
  429,
  'You have reached the maximum per-second rate limit for this API. Try again later.',
);

export function daily(headers: Record<string, string> = {}): Scripted {
  const text =
    'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you ' +
    'can make another request.';
  return said(429, 429, text, headers);
}

export function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
