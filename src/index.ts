export { representBroadcast } from './broadcasts/representation.ts';
export { LivestreamError } from './errors.ts';
