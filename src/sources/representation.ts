import { isoTime } from '../time/iso-time.ts';
import type { Source, SourceState } from './source.ts';
import { SourceService } from './source-service.ts';
import { everyMs } from './source-task.ts';

/** A source as the API returns it. */
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
    createdAt: isoTime(source.createdAt),
    updatedAt: isoTime(source.updatedAt),
    triedAt: isoTime(state.triedAt),
    readAt: isoTime(state.readAt),
    nextAt: isoTime(SourceService.nextAt(source, state, everyMs(source.every))),
    problem: state.problem,
    braked: state.braked,
    counts: state.counts,
    progress,
  };
}
