import type { Broadcast } from '../broadcast.ts';
import type { Decision } from '../decision.ts';
import { type Pause, pauseOver } from '../pause.ts';
import { representBroadcast } from '../view.ts';
import { alertRecords } from './alert-records.ts';
import { headsUpMessage } from './heads-up.ts';

/** One thing that happened, as the event stream and `NOTIFY_URL` carry it. */
export interface LivestreamEvent {
  type: string;
  /** ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

/** The events of one decision: one for every state passed through, for a confirmation, a change, and each alert. */
export function eventsOf(
  before: Broadcast | null,
  decision: Decision,
  now: number,
  pauses: readonly Pause[] = [],
): LivestreamEvent[] {
  const { next } = decision;
  const timestamp = new Date(now).toISOString();
  const data = representBroadcast(next, pauses);
  const event = (type: string, more: Record<string, unknown> = {}): LivestreamEvent => ({
    type,
    timestamp,
    data: { ...data, ...more },
  });
  const events: LivestreamEvent[] = [];
  if (before === null) events.push(event('broadcast.scheduled'));
  for (const { type, from, to } of decision.history) {
    if (type === 'status' && from !== to) events.push(event(`broadcast.${to}`, { status: to }));
  }
  if (before && before.revision !== next.revision && events.length === 0) events.push(event('broadcast.changed'));
  if (before && !before.confirmed && next.confirmed) events.push(event('broadcast.confirmed'));
  if (next.announcedStart !== null && next.announcedStart !== (before?.announcedStart ?? null))
    events.push(event('broadcast.upcoming', { message: headsUpMessage(next, 'start', now, pauseOver(next, pauses)) }));
  if (next.announcedStop !== null && next.announcedStop !== (before?.announcedStop ?? null))
    events.push(event('broadcast.ending', { message: headsUpMessage(next, 'stop', now) }));
  for (const { id: alertId, code, data: alert } of alertRecords(next, decision.alerts, now)) {
    const message = decision.alerts.find((raised) => raised.code === code)?.message;
    events.push(event(`alert.${code}`, { alertId, broadcastId: next.id, message, advice: alert.advice }));
  }
  return events;
}
