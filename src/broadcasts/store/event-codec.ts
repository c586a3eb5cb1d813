import { isObject, parseObject } from '../../json.ts';
import type { LivestreamEvent } from '../rules/events.ts';
import type { BroadcastRepresentation } from '../view.ts';
import { copyOf, isSame } from './record-codec.ts';

/**
 * The fields of a broadcast's view in order, each with the value that events omit (undefined: none). Old events rely on these values:
 * never change one. A new field needs the value that was true before the field existed.
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

/** Further omitted values: those that the event itself implies. */
function saidBy(name: string, { type, timestamp }: Pick<LivestreamEvent, 'type' | 'timestamp'>): string | undefined {
  if (name === 'status') return type.replace('broadcast.', '');
  return name === 'createdAt' || name === 'updatedAt' ? timestamp : undefined;
}

/**
 * The event of a broadcast as the stream stores it: its view (`of`) without default values, which are two thirds of it for a waiting
 * broadcast. `type` comes first: `commit.lua` recognizes alerts by it.
 */
export function eventText({ type, timestamp, data }: LivestreamEvent): string {
  const of: Record<string, unknown> = { ...data };
  for (const [name, otherwise = saidBy(name, { type, timestamp })] of ENTRIES)
    if (otherwise !== undefined && isSame(of[name], otherwise)) of[name] = undefined;
  return JSON.stringify({ type, timestamp, of });
}

/** Restores the whole event from an entry of the stream, in either form; null when it is not an event. */
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
