import type { Redis } from 'ioredis';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { isFinal } from '../../../src/broadcasts/broadcast.ts';
import type { HistoryEntry } from '../../../src/broadcasts/decision.ts';
import { lastStart } from '../../../src/broadcasts/rules/plan-interval.ts';
import { storedRecord } from '../../support/stored-state.ts';
import { ARROWS } from '../model/invariants.ts';
import { seeded } from './scheduler.ts';
import { LIMITS, SimulatedInstallation } from './simulated-installation.ts';
import type { LogLine } from './simulated-zoom.ts';

/** 2026-12-06T14:00:00Z, ms. */
const T0 = Date.UTC(2026, 11, 6, 14);
/** Faults happen for this long, ms; what was begun must then come to its end. */
const TROUBLE_MS = 420_000;
/** Everything must be over by then, ms. */
const END_MS = 3 * 3_600_000;
/** Clocks of processes differ by this much, ms. */
const SKEW_MS = 45;
/** A seed takes some thousand steps; one that takes more goes round in circles. */
const MAX_STEPS = 40_000;

export interface Report {
  requests: number;
  broadcasts: number;
  deaths: number;
  freezes: number;
  /** Streams that a person ended in Zoom, as an alert asked them to. */
  endedByHand: number;
  virtualMs: number;
  steps: number;
  /** Two runs of a seed with the same one went the same way, step by step. */
  trace: number;
  /** What broke a rule; empty when nothing did. */
  violations: string[];
}

/** Plays one seed on a Redis that belongs to it alone. */
export async function simulate(redis: Redis, seed: number): Promise<Report> {
  await redis.flushdb();
  const random = seeded(seed);
  const webhooks = random() < 0.6;
  const violations: string[] = [];
  const installation = new SimulatedInstallation({ redis, prefix: 'sim', start: T0, random, webhooks });
  const { timeline, zoom, keys } = installation;
  const pauses: KnownPause[] = [];
  const record = (id: string) => storedRecord(redis, keys.broadcast(id), id);
  zoom.onSend = async (line) => {
    if (line.action !== 'check') await checkRequest(line, redis, keys, record, violations);
    checkPauses(line, pauses, violations);
  };
  for (let i = 0; i < 3; i += 1) await installation.spawn();
  setTrouble(installation, random());
  timeline.at(T0 + TROUBLE_MS, null, () => setTrouble(installation, 0));
  const ids = new Set<string>();
  for (let i = random() < 0.6 ? 3 : 0; i > 0; i -= 1) pausing(installation, pauses);
  timeline.at(T0 + TROUBLE_MS + 1_000, null, () => void endAllPauses(installation, pauses));
  for (let meeting = 1; meeting <= 2; meeting += 1) actors(installation, `6842308${meeting}`, ids);
  const ended = await installation.run(T0 + END_MS, MAX_STEPS, async () => {
    if (timeline.now < T0 + TROUBLE_MS + 60_000) return false;
    // Jobs of plans that are over end by themselves.
    return installation.queue.jobs.size === 0 && (await redis.scard(keys.named('pending'))) === 0;
  });
  if (!ended) violations.push(`no end after ${MAX_STEPS} steps, at T+${timeline.now - T0} ms`);
  // Whatever is stored must be known to who asked for it. A process that stood still may store it after a repeated request was
  // refused, because `startAt` had passed meanwhile.
  let unknown = installation.counts.refusedRepeats;
  for (const key of (await redis.keys(keys.broadcast('*'))).toSorted()) {
    const id = key.slice(keys.broadcast('').length);
    if (!ids.has(id)) {
      unknown -= 1;
      if (unknown < 0) violations.push(`${id} is stored, and nobody was answered`);
    }
    ids.add(id);
  }
  const settled: HistoryEntry[] = [];
  for (const id of ids) {
    const history = (await redis.lrange(keys.history(id), 0, -1)).map((line) => JSON.parse(line) as HistoryEntry);
    checkEnd(await record(id), history, id, violations);
    settled.push(...history.filter(({ reason }) => reason === 'start: start_limited'));
  }
  checkLog(zoom.log, settled, violations);
  let endedByHand = 0;
  for (const [id, { streaming }] of zoom.meetings) {
    if (!streaming) continue;
    if (await adviceIsToCheckMeeting(zoom.log, id, record)) endedByHand += 1;
    else violations.push(`rule 10: meeting ${id} is still on air when everything is over`);
  }
  if (installation.queue.jobs.size > 0) violations.push(`${installation.queue.jobs.size} jobs are left over`);
  if (violations.length > 0) {
    // What happened: what Zoom saw, and what the records say.
    for (const line of zoom.log) violations.push(`  Zoom: ${JSON.stringify({ ...line, sentAt: line.sentAt - T0 })}`);
    for (const id of ids)
      for (const line of await redis.lrange(keys.history(id), 0, -1)) {
        const { at, type, from, to, by, reason } = JSON.parse(line) as HistoryEntry;
        violations.push(`  ${id} T+${at - T0}: ${type} ${from} -> ${to} by ${by}: ${reason}`);
      }
  }
  const { deaths, freezes } = installation.counts;
  const { steps, trace } = timeline;
  const counts = { requests: zoom.log.length, broadcasts: ids.size, deaths, freezes, endedByHand };
  return { ...counts, virtualMs: timeline.now - T0, steps, trace, violations };
}

function setTrouble(installation: SimulatedInstallation, much: number): void {
  installation.zoom.faults = much;
  installation.queue.losses = much * 0.1;
  installation.deaths = much * 0.01;
  installation.freezes = much * 0.004;
}

/** What people do with one meeting, and when its host comes and goes. */
function actors(installation: SimulatedInstallation, meetingId: string, ids: Set<string>): void {
  const { timeline, zoom } = installation;
  const { random } = timeline;
  const later = (from: number, to: number, run: () => unknown) =>
    timeline.at(T0 + from + random() * (to - from), null, () => {
      // A person whose API process dies hears nothing; what is refused is refused.
      void Promise.resolve()
        .then(run)
        .catch(() => {});
    });
  later(0, 60_000, () => zoom.host(meetingId, true));
  if (random() < 0.4) later(60_000, 200_000, () => zoom.host(meetingId, false));
  if (random() < 0.9) later(200_000, 300_000, () => zoom.host(meetingId, true));
  for (let drops = random() < 0.5 ? 2 : 0; drops > 0; drops -= 1) later(20_000, 400_000, () => zoom.drop(meetingId));
  const startIn = 5_000 + Math.floor(random() * 60_000);
  const lasts = [null, 20_000, 90_000, 200_000][Math.floor(random() * 4)] ?? null;
  const schedule = (from: number, length: number | null) =>
    later(0, 1_000, async () => {
      const startAt = new Date(T0 + from).toISOString();
      const stopAt = length === null ? undefined : new Date(T0 + from + length).toISOString();
      const window = random() < 0.3 ? { startWindow: 'PT1M' } : {};
      const input = { meetingId, startAt, ...(stopAt ? { stopAt } : {}), ...window };
      // One that does not learn whether its broadcast is stored asks again, with the same Idempotency-Key.
      const idempotency = { key: `${meetingId}:${from}`, bodyHash: 'same' };
      const stored = await installation.insist((api) => api.schedule(input, { by: 'api:sim', idempotency }));
      if (!stored) return;
      const { broadcast } = stored;
      ids.add(broadcast.id);
      for (let i = 0; i < 3; i += 1) if (random() < 0.4) command(broadcast.id);
      if (!stopAt) end(broadcast.id);
    });
  const command = (id: string) =>
    later(5_000, 400_000, () => {
      const by = { by: 'api:sim' };
      const api = installation.api();
      const what = Math.floor(random() * 6);
      if (what === 0) return api.cancel(id, by);
      if (what === 1) return api.start(id, by);
      if (what === 2) return api.stop(id, by);
      if (what === 3) return api.retry(id, by);
      if (what === 4) return api.change(id, { title: `title ${Math.floor(random() * 1_000)}` }, by);
      return api.change(id, { stopAt: new Date(timeline.now + 60_000).toISOString() }, by);
    });
  // Without a stop time a person ends it, and tries until it is done.
  const end = (id: string) => {
    timeline.at(T0 + TROUBLE_MS + 5_000, null, () => {
      void installation.insist((api) => api.cancel(id, { by: 'api:sim' }));
    });
  };
  schedule(startIn, lasts);
  if (lasts !== null && random() < 0.5) schedule(startIn + lasts, random() < 0.3 ? null : 60_000);
}

/** A pause of everything that was answered to somebody; times in ms. */
interface KnownPause {
  id: string;
  /** From its answer on no start leaves … */
  answeredAt: number;
  /** … until somebody asks for its end, or its time has come. */
  over: number;
}

/** Somebody pauses everything, and most often ends that again. Who gets no answer does not know of it. */
function pausing(installation: SimulatedInstallation, pauses: KnownPause[]): void {
  const { timeline } = installation;
  const { random } = timeline;
  const lasts = [null, 2_000, 30_000, 120_000][Math.floor(random() * 4)] ?? null;
  const make = async () => {
    const until = lasts === null ? {} : { until: new Date(timeline.now + lasts).toISOString() };
    const process = installation.processes.find(({ dead }) => !dead);
    const answer = await process?.pauses
      .create({ scope: { all: true }, ...until }, { by: 'api:sim' })
      .catch(() => null);
    const made = answer?.pause;
    if (!made) return;
    const known: KnownPause = { id: made.id, answeredAt: timeline.now, over: made.until ?? Number.POSITIVE_INFINITY };
    pauses.push(known);
    if (lasts !== null && random() < 0.7) return;
    timeline.at(timeline.now + random() * 60_000, null, () => void endPause(installation, known));
  };
  timeline.at(T0 + 3_000 + random() * 300_000, null, () => void make());
}

async function endPause(installation: SimulatedInstallation, known: KnownPause): Promise<void> {
  known.over = Math.min(known.over, installation.timeline.now);
  await installation.insist((_api, pauses) => pauses.end(known.id, 'api:sim').catch(() => null));
}

/** Also those that nobody got an answer about. */
async function endAllPauses(installation: SimulatedInstallation, known: KnownPause[]): Promise<void> {
  for (const pause of known) pause.over = Math.min(pause.over, installation.timeline.now);
  await installation.insist(async (_api, pauses) => {
    for (const { id } of await pauses.list()) await pauses.end(id, 'api:sim').catch(() => null);
  });
}

function checkPauses(line: LogLine, pauses: KnownPause[], violations: string[]): void {
  if (line.action !== 'start' && line.action !== 'configure') return;
  const over = pauses.find(({ answeredAt, over: ends }) => line.sentAt > answeredAt && line.sentAt < ends);
  if (over)
    violations.push(
      `rule 16: ${line.action} of ${line.meetingId} by ${line.by} leaves ${line.sentAt - over.answeredAt} ms into ${over.id}`,
    );
}

/** At the moment a request leaves, the record says that just this worker sends just this request. */
async function checkRequest(
  line: LogLine,
  redis: Redis,
  keys: SimulatedInstallation['keys'],
  record: (id: string) => Promise<Broadcast | null>,
  violations: string[],
): Promise<void> {
  const open = await Promise.all((await redis.smembers(keys.named('pending'))).map(record));
  const claimed = open.filter(
    (one) =>
      one?.meetingId === line.meetingId && one.inFlight?.worker === line.by && one.inFlight.request === line.action,
  );
  const what = `${line.action} of meeting ${line.meetingId} by ${line.by} at T+${line.sentAt - T0} ms`;
  const [broadcast] = claimed;
  line.broadcastId = broadcast?.id ?? null;
  if (!broadcast) {
    violations.push(`rule 11: ${what} leaves although its plan is not in force any more`);
    return;
  }
  if (line.action !== 'start') return;
  if (line.sentAt < broadcast.startAt)
    violations.push(`rule 1: ${what} is ${broadcast.startAt - line.sentAt} ms early`);
  if (line.sentAt >= lastStart(broadcast) + SKEW_MS) violations.push(`rule 10: ${what} is after its window`);
}

/** One final state with a reason, and a history that leads to it. */
function checkEnd(record: Broadcast | null, history: HistoryEntry[], id: string, violations: string[]): void {
  if (!record) {
    violations.push(`rule 12: ${id} was acknowledged and is gone`);
    return;
  }
  if (!isFinal(record))
    violations.push(`rule 13: ${id} is ${record.status} when everything is over (${record.reason})`);
  if (isFinal(record) && !record.reason) violations.push(`rule 13: ${id} is ${record.status} without a reason`);
  let status: Broadcast['status'] = 'scheduled';
  for (const { type, from, to } of history) {
    if (type !== 'status' || from === to) continue;
    if (from !== status) violations.push(`${id}: the history goes from ${status} on with ${from} -> ${to}`);
    if (!ARROWS[status].includes(to as Broadcast['status'])) violations.push(`${id}: no way from ${status} to ${to}`);
    status = to as Broadcast['status'];
  }
  if (status !== record.status) violations.push(`${id}: the history ends at ${status}, the record at ${record.status}`);
}

/**
 * Whether the stream that is on belongs to a broadcast without a stop time that ended as `missed` with a start that got no
 * answer. Nobody planned a stop, the state may not change any more, and the alert says so: who gets it looks at the meeting.
 */
async function adviceIsToCheckMeeting(
  log: LogLine[],
  meetingId: string,
  record: (id: string) => Promise<Broadcast | null>,
): Promise<boolean> {
  const last = log.findLast(
    (line) => line.meetingId === meetingId && line.action === 'start' && line.effect === 'accepted',
  );
  const broadcast = last?.broadcastId ? await record(last.broadcastId) : null;
  if (broadcast?.status !== 'missed' || broadcast.stopAt !== null) return false;
  return broadcast.alerted.includes('missed') && /may have worked: check the meeting/.test(broadcast.reason ?? '');
}

/** The rules that show in the order of Zoom's log. @param settled the 429s that were written */
function checkLog(log: LogLine[], settled: HistoryEntry[], violations: string[]): void {
  const starts = log.filter(({ action }) => action === 'start');
  for (const limited of starts.filter(({ effect, answeredAt }) => effect === '429 start' && answeredAt !== null)) {
    // When its worker died with the answer, nobody knows when it came, or that it was a 429: rule 7 counts from the request.
    const isKnown = settled.some(
      ({ at, by }) => by === `worker:${limited.by}` && Math.abs(at - limited.sentAt) < 1_000,
    );
    const from = isKnown ? (limited.answeredAt as number) : limited.sentAt;
    const early = starts.find(
      ({ meetingId, sentAt }) =>
        meetingId === limited.meetingId && sentAt > from + SKEW_MS && sentAt < from + 30_000 - SKEW_MS,
    );
    if (early)
      violations.push(`rule 3: a start of ${limited.meetingId} leaves ${early.sentAt - from} ms after the 429`);
  }
  const window = LIMITS.intervalMs * LIMITS.most;
  for (let i = LIMITS.most; i < log.length; i += 1) {
    const earlier = log[i - LIMITS.most] as LogLine;
    if ((log[i] as LogLine).sentAt - earlier.sentAt < window - 200)
      violations.push(`rule 5: more than ${LIMITS.most} requests within ${window} ms`);
  }
}
