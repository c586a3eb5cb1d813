import { createHmac } from 'node:crypto';

/** The bytes of a secret: base64, with or without `whsec_` before it (Standard Webhooks 1.0, "Signature scheme"). */
export function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/**
 * The headers of one delivery by the Standard Webhooks specification. `id` is the same for every attempt; the timestamp is that of the
 * attempt, because receivers reject old ones. Without a secret there is no signature.
 * @param at ms since the epoch
 */
export function webhookHeaders(
  message: { id: string; at: number; body: string },
  secret: string | null,
): Record<string, string> {
  const timestamp = String(Math.floor(message.at / 1_000));
  const headers = { 'webhook-id': message.id, 'webhook-timestamp': timestamp };
  if (secret === null) return headers;
  const signature = createHmac('sha256', secretBytes(secret))
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
