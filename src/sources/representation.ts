import type { Source, SourceState } from './source.ts';
import { SourceService } from './source-service.ts';
import { everyMs } from './source-task.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** A source as the API shows it. */
export function representSource(source: Source, state: SourceState, progress: { done: number; total: number } | null) {
  return {
    name: source.name,
    kind: source.kind,
    url: source.url,
    zoomUser: source.zoomUser,
    zoomMeeting: source.zoomMeeting,
    topic: source.topic,
    every: source.every,
    timezone: source.timezone,
    zones: source.zones,
    account: source.account,
    labels: source.labels,
    dateOrder: source.dateOrder,
    ignoreColumns: source.ignoreColumns,
    prune: source.prune,
    brake: source.brake,
    paused: source.paused,
    createdAt: iso(source.createdAt),
    updatedAt: iso(source.updatedAt),
    triedAt: iso(state.triedAt),
    readAt: iso(state.readAt),
    nextAt: iso(SourceService.nextAt(source, state, everyMs(source.every))),
    problem: state.problem,
    braked: state.braked,
    counts: state.counts,
    progress,
  };
}
