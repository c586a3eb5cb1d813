import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedDelivery {
  /** `x-zm-request-timestamp`, unparsed. */
  timestamp: string | undefined;
  /** `x-zm-signature`: `v0=` and 64 hex digits. */
  signature: string | undefined;
  /** The body's bytes as received: parsing and printing again breaks the signature. */
  rawBody: Uint8Array;
}

const SIGNATURE = /^v0=([0-9a-f]{64})$/i;

/**
 * The secret that signed the delivery, or null (Zoom API reference, section 5.2). It compares every secret, each in constant time. It
 * ignores the age of the timestamp: Zoom retries up to 85 minutes later, possibly with a new timestamp, and a repeated delivery is harmless
 * because events are recognized by their content.
 */
export function findSigningSecret(delivery: SignedDelivery, secrets: readonly string[]): string | null {
  const { timestamp, signature, rawBody } = delivery;
  const hex = SIGNATURE.exec(signature?.trim() ?? '')?.[1];
  if (!hex || !timestamp) return null;
  const given = Buffer.from(hex, 'hex');
  let found: string | null = null;
  for (const secret of secrets) {
    const right = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
    if (timingSafeEqual(right, given) && secret !== '') found ??= secret;
  }
  return found;
}

/** The answer to `endpoint.url_validation`, to be sent with status 200 within 3 s (Zoom API reference, section 5.3). */
export function urlValidationAnswer(
  secret: string,
  plainToken: string,
): { plainToken: string; encryptedToken: string } {
  return { plainToken, encryptedToken: createHmac('sha256', secret).update(plainToken).digest('hex') };
}
