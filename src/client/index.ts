/** `livestream-scheduler/client`: the HTTP API from TypeScript, without any part of the service itself. */

import type { components } from './api-types.ts';

export { ApiError, type Problem } from './api-error.ts';
export type { components, operations, paths } from './api-types.ts';
export {
  type ClientOptions,
  createClient,
  type LivestreamClient,
  type OperationAnswer,
  type OperationId,
  type OperationInput,
} from './client.ts';
export type { Transport, TransportAnswer, TransportRequest } from './transport.ts';

export type Broadcast = components['schemas']['Broadcast'];
export type BroadcastPage = components['schemas']['BroadcastPage'];
export type HistoryEntry = components['schemas']['History']['history'][number];
export type NewBroadcast = components['schemas']['NewBroadcast'];
export type BroadcastChange = components['schemas']['BroadcastChange'];
export type BulkAction = components['schemas']['BulkAction'];
export type BulkAnswer = components['schemas']['BulkAnswer'];
