import { type Broadcast, isFinal } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type RuleSettings, type Snapshot } from '../decision.ts';
import { dueSince, LATE_START_MS, LATE_STOP_MS, nameOf, UNCONFIRMED_MS } from './alerts.ts';
import { onPause } from './on-pause.ts';
import { giveUpStart, stopsToBeSure } from './stopping.ts';
import { abandon } from './transitions.ts';

/** A worker without a heartbeat for this long has lost its lease, ms. */
export const LEASE_MS = 5_000;

/** A job has this long to end a start whose window has closed, ms; after that, the deadline task does it. */
const GIVE_UP_MS = 1_000;

const NEVER = Number.POSITIVE_INFINITY;

const isOpen = ({ status }: Broadcast) => status === 'scheduled' || status === 'starting' || status === 'waiting';

/** The next moment (ms) at which this broadcast must be checked even if no job runs; null: never. */
export function nextDeadline(
  broadcast: Broadcast,
  now: number,
  rules: Pick<RuleSettings, 'webhooksOn'>,
): number | null {
  if (isFinal(broadcast)) return null;
  const moments = [
    broadcast.inFlight ? Math.max(broadcast.inFlight.at + LEASE_MS, now + 1_000) : NEVER,
    lateStartAt(broadcast),
    unconfirmedAt(broadcast, rules),
    lateStopAt(broadcast),
    isOpen(broadcast) && (!broadcast.held || stopsToBeSure(broadcast))
      ? Math.max(giveUpAt(broadcast), now + 1_000)
      : NEVER,
  ];
  const first = Math.min(...moments);
  return first === NEVER ? null : first;
}

function giveUpAt(broadcast: Broadcast): number {
  return (stopsToBeSure(broadcast) ? broadcast.stopAt : broadcast.startBefore) + GIVE_UP_MS;
}

function lateStartAt(broadcast: Broadcast): number {
  if (!isOpen(broadcast) || broadcast.held || broadcast.alerted.includes('late_start')) return NEVER;
  return dueSince(broadcast) + LATE_START_MS;
}

function unconfirmedAt(broadcast: Broadcast, rules: Pick<RuleSettings, 'webhooksOn'>): number {
  const { status, startedAt, confirmed, alerted, kind, account } = broadcast;
  const wanted =
    status === 'live' && !confirmed && kind === 'meeting' && startedAt !== null && !alerted.includes('unconfirmed');
  return wanted && rules.webhooksOn(account) ? startedAt + UNCONFIRMED_MS : NEVER;
}

function lateStopAt({ status, stopAt, stopDueAt, alerted }: Broadcast): number {
  if ((status !== 'live' && status !== 'stopping') || alerted.includes('late_stop')) return NEVER;
  const due = status === 'stopping' ? stopDueAt : stopAt;
  return due === null ? NEVER : due + LATE_STOP_MS;
}

/** What a passed deadline changes: a request of a dead worker is abandoned, or an alert is raised. Null: nothing. */
export function onDeadline(snapshot: Snapshot, rules: RuleSettings, by: string): Decision | null {
  const { broadcast, now } = snapshot;
  if (isFinal(broadcast)) return null;
  if (broadcast.inFlight && !snapshot.leaseHeld && now >= broadcast.inFlight.at + LEASE_MS) {
    const decision = abandon(snapshot, rules, by);
    decision.next.wake += 1;
    return decision;
  }
  const byPause = now >= broadcast.startAt ? onPause(snapshot, by) : null;
  if (byPause) {
    byPause.next.wake += 1;
    return byPause;
  }
  if (isOpen(broadcast) && !broadcast.inFlight && now >= broadcast.startBefore + GIVE_UP_MS) {
    if (broadcast.held && !stopsToBeSure(broadcast)) return null;
    if (!stopsToBeSure(broadcast) || now >= broadcast.stopAt) return giveUpStart(broadcast, now, by);
  }
  return lateAlerts(snapshot, rules, by);
}

function lateAlerts({ broadcast, now }: Snapshot, rules: RuleSettings, by: string): Decision | null {
  const builder = new DecisionBuilder(broadcast, now, by);
  const startAt = dueSince(broadcast);
  const name = nameOf(broadcast);
  if (now >= lateStartAt(broadcast)) {
    const why = broadcast.reason ? `: ${broadcast.reason}` : '';
    builder.alert(
      'late_start',
      `${name} should have been live since ${new Date(startAt).toISOString()}, but is still ${broadcast.status}${why}`,
    );
  }
  if (now >= unconfirmedAt(broadcast, rules)) {
    builder.alert(
      'unconfirmed',
      `${name}: Zoom accepted the start but has not confirmed that the stream is on. Please check`,
    );
  }
  if (now >= lateStopAt(broadcast)) {
    builder.alert(
      'late_stop',
      `${name} should be off air, but is still ${broadcast.status}${broadcast.reason ? `: ${broadcast.reason}` : ''}`,
    );
  }
  return builder.alerts.length > 0 ? builder.build() : null;
}
