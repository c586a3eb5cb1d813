/** The API's JSON, as the command line reads it: the types that are generated from the API's own description. */
import type { components } from '../../client/api-types.ts';

export type { Problem } from '../../client/api-error.ts';

/** A broadcast as the API shows it; times in ISO 8601. */
export type BroadcastJson = components['schemas']['Broadcast'];
export type BroadcastPage = components['schemas']['BroadcastPage'];
export type HistoryLine = components['schemas']['History']['history'][number];

/** What needs a person, or did. */
export type AlertJson = components['schemas']['Alert'];

export type AlertsJson = components['schemas']['AlertPage'];
export type SummaryJson = components['schemas']['Summary'];
export type AccountsJson = components['schemas']['Accounts'];

/** What holds back starts. */
export type PauseJson = components['schemas']['Pause'];

export type KeyJson = components['schemas']['Key'];
export type AuditEntryJson = components['schemas']['AuditEntry'];

export type SeriesJson = components['schemas']['Series'];
export type FeedJson = components['schemas']['Feed'];
export type CalendarJson = components['schemas']['Calendar'];
export type OccurrencesJson = components['schemas']['Occurrences'];

/** A timetable that is followed. */
export type SourceJson = components['schemas']['Source'];
export type SyncJson = components['schemas']['Sync'];
/** What a sync did, or would do. */
export type SyncPlanJson = components['schemas']['SyncPlan'];

/** The API reports what is wrong with a document, so it may be anything in here. */
export type ApplyJson = components['schemas']['Apply'];
/** What applying a document did, or would do. */
export type ApplyPlanJson = components['schemas']['ApplyPlan'];
export type ApplyItemJson = ApplyPlanJson['new'][number];
export type DocumentJson = components['schemas']['Document'];
