import type { Broadcast } from '../broadcasts/broadcast.ts';
import { LivestreamError } from '../errors.ts';
import type { DestinationInput } from '../validation/input-types.ts';

/**
 * The destination as it is stored.
 * @param seal null without SECRETS_KEY
 * @throws LivestreamError `validation_failed` without SECRETS_KEY
 */
export function sealDestination(
  destination: DestinationInput | null,
  seal: ((text: string) => string) | null,
): Broadcast['destination'] {
  if (destination === null) return null;
  if (!seal) throw new LivestreamError('validation_failed', 'A stream key needs the setting SECRETS_KEY.');
  const { streamKey, ...open } = destination;
  return { ...open, sealedStreamKey: seal(streamKey) };
}
