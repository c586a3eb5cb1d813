import { isObject, parseObject } from '../../json.ts';
import type { LivestreamEvent } from '../rules/events.ts';
import type { BroadcastRepresentation } from '../view.ts';
import { copyOf, isSame } from './record-codec.ts';

/**
 * The fields of the view of a broadcast, in their order, each with the value that is not stored in an event (undefined: none). That value
 * says what such an event means, so never change one; a new field needs the value that was true before it.
 */
const VIEW: { [Name in keyof BroadcastRepresentation]: unknown } = {
  id: undefined,
  meetingId: undefined,
  kind: 'meeting',
  account: undefined,
  title: null,
  startAt: undefined,
  stopAt: null,
  timezone: null,
  settings: {},
  destination: null,
  status: undefined,
  reason: null,
  revision: 1,
  nextAttemptAt: null,
  startedAt: null,
  stoppedAt: null,
  startLatenessMs: null,
  stopLatenessMs: null,
  confirmed: false,
  externalId: null,
  labels: {},
  seriesId: null,
  startWindow: null,
  warnings: [],
  onDrop: 'leave',
  onMove: 'warn',
  paused: null,
  source: null,
  createdAt: undefined,
  updatedAt: undefined,
};
const ENTRIES = Object.entries(VIEW);

/** What else is not stored: what the event says anyway. */
function saidBy(name: string, { type, timestamp }: Pick<LivestreamEvent, 'type' | 'timestamp'>): string | undefined {
  if (name === 'status') return type.replace('broadcast.', '');
  return name === 'createdAt' || name === 'updatedAt' ? timestamp : undefined;
}

/**
 * The event of a broadcast as the stream has it: its view (`of`) without the fields whose lack says the same, which are two thirds of
 * it when the broadcast waits. `type` comes first: `commit.lua` recognizes alerts by it.
 */
export function eventText({ type, timestamp, data }: LivestreamEvent): string {
  const of: Record<string, unknown> = { ...data };
  for (const [name, otherwise = saidBy(name, { type, timestamp })] of ENTRIES)
    if (otherwise !== undefined && isSame(of[name], otherwise)) of[name] = undefined;
  return JSON.stringify({ type, timestamp, of });
}

/** The whole event in an entry of the stream, in either form; null when it is not an event. */
export function readEvent(text: string): LivestreamEvent | null {
  const event = parseObject(text);
  if (!event) return null;
  const { type, timestamp, of } = event as { type: string; timestamp: string; of?: unknown };
  if (!isObject(of)) return event as unknown as LivestreamEvent;
  const data: Record<string, unknown> = {};
  for (const [name, otherwise = saidBy(name, { type, timestamp })] of ENTRIES)
    data[name] = of[name] === undefined ? copyOf(otherwise) : of[name];
  return { type, timestamp, data: { ...data, ...of } };
}
