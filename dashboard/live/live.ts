/**
 * Keeps the page's data current: it loads once, then follows the event stream. Some changes raise no event (the next attempt of a start, a
 * worker that is gone, an acknowledged alert). A small request every five seconds finds those.
 */

import { batch, signal } from '@preact/signals';
import type { Broadcast, components, OperationInput } from '../../src/client/index.ts';
import { api, problemText, readAll } from '../api/api.ts';
import { needSignIn, session } from '../api/session-state.ts';
import { readerZone } from '../reader-zone.ts';
import { forgetAlerts, noticeAlerts, reloadAlerts } from './alerts.ts';
import { AnswerOrder } from './answer-order.ts';
import { serverNow, setServerTime, tick } from './clock.ts';
import { EventStream, type LivestreamEvent } from './event-stream.ts';
import { UNCERTAIN, UNDERWAY } from './reading.ts';
import { forget, forgetAll, knownIds, put, recordOf } from './records.ts';

export type Summary = components['schemas']['Summary'];

export interface Connection {
  /** `cut`: the data may be out of date. */
  state: 'connecting' | 'open' | 'cut';
  why: string;
}

/** Interval of the summary request, ms. */
const POLL_MS = 5_000;
/** Interval for rereading every broadcast on air, ms: a warning and the reason of a drop raise no event. */
const ON_AIR_EVERY_MS = 30_000;
/** A hidden tab disconnects after this long, ms: a quick glance at another tab must not cut the stream. */
const REST_AFTER_MS = 10_000;
/** Page size of a list. */
const PAGE = 1_000;
/** Read the time around now first, ms, so that something useful shows at once. */
const NEAR_BEFORE_MS = 3_600_000;
const NEAR_AFTER_MS = 2 * 3_600_000;
const NEAR_LIMIT = 200;
/** Load at least this far ahead, ms: on Saturday at 23:00, Sunday morning matters. */
const AHEAD_MS = 12 * 3_600_000;
/** Broadcasts read one by one per round; the rest follow in the next round. */
const MAX_LOOKS = 20;
const FORGET_EVERY_MS = 600_000;

export const connection = signal<Connection>({ state: 'connecting', why: '' });
/** The server's time when the data was last known to be current, ms. */
export const asOf = signal(0);
export const summary = signal<Summary | null>(null);
/** The range that is always loaded: broadcasts that start in it, and everything in progress. `complete`: read to the last one. */
export const loaded = signal({ from: 0, to: 0, complete: false });

type Query = NonNullable<OperationInput<'listBroadcasts'>['query']>;
type Range = { from: number; to: number };

const held = new Set<Range>();
const listeners = new Set<(events: LivestreamEvent[]) => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;
let forgotAt = 0;
/** Since the page loaded, ms. */
let onAirReadAt = 0;
let running = false;
const summaries = new AnswerOrder();

const stream = new EventStream({
  opened: () => void caughtUp(),
  events: takeEvents,
  cut: (why) => setCut(why),
  refused: needSignIn,
});

/** Starts following. Called once someone is signed in who may read. */
export function startLive(): void {
  if (running) return;
  running = true;
  stream.start();
  void poll();
}

/** Stops, and forgets the data read with the old key. */
export function stopLive(): void {
  running = false;
  stream.rest();
  clearTimeout(timer);
  forgetAll();
  forgetAlerts();
  batch(() => {
    summary.value = null;
    loaded.value = { from: 0, to: 0, complete: false };
    connection.value = { state: 'connecting', why: '' };
  });
}

/**
 * Calls `listener` with all events as they arrive, until the caller calls the returned function.
 * @public
 */
export function onEvents(listener: (events: LivestreamEvent[]) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Loads every broadcast that starts within the range (ms), and keeps them until `release`. `done` rejects if that fails.
 * @public
 */
export function holdRange(from: number, to: number): { done: Promise<void>; release(): void } {
  const range = { from, to };
  held.add(range);
  return { done: readRange(from, to), release: () => held.delete(range) };
}

/** Reads one broadcast (again). */
export async function readBroadcast(id: string): Promise<Broadcast> {
  const one = await api.getBroadcast({ path: { id } });
  put([one]);
  return recordOf(id)?.peek() ?? one;
}

/** Loads one more day after the loaded range. */
export async function loadOn(): Promise<void> {
  const { from, to } = loaded.peek();
  const next = startOfDay(to + 36 * 3_600_000);
  held.add({ from: to, to: next });
  await readRange(to, next);
  loaded.value = { from, to: next, complete: true };
}

export function zone(): string {
  return readerZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** Midnight of that day in the reader's time zone, ms. */
export function startOfDay(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

function readRange(from: number, to: number): Promise<void> {
  return readList({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
}

function readList(query: Query): Promise<void> {
  return readAll(
    (cursor) => api.listBroadcasts({ query: { limit: PAGE, ...query, cursor } }),
    ({ broadcasts }) => {
      put(broadcasts);
      return true;
    },
  );
}

/** After the stream opened: read everything it may have missed, and everything that raises no event. */
async function caughtUp(): Promise<void> {
  const { complete } = loaded.peek();
  try {
    await readSummary();
    await Promise.all([reloadAlerts(), readUnderway(UNDERWAY), complete ? null : loadDay()]);
    if (running) setOpen();
  } catch (error) {
    setCut(problemText(error));
  }
}

function reloadDay(): void {
  void loadDay().catch((error: unknown) => setCut(problemText(error)));
}

/** First the hours around now, for a quick first display; then the whole day. */
async function loadDay(): Promise<void> {
  const now = serverNow();
  const from = startOfDay(now);
  const to = Math.max(startOfDay(from + 36 * 3_600_000), now + AHEAD_MS);
  const near = api.listBroadcasts({
    query: {
      from: new Date(now - NEAR_BEFORE_MS).toISOString(),
      to: new Date(now + NEAR_AFTER_MS).toISOString(),
      limit: NEAR_LIMIT,
    },
  });
  const next = api.listBroadcasts({ query: { status: ['scheduled'], limit: 50 } });
  for (const { broadcasts } of await Promise.all([near, next])) put(broadcasts);
  loaded.value = { from, to, complete: false };
  void readRange(from, to)
    .then(() => {
      loaded.value = { from, to, complete: true };
    })
    .catch((error: unknown) => setCut(problemText(error)));
}

/** Reads all broadcasts in these states, and those that have left them without an event. */
async function readUnderway(states: Broadcast['status'][]): Promise<void> {
  const began = performance.now();
  const found = new Set<string>();
  await readAll(
    (cursor) => api.listBroadcasts({ query: { limit: PAGE, status: states, cursor } }),
    ({ broadcasts }) => {
      for (const { id } of broadcasts) found.add(id);
      put(broadcasts);
      return true;
    },
  );
  if (states === UNDERWAY) onAirReadAt = began;
  const over = knownIds((one) => states.includes(one.status) && !found.has(one.id)).slice(0, MAX_LOOKS);
  await Promise.all(over.map((id) => readBroadcast(id)));
}

async function readSummary(): Promise<void> {
  const asked = performance.now();
  const isNewest = summaries.ask();
  const got = await api.getSummary({ query: { timezone: zone() } });
  if (!isNewest()) return;
  setServerTime(Date.parse(got.at), asked);
  tick();
  summary.value = got;
  noticeAlerts(got.alerts);
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  if (!running) return;
  try {
    await readSummary();
    const now = summary.peek()?.broadcasts.now;
    const count = (states: Broadcast['status'][]) => states.reduce((sum, state) => sum + (now?.[state] ?? 0), 0);
    const states = performance.now() - onAirReadAt < ON_AIR_EVERY_MS ? UNCERTAIN : UNDERWAY;
    if (count(states) > 0) await readUnderway(states);
    if (connection.peek().state === 'open') asOf.value = serverNow();
    else if (loaded.peek().to > 0 && stream.isOpen) setOpen();
    rollOver();
  } catch (error) {
    if (session.peek() !== null) setCut(problemText(error));
  }
  if (running && !document.hidden) timer = setTimeout(() => void poll(), POLL_MS);
}

/** A page that stays open for weeks loads each new day and forgets what is long over. */
function rollOver(): void {
  const now = serverNow();
  const { from, complete } = loaded.peek();
  if (!complete) return;
  if (startOfDay(now) !== from) reloadDay();
  if (now - forgotAt < FORGET_EVERY_MS) return;
  forgotAt = now;
  const ranges = [{ from, to: Number.POSITIVE_INFINITY }, ...held];
  forget(({ startAt, status }) => {
    if (UNDERWAY.includes(status)) return true;
    const at = Date.parse(startAt);
    return ranges.some((range) => at >= range.from && at < range.to);
  });
}

function takeEvents(events: LivestreamEvent[]): void {
  if (events.some(({ type }) => type === 'stream.gap')) loaded.value = { ...loaded.peek(), complete: false };
  // The last event of each broadcast contains everything the earlier ones do.
  const newest = new Map<string, Broadcast>();
  for (const { type, data } of events) if (type.startsWith('broadcast.')) newest.set(String(data['id']), shownOf(data));
  put([...newest.values()]);
  asOf.value = serverNow();
  if (events.some(({ type }) => type === 'stream.gap' || type.startsWith('pause.'))) reloadDay();
  // If this fails, the next summary shows that the alerts have changed.
  if (events.some(({ type }) => type.startsWith('alert.'))) void reloadAlerts().catch(() => {});
  for (const listener of listeners) listener(events);
}

/** Returns the broadcast from an event, without the fields an event adds. */
function shownOf({ message: _message, ...broadcast }: Record<string, unknown>): Broadcast {
  return broadcast as unknown as Broadcast;
}

function setOpen(): void {
  batch(() => {
    asOf.value = serverNow();
    if (connection.peek().state !== 'open') connection.value = { state: 'open', why: '' };
  });
}

function setCut(why: string): void {
  if (!running || (connection.peek().state === 'cut' && connection.peek().why === why)) return;
  connection.value = { state: 'cut', why };
}

document.addEventListener('visibilitychange', () => {
  if (!running) return;
  clearTimeout(resting);
  if (document.hidden) {
    resting = setTimeout(() => stream.rest(), REST_AFTER_MS);
    return;
  }
  stream.start();
  void poll();
});
