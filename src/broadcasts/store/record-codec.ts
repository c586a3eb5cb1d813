import { isObject } from '../../json.ts';
import {
  BROADCAST_STATUSES,
  type Broadcast,
  CLOSE_CAPTIONS,
  LAYOUTS,
  ON_DROP,
  ON_MOVE,
  STATUS_CHECK_REASONS,
} from '../broadcast.ts';
import type { HistoryEntry } from '../decision.ts';

/** The hash of a broadcast in Redis. */
export interface StoredRecord {
  /** Field `d`: the record as JSON. */
  data: string | null;
  /** Fields `v`, `a` and `m` (version, account, meeting), which the scripts read instead of the JSON. */
  key: (string | null)[];
}

export type ReadRecord = { broadcast: Broadcast; damage: null } | { broadcast: null; damage: string };

interface Field {
  fits(value: unknown): boolean;
  expected: string;
  /**
   * The value of a field that the record lacks; without a default, such a record is damaged. The store omits fields with this value, so
   * changing it would change stored records: never do that.
   */
  otherwise?: Otherwise;
}

type Otherwise = null | false | 0 | 'leave' | 'warn' | readonly [] | Readonly<Record<string, never>>;

/** The range of a JavaScript Date: no time beyond it can be formatted. */
const LAST_TIME = 8.64e15;

const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown) => Number.isFinite(value) && Math.abs(value as number) <= LAST_TIME;
const oneOf = (values: readonly unknown[]) => (value: unknown) => values.includes(value);
const optional = (fits: Field['fits']) => (value: unknown) => value === undefined || fits(value);

const text: Field = { fits: isText, expected: 'a text' };
const time: Field = { fits: isTime, expected: 'a time in ms' };
const count: Field = { fits: isCount, expected: 'a whole number from 0' };
const flag: Field = { fits: (value) => typeof value === 'boolean', expected: 'true or false', otherwise: false };
const nullable = ({ fits, expected }: Field): Field => ({
  fits: (value) => value === null || fits(value),
  expected: `${expected} or null`,
  otherwise: null,
});
const always = ({ fits, expected }: Field): Field => ({ fits, expected });
const choice = (values: readonly string[]): Field => ({ fits: oneOf(values), expected: `one of ${values.join(', ')}` });
const listOf = (fits: Field['fits'], expected: string): Field => ({
  fits: (value) => Array.isArray(value) && value.every(fits),
  expected,
  otherwise: [],
});

const settings: Field = {
  fits: (value) =>
    isObject(value) &&
    optional((flagged) => typeof flagged === 'boolean')(value.activeSpeakerName) &&
    optional(isText)(value.displayName) &&
    optional(oneOf(LAYOUTS))(value.layout) &&
    optional(oneOf(CLOSE_CAPTIONS))(value.closeCaption),
  expected: 'live stream settings',
};
const destination: Field = {
  fits: (value) => isObject(value) && [value.streamUrl, value.sealedStreamKey, value.pageUrl].every(isText),
  expected: 'a destination',
};
const inFlight: Field = {
  fits: (value) =>
    isObject(value) &&
    oneOf(['start', 'stop', 'mode', 'configure'])(value.request) &&
    [value.fence, value.worker].every(isText) &&
    isTime(value.at),
  expected: 'a request in flight',
};
const held: Field = {
  fits: (value) =>
    isObject(value) && isText(value.pauseId) && isTime(value.since) && (value.note === null || isText(value.note)),
  expected: 'what a pause holds back',
};
const warning = (value: unknown) => isObject(value) && [value.code, value.message, value.advice].every(isText);

const FIELDS: { [Name in keyof Required<Broadcast>]: Field } = {
  id: text,
  meetingId: { fits: (value) => isText(value) && /^\d{1,19}$/.test(value as string), expected: '1 to 19 digits' },
  kind: choice(['meeting', 'webinar']),
  account: text,
  title: nullable(text),
  startAt: time,
  // Fields that say when to stop, or that nothing more may leave, have no default and are always stored.
  stopAt: always(nullable(time)),
  timezone: nullable(text),
  settings,
  destination: nullable(destination),
  status: choice(BROADCAST_STATUSES),
  reason: nullable(text),
  revision: count,
  nextAttemptAt: nullable(time),
  startedAt: nullable(time),
  stoppedAt: nullable(time),
  startLatenessMs: nullable(time),
  stopLatenessMs: nullable(time),
  confirmed: flag,
  externalId: nullable(text),
  labels: { fits: (value) => isObject(value) && Object.values(value).every(isText), expected: 'labels', otherwise: {} },
  seriesId: nullable(text),
  source: nullable({ fits: (value) => isObject(value) && [value.name, value.uid].every(isText), expected: 'a source' }),
  startWindow: nullable(text),
  warnings: listOf(warning, 'a list of warnings'),
  createdAt: time,
  updatedAt: time,
  version: count,
  plannedAt: { ...time, otherwise: 0 },
  movesSeen: listOf((value) => typeof value === 'number', 'a list of times'),
  movedBy: { fits: Number.isSafeInteger, expected: 'ms', otherwise: 0 },
  startBefore: time,
  inFlight: always(nullable(inFlight)),
  cancelRequested: flag,
  faults: { ...count, otherwise: 0 },
  unknownStarts: { ...count, otherwise: 0 },
  mayBeOn: flag,
  lookFirst: nullable(choice(STATUS_CHECK_REASONS)),
  pendingRefusal: nullable(text),
  tokenRenewed: flag,
  stopDueAt: nullable(time),
  configured: flag,
  modeWanted: nullable(settings),
  stopReason: nullable(text),
  polls: { ...count, otherwise: 0 },
  alerted: listOf(isText, 'a list of alert codes'),
  // Builds before this field did not restart after a drop.
  onDrop: { ...choice(ON_DROP), otherwise: 'leave' },
  onMove: { ...choice(ON_MOVE), otherwise: 'warn' },
  drops: { ...count, otherwise: 0 },
  restartWanted: flag,
  preflightOf: { ...count, otherwise: 0 },
  announcedStart: nullable(time),
  announcedStop: nullable(time),
  held: nullable(held),
  releasedAt: nullable(time),
  wake: { ...count, otherwise: 0 },
  traceparent: { fits: optional(isText), expected: 'a text' },
};

const ENTRIES = Object.entries(FIELDS) as [keyof Broadcast, Field][];
/** Starts with all fields, so that filling in missing ones keeps V8's fast object form: copying takes 0.2 µs instead of 11. */
const BLANK: Record<string, unknown> = Object.fromEntries(ENTRIES.map(([name]) => [name, undefined]));

/**
 * The record as stored, without default values: two thirds of the record of a waiting broadcast (1,014 bytes become 357). Keeps unknown
 * fields.
 */
export function recordText(broadcast: Broadcast): string {
  const stored: Record<string, unknown> = { ...broadcast };
  for (const [name, { otherwise }] of ENTRIES) {
    if (otherwise !== undefined && isSame(stored[name], otherwise)) stored[name] = undefined;
  }
  return JSON.stringify(stored);
}

/** Default lists and objects are empty. */
export function isSame(value: unknown, otherwise: unknown): boolean {
  if (Array.isArray(otherwise)) return Array.isArray(value) && value.length === 0;
  if (isObject(otherwise)) return isObject(value) && Object.keys(value).length === 0;
  return value === otherwise;
}

/** A fresh list or object: each record changes its own. */
export function copyOf(otherwise: unknown): unknown {
  if (Array.isArray(otherwise)) return [];
  return isObject(otherwise) ? {} : otherwise;
}

/**
 * Reads a stored record, or says what is damaged. Fills in missing fields (from earlier builds, or omitted by `recordText`), and keeps
 * unknown fields of a later build, so that two builds can run side by side.
 */
export function readRecord(id: string, { data, key }: StoredRecord): ReadRecord {
  const damaged = (damage: string): ReadRecord => ({ broadcast: null, damage });
  if (data === null) return damaged('it has no data');
  const stored = parse(data);
  if (!isObject(stored)) return damaged('it is not a JSON object');
  const record = Object.assign({ ...BLANK }, stored);
  for (const [name, { fits, expected, otherwise }] of ENTRIES) {
    if (record[name] === undefined && otherwise !== undefined) record[name] = copyOf(otherwise);
    if (!fits(record[name])) return damaged(`"${name}" must be ${expected}`);
  }
  const broadcast = record as unknown as Broadcast;
  if (broadcast.id !== id) return damaged('it has the id of another broadcast');
  const [version, account, meetingId] = key;
  if (String(broadcast.version) !== version) return damaged('its version differs from that of its key');
  if (broadcast.account !== account || broadcast.meetingId !== meetingId)
    return damaged('it belongs to another meeting');
  return { broadcast, damage: null };
}

/** One history line as stored: without nulls. */
export function historyText({ from, to, reason, request, answer, ...entry }: HistoryEntry): string {
  const stored = (value: unknown) => value ?? undefined;
  const rest = { from: stored(from), to: stored(to), reason: stored(reason) };
  return JSON.stringify({ ...entry, ...rest, request: stored(request), answer: stored(answer) });
}

/** The defaults of a line. */
const LINE = { from: null, to: null, reason: null, request: null, answer: null };

/** Parses one history line. Omits a damaged one: the others still show what happened. */
export function readHistoryLine(line: string): HistoryEntry[] {
  const entry = parse(line);
  return isObject(entry) && isTime(entry.at) ? [{ ...LINE, ...entry } as unknown as HistoryEntry] : [];
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
