import { LivestreamError } from '../errors.ts';

/** The error for an id that has no broadcast, or none that the caller may see. */
export function noBroadcast(id: string): LivestreamError {
  return new LivestreamError('not_found', `There is no broadcast ${id}.`);
}
