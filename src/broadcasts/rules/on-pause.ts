import { LivestreamError } from '../../errors.ts';
import { awaitsStart, type Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type Snapshot, type Step } from '../decision.ts';
import { lastToEnd, type Pause } from '../pause.ts';
import { giveUpStart, stopsToBeSure } from './stopping.ts';
import { startsUsedUp } from './unknown-outcome.ts';

/**
 * Rule 16: a pause holds back starts and nothing else. What waits: the first attempt of a start, every later one, the one after a drop, and
 * preparations (a check of the meeting, the destination). A stop and a change of layout do not wait.
 */

/** What a pause means for a start that is due at `due` (ms): it is held, it goes on, or nothing changes (null). */
export function pauseStep(snapshot: Snapshot, due: number, by: string): Step | null {
  const { broadcast, now } = snapshot;
  if (now < due && !broadcast.held) return null;
  const decision = onPause(snapshot, by);
  if (decision) return { do: 'commit', decision };
  if (!broadcast.held) return null;
  const why = `held back by pause ${broadcast.held.pauseId}`;
  return broadcast.nextAttemptAt === null
    ? { do: 'nothing', why }
    : { do: 'wait', until: broadcast.nextAttemptAt, why };
}

/** Applies the pauses to a start that is due: holds it, lets it go, or ends it if its window has closed. Null: nothing to change. */
export function onPause(snapshot: Snapshot, by: string): Decision | null {
  const { broadcast } = snapshot;
  if (broadcast.inFlight || !awaitsStart(broadcast)) return null;
  const pause = lastToEnd(snapshot.pauses);
  if (!pause) return broadcast.held ? release(snapshot, by) : null;
  return isHeldBy(broadcast, pause) || startsUsedUp(broadcast) ? null : hold(snapshot, pause, by);
}

function isHeldBy({ held, nextAttemptAt }: Broadcast, { id, until }: Pause): boolean {
  return held?.pauseId === id && nextAttemptAt === until;
}

function hold({ broadcast, now }: Snapshot, pause: Pause, by: string): Decision {
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  if (broadcast.held?.pauseId !== pause.id)
    builder.note('observed', `the start is held back by ${describePause(pause)}`);
  // BullMQ ignores an id that it knows, and the job of a pause that ended early waits for the former end.
  if (broadcast.held && endOf(pause.until) < endOf(broadcast.nextAttemptAt)) next.wake += 1;
  next.held = { pauseId: pause.id, note: pause.note, since: broadcast.held?.since ?? now };
  next.nextAttemptAt = pause.until;
  return builder.build();
}

const endOf = (until: number | null) => until ?? Number.POSITIVE_INFINITY;

function release({ broadcast, now }: Snapshot, by: string): Decision {
  const isOver = broadcast.status !== 'live' && now >= broadcast.startBefore;
  if (isOver && !(stopsToBeSure(broadcast) && now < broadcast.stopAt)) return giveUpStart(broadcast, now, by);
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  const since = new Date(broadcast.held?.since ?? now).toISOString();
  builder.note('observed', `no pause holds the start back any more (held since ${since})`);
  next.held = null;
  next.releasedAt = now;
  next.nextAttemptAt = isOver ? null : now;
  return builder.build();
}

/** `pause pa_… ("fire drill") until …`. */
function describePause({ id, note, until }: Pause): string {
  const end = until === null ? 'somebody ends it' : new Date(until).toISOString();
  return `pause ${id}${note === null ? '' : ` (${note})`} until ${end}`;
}

/** @throws LivestreamError `paused`: "now" and "not now" cannot both hold, so a person decides which */
export function requireNoPause({ broadcast, pauses }: Snapshot): void {
  const pause = lastToEnd(pauses);
  if (!pause) return;
  throw new LivestreamError(
    'paused',
    `Broadcast ${broadcast.id} cannot be started now: it is held back by ${describePause(pause)}. End the pause first (livestream resume ${pause.id}).`,
    { extra: { pauseId: pause.id, broadcastId: broadcast.id } },
  );
}
