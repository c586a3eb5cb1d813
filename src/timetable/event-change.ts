import { sameJson } from '../json.ts';
import { isoTime } from '../time/iso-time.ts';
import type { NewBroadcast } from '../validation/input-types.ts';
import type { StoredBroadcast } from './compare.ts';
import type { CheckedEvent } from './planned-event.ts';

/**
 * The PATCH that makes a broadcast what the file says; null: it is the same already. Only fields that the file has are compared; a stream key
 * cannot be compared, so it is sent with its destination.
 */
export function changeOf(
  { body, externalId }: CheckedEvent,
  plan: NewBroadcast,
  stored: StoredBroadcast,
): Record<string, unknown> | null {
  const change: Record<string, unknown> = {};
  const compare = (name: string, wanted: unknown, is: unknown, sent: unknown = wanted) => {
    if (!sameJson(wanted, is)) change[name] = sent;
  };
  compare('externalId', externalId, stored.externalId);
  compare('startAt', isoTime(plan.startAt), stored.startAt);
  if ('stopAt' in body || 'duration' in body) compare('stopAt', isoTime(plan.stopAt), stored.stopAt);
  else if (stored.stopAt !== null) compare('stopAt', isoTime(movedStop(plan.startAt, stored)), stored.stopAt);
  compare('meetingId', plan.meetingId, stored.meetingId);
  for (const name of ['kind', 'account', 'title', 'timezone', 'startWindow', 'onDrop', 'onMove'] as const) {
    if (name in body) compare(name, plan[name], stored[name]);
  }
  if ('labels' in body) compare('labels', plan.labels, stored.labels);
  if ('settings' in body) compare('settings', plan.settings, stored.settings);
  if (plan.destination) {
    const { streamKey: _key, ...shown } = plan.destination;
    compare('destination', shown, stored.destination ?? {}, plan.destination);
  } else if ('destination' in body) compare('destination', null, stored.destination);
  return Object.keys(change).length > 0 ? change : null;
}

/** The file has no stop: the existing stop moves along with the start, so that the length stays the same. */
function movedStop(startAt: number, stored: StoredBroadcast): number | null {
  if (stored.stopAt === null) return null;
  return Date.parse(stored.stopAt) + startAt - Date.parse(stored.startAt);
}
