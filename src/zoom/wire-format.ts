/** Builds requests for Zoom (paths and bodies), and masks secrets in its answers. */
import { randomUUID } from 'node:crypto';
import type { LivestreamSettings } from '../broadcasts/broadcast.ts';
import type { Exchange, Outcome } from '../broadcasts/zoom-outcome.ts';
import type { ReadTarget, StatusRequest } from '../broadcasts/zoom-port.ts';

export const MASK = '***';
/** Masking a shorter secret would blot out ordinary words. */
export const MIN_SECRET = 6;
/** Zoom's longest. */
const PAGE_SIZE = 300;

export function pathOf(target: ReadTarget): string {
  if (target.of === 'user_settings') return `/users/${encodeURIComponent(target.userId)}/settings`;
  if (target.of === 'list') {
    const page = new URLSearchParams({ type: 'upcoming', page_size: String(PAGE_SIZE) });
    if (target.pageToken !== null) page.set('next_page_token', target.pageToken);
    return `/users/${encodeURIComponent(target.userId)}/${target.kind}s?${page}`;
  }
  return target.of === 'livestream'
    ? `/${target.kind}s/${target.meetingId}/livestream`
    : `/${target.of}s/${target.meetingId}`;
}

/** What each action sends (Zoom API reference, sections 1.1 and 1.2); undefined: nothing to send. */
export function wireSettings({ action, kind, settings }: StatusRequest): Record<string, unknown> | undefined {
  if (!settings || action === 'stop') return undefined;
  const start: LivestreamSettings = action === 'start' ? settings : {};
  const fields = {
    active_speaker_name: start.activeSpeakerName,
    display_name: start.displayName,
    layout: kind === 'meeting' ? settings.layout : undefined,
    close_caption: settings.closeCaption,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

export function json(body: unknown): { bytes: Buffer; contentType: string } {
  return { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' };
}

/** The form of the public Postman collection: `action`, and `settings` as JSON text. */
export function multipart(
  action: string,
  settings: Record<string, unknown> | undefined,
): { bytes: Buffer; contentType: string } {
  const boundary = `livestream-${randomUUID()}`;
  const part = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const parts = [part('action', action), ...(settings ? [part('settings', JSON.stringify(settings))] : [])];
  return {
    bytes: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Zoom may quote the request. Mask it only after the answer was classified: a key may be a word in Zoom's own sentences. */
export function withoutSecret({ answer, result, ...rest }: Exchange<Outcome>, secret: string): Exchange<Outcome> {
  const mask = (text: string) => masked(text, secret);
  return {
    ...rest,
    answer: answer?.message ? { ...answer, message: mask(answer.message) } : answer,
    result:
      result.kind === 'transient'
        ? { ...result, reason: mask(result.reason) }
        : 'advice' in result
          ? { ...result, advice: mask(result.advice) }
          : result,
  };
}

/** The secret itself and its URL-encoded form; also its beginning, where a long text was cut. */
function masked(text: string, secret: string): string {
  if (secret === '') return text;
  return [secret, encodeURIComponent(secret)].reduce((before, spelt) => {
    const whole = before.replaceAll(spelt, MASK);
    for (let length = spelt.length - 1; length >= MIN_SECRET; length -= 1)
      if (whole.endsWith(spelt.slice(0, length))) return whole.slice(0, -length) + MASK;
    return whole;
  }, text);
}
