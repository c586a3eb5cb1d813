import { type Action, type Broadcast, isFinal } from '../broadcast.ts';

/** A job that BullMQ should have. */
export interface Timer {
  action: Action;
  /** When the worker acts (ms); the job is due a little earlier. */
  at: number;
}

/** A job by its id, in the queue of its action. */
export interface TimerId {
  action: Action;
  id: string;
}

/** The jobs that an unfinished broadcast needs. A job is only a timer: the record decides what happens. */
export function expectedTimers(broadcast: Broadcast): Timer[] {
  if (isFinal(broadcast)) return [];
  const { status, startAt, stopAt, nextAttemptAt } = broadcast;
  if (status === 'stopping')
    return [{ action: 'stop', at: nextAttemptAt ?? broadcast.stopDueAt ?? broadcast.updatedAt }];
  const timers: Timer[] = [];
  if (broadcast.held) return heldTimers(broadcast);
  if (status !== 'live') {
    const at = nextAttemptAt ?? (broadcast.unknownStarts > 0 ? broadcast.startBefore : startAt);
    timers.push({ action: 'start', at: Math.min(at, broadcast.startBefore) });
  } else if (broadcast.modeWanted || broadcast.restartWanted) {
    timers.push({ action: 'start', at: nextAttemptAt ?? broadcast.updatedAt });
  }
  if (stopAt !== null) timers.push({ action: 'stop', at: stopAt });
  return timers;
}

/** While a pause holds a broadcast, its timer is at the planned end of the pause. Only a broadcast that may be on air still has a stop. */
function heldTimers({ status, stopAt, nextAttemptAt, mayBeOn }: Broadcast): Timer[] {
  const timers: Timer[] = [];
  if (nextAttemptAt !== null) timers.push({ action: 'start', at: nextAttemptAt });
  if (stopAt !== null && (status === 'live' || mayBeOn)) timers.push({ action: 'stop', at: stopAt });
  return timers;
}

/**
 * The id of the job for `action`. It contains the revision, because BullMQ silently ignores an id that exists already, and the number
 * of times that an event moved the timer.
 */
export function jobIdOf(broadcast: Pick<Broadcast, 'id' | 'revision' | 'wake'>, action: Action): string {
  const base = `${broadcast.id}_${action}_${broadcast.revision}`;
  return broadcast.wake === 0 ? base : `${base}_${broadcast.wake}`;
}

/** Parses the id of a job. @throws Error for an id that is not of `jobIdOf` */
export function timerJobOf(jobId: string): { broadcastId: string; action: Action; revision: number } {
  const [, broadcastId, action, revision] = /^(.+)_(start|stop)_(\d+)(?:_\d+)?$/.exec(jobId) ?? [];
  if (!broadcastId || !revision) throw new Error(`"${jobId}" is no id of a job`);
  return { broadcastId, action: action as Action, revision: Number(revision) };
}

/**
 * The jobs that a change requires, and the ids of the jobs that it makes obsolete. A job with a request in flight is not among the
 * latter: the asking worker usually holds it, and its run will end.
 * @param before null for a new broadcast
 * @param now ms
 */
export function timerChanges(
  before: Broadcast | null,
  after: Broadcast,
  now: number,
): { added: Timer[]; removed: TimerId[] } {
  const idsOf = (broadcast: Broadcast) =>
    expectedTimers(broadcast).map(({ action, at }) => ({ action, at, id: jobIdOf(broadcast, action) }));
  const had = before ? idsOf(before) : [];
  const wanted = idsOf(after);
  const lacks = (ids: TimerId[], id: string) => !ids.some((one) => one.id === id);
  return {
    added: expectedTimers(after).filter(({ action }) => lacks(had, jobIdOf(after, action))),
    removed: had
      .filter(({ id, at }) => lacks(wanted, id) && !(before?.inFlight && at <= now))
      .map(({ action, id }) => ({ action, id })),
  };
}

/**
 * When the next action is due (ms); null when none is planned or a request is in flight. A broadcast past this moment has lost its job
 * (`workers/maintenance/overdue-scanner.ts`).
 */
export function dueAt(broadcast: Broadcast): number | null {
  if (broadcast.inFlight) return null;
  const timers = expectedTimers(broadcast).map(({ at }) => at);
  return timers.length > 0 ? Math.min(...timers) : null;
}
