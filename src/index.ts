/** The library: scheduling and workers inside a program of one's own. */

export type { LivestreamEvent } from './broadcasts/rules/events.ts';
export { type ErrorCode, type InputIssue, LivestreamError } from './errors.ts';
export type {
  BroadcastRepresentation as Broadcast,
  BulkRepresentation as BulkAnswer,
  HistoryRepresentation as HistoryEntry,
} from './http/representation.ts';
export {
  type ChangeCallOptions,
  type CreateCallOptions,
  createScheduler,
  type LivestreamScheduler,
} from './library/create-scheduler.ts';
export { createWorker, type LivestreamWorker } from './library/create-worker.ts';
export type {
  BroadcastChangeInput,
  BroadcastInput,
  BulkInput,
  FilterInput,
  ListInput,
  PauseInput,
  PauseRepresentation as Pause,
  RescheduleInput,
} from './library/inputs.ts';
export type {
  LibraryLogger,
  SchedulerOptions,
  WorkerOptions,
  ZoomAccountOptions,
  ZoomOptions,
} from './library/options.ts';
