import { describeLength } from '../../time/human-duration.ts';
import type { Action, Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type Snapshot } from '../decision.ts';
import type { Pause } from '../pause.ts';
import { nameOf } from './alerts.ts';

/** A start or a stop to announce ahead of time; `at` in ms. */
export interface HeadsUp {
  action: Action;
  at: number;
}

/**
 * What to announce next, or null: a start while it is only planned, a stop once the broadcast is on air. A broadcast that never went live
 * has no end to announce. Each time is announced once; a changed time is announced again.
 */
export function nextHeadsUp(broadcast: Broadcast): HeadsUp | null {
  const { status, startAt, stopAt, announcedStart, announcedStop } = broadcast;
  if (status === 'scheduled') return announcedStart === startAt ? null : { action: 'start', at: startAt };
  if (status !== 'live' || stopAt === null || announcedStop === stopAt) return null;
  return { action: 'stop', at: stopAt };
}

/**
 * Records the announcement; `broadcast.upcoming` or `broadcast.ending` goes out in the same step. Null when it is too
 * early, or its moment has come.
 * @param headsUpMs HEADS_UP in ms
 */
export function onHeadsUp({ broadcast, now }: Snapshot, headsUpMs: number, by: string): Decision | null {
  const coming = nextHeadsUp(broadcast);
  if (!coming || coming.at <= now || coming.at - headsUpMs > now) return null;
  const builder = new DecisionBuilder(broadcast, now, by);
  if (coming.action === 'start') builder.next.announcedStart = coming.at;
  else builder.next.announcedStop = coming.at;
  return builder.build();
}

/**
 * `"Sunday service" (meeting 68423085) goes on air in 15 min`. `now` in ms.
 * @param pause what holds the start back, if anything does; times in ms
 */
export function headsUpMessage(
  broadcast: Broadcast,
  action: Action,
  now: number,
  pause: Pick<Pause, 'until' | 'note'> | null = null,
): string {
  const at = action === 'start' ? broadcast.startAt : (broadcast.stopAt ?? now);
  // Rounds up to whole seconds: a message that leaves 20 ms after its moment still says 15 min.
  const length = describeLength(Math.ceil((at - now) / 1_000) * 1_000);
  if (action === 'start' && pause && (pause.until === null || pause.until > at)) {
    const until = pause.until === null ? 'until someone ends it' : `until ${new Date(pause.until).toISOString()}`;
    const note = pause.note === null ? '' : ` (${pause.note})`;
    return `${nameOf(broadcast)} is due in ${length}, but will not go on air: a pause holds it back ${until}${note}`;
  }
  return `${nameOf(broadcast)} goes ${action === 'start' ? 'on' : 'off'} air in ${length}`;
}
