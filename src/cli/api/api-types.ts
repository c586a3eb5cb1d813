/** The API's JSON as the command line reads it, with types generated from the API description. */
import type { components } from '../../client/api-types.ts';

export type { Problem } from '../../client/api-error.ts';

/** A broadcast as the API returns it; times in ISO 8601. */
export type BroadcastJson = components['schemas']['Broadcast'];
export type BroadcastPage = components['schemas']['BroadcastPage'];
export type HistoryLine = components['schemas']['History']['history'][number];

/** An alert: something that needs a person, or did. */
export type AlertJson = components['schemas']['Alert'];

export type AlertsJson = components['schemas']['AlertPage'];
export type SummaryJson = components['schemas']['Summary'];
export type AccountsJson = components['schemas']['Accounts'];

/** A pause, which holds back starts. */
export type PauseJson = components['schemas']['Pause'];

export type KeyJson = components['schemas']['Key'];
export type AuditEntryJson = components['schemas']['AuditEntry'];

export type SeriesJson = components['schemas']['Series'];
export type FeedJson = components['schemas']['Feed'];
export type CalendarJson = components['schemas']['Calendar'];
export type OccurrencesJson = components['schemas']['Occurrences'];

/** A timetable that the scheduler follows. */
export type SourceJson = components['schemas']['Source'];
export type SyncJson = components['schemas']['Sync'];
/** The result of a sync, done or planned. */
export type SyncPlanJson = components['schemas']['SyncPlan'];

/** The API validates documents, so a document may contain anything here. */
export type ApplyJson = components['schemas']['Apply'];
/** The result of applying a document, done or planned. */
export type ApplyPlanJson = components['schemas']['ApplyPlan'];
export type ApplyItemJson = ApplyPlanJson['new'][number];
export type DocumentJson = components['schemas']['Document'];
