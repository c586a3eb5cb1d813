import type { Redis } from 'ioredis';
import pino from 'pino';
import { beforeAll, expect, test } from 'vitest';
import { type Broadcast, isFinal } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder, type RuleSettings } from '../../../src/broadcasts/decision.ts';
import { becomeLive, waitForHost } from '../../../src/broadcasts/rules/transitions.ts';
import type { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import { SystemClock } from '../../../src/clock.ts';
import { applyZoomEvent } from '../../../src/scheduling/apply-zoom-event.ts';
import { inboxKey, storeZoomEvents, zoomEventsOf } from '../../../src/zoom/events/inbox.ts';
import { parseWebhookEvent } from '../../../src/zoom/events/parse.ts';
import { createInbox } from '../../../workers/zoom-events/inbox.ts';
import { type Ends, SCENARIOS, type Scenario } from '../../support/event-scenarios.ts';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { rigOn } from '../../support/rig.ts';
import { until } from '../../support/wait-for.ts';

/**
 * Contract rule 14: the same thousand events, shuffled, doubled and delayed, lead to the same final states. From the body
 * Zoom posts, through the inbox in Redis and two workers that take from it side by side. `EVENT_SEEDS=100` is the long form.
 */
const SEEDS = Number(process.env.EVENT_SEEDS || 8);
const EVENTS = 1_000;
/** Two hours on, so that no window closes and no plan is past. */
const DUE = Date.now() + 7_200_000;
/** When the events are taken in: none of them lies ahead of that. */
const ARRIVED = DUE + 86_400_000;
const PLANNED_LATER_MS = 90_000_000;

let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

interface Run {
  scenario: Scenario;
  meetingId: string;
  seen: ZoomEvent[];
}

/** Every scenario again and again, each time of another meeting, until there are a thousand events. */
function runs(): Run[] {
  const result: Run[] = [];
  for (let count = 0; count < EVENTS; ) {
    const scenario = SCENARIOS[result.length % SCENARIOS.length] as Scenario;
    const meetingId = String(91_000_000_000 + result.length);
    result.push({ scenario, meetingId, seen: scenario.events.map((one) => heard(one, meetingId)) });
    count += scenario.events.length;
  }
  return result;
}

function heard({ at, event, object, payload }: Scenario['events'][number], meetingId: string): ZoomEvent {
  const body = { event, event_ts: DUE + at * 1_000, payload: { ...payload, object: { id: meetingId, ...object } } };
  const parsed = parseWebhookEvent(JSON.stringify(body));
  if (parsed.type !== 'zoom_event') throw new Error(`${event} is not taken`);
  return zoomEventsOf(parsed.zoomEvent, 'default', ARRIVED)[0] as ZoomEvent;
}

function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** As they arrive: some at once, some after 5, 25 or 85 minutes (Zoom's retries), every third one twice or thrice. */
function arrivals(all: ZoomEvent[], random: () => number): ZoomEvent[] {
  const retries = [300_000, 1_500_000, 5_100_000];
  const late = () => (random() < 0.5 ? random() * 900_000 : (retries[Math.floor(random() * 3)] as number));
  return all
    .flatMap((seen) => Array.from({ length: random() < 0.67 ? 1 : 2 + Math.floor(random() * 2) }, () => seen))
    .map((seen) => ({ seen, at: seen.at + late() }))
    .sort((a, b) => a.at - b.at)
    .map(({ seen }) => seen);
}

/** A part of Redis of its own with the planned broadcasts in it, and what two workers need. */
async function parts(name: string, all: Run[]) {
  const { keys, store, queue, writer, rules, scheduler } = rigOn(redis, {
    prefix: name,
    rules: { webhooksOn: () => true },
  });
  const planned = all.filter(({ scenario }) => scenario.begins !== 'none');
  const wanted = planned.map(({ scenario, meetingId }) => ({
    meetingId,
    kind: scenario.kind,
    onDrop: 'restart',
    startAt: new Date(DUE + (scenario.begins === 'scheduled' ? PLANNED_LATER_MS : 0)).toISOString(),
  }));
  const { broadcasts } = await scheduler.scheduleBatch({ broadcasts: wanted }, { by: 'test' });
  await Promise.all(broadcasts.map((made, i) => begin(store, rules, made, (planned[i] as Run).scenario)));
  return { keys, store, deps: { store, writer, rules }, close: () => queue.close() };
}

async function begin(store: BroadcastStore, rules: RuleSettings, made: Broadcast, { begins }: Scenario): Promise<void> {
  if (begins === 'scheduled') return;
  const builder = new DecisionBuilder(made, DUE, 'test');
  if (begins === 'waiting') waitForHost(builder, rules, DUE, 'the meeting has not started');
  else {
    becomeLive(builder, DUE + 1_000, 'Zoom accepted the start');
    builder.patchMeeting({ stream: { is: 'on', at: DUE + 1_000, source: 'answer' } });
  }
  expect((await store.commit([{ before: made, decision: builder.build() }])).kind).toBe('ok');
}

/** Takes the events in, in this order. @returns what is known of every run in the end */
async function run(name: string, all: Run[], order: ZoomEvent[]): Promise<Ends[]> {
  const { keys, store, deps, close } = await parts(name, all);
  const ids = new Map<string, string>();
  for (const { meetingId } of all) {
    const reach = { kind: 'between', from: null, to: null, latestFirst: false } as const;
    const page = { account: 'default', meetingId, reach, after: null, limit: 1 };
    const [id] = (await store.affected(page)).ids;
    if (id) ids.set(meetingId, id);
  }
  await storeZoomEvents(redis, keys, order);
  const connections = [redis.duplicate(), redis.duplicate()];
  const logger = pino({ level: 'silent' });
  const arrival = new SystemClock(() => ARRIVED - Date.now());
  const take = (seen: ZoomEvent) => applyZoomEvent(deps, seen);
  const workers = connections.map((connection) =>
    createInbox({ redis: connection, keys, take, clock: arrival, logger }),
  );
  for (const worker of workers) await worker.start();
  await until('the inbox is empty', async () => (await redis.xlen(inboxKey(keys))) === 0, 110_000);
  const stopping = workers.map((worker) => worker.stop(10_000));
  // Else their blocking reads are waited for.
  for (const connection of connections) connection.disconnect();
  await Promise.all(stopping);
  const known = await Promise.all(all.map((one) => endOf(store, one, ids.get(one.meetingId))));
  await close();
  return known;
}

async function endOf(store: BroadcastStore, { scenario, meetingId }: Run, id: string | undefined): Promise<Ends> {
  const { stream, running } = await store.meeting('default', meetingId);
  if (!id) return { status: null, stream, running };
  const broadcast = await store.get(id);
  const { status, confirmed, warnings } = broadcast;
  return {
    status,
    stream,
    running,
    ...(scenario.ends.confirmed !== undefined && !isFinal(broadcast) ? { confirmed } : {}),
    ...(scenario.ends.warnings ? { warnings: warnings.map(({ code }) => code) } : {}),
  };
}

/** What ended otherwise than its scenario, by the scenario and what was known. */
function otherwise(all: Run[], known: Ends[]): string[] {
  const issues = all.flatMap(({ scenario, seen }, i) => {
    try {
      expect(known[i]).toEqual(scenario.ends);
      return [];
    } catch {
      return [`${scenario.name} (${seen.length}): ${JSON.stringify(known[i])}`];
    }
  });
  return [...new Set(issues)];
}

test('a thousand events in their order lead to the ends of their scenarios', async () => {
  const all = runs();
  const inOrder = all.flatMap(({ seen }) => seen).sort((a, b) => a.at - b.at);
  expect(inOrder.length).toBeGreaterThanOrEqual(EVENTS);
  expect(otherwise(all, await run('in-order', all, inOrder))).toEqual([]);
});

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  'shuffled, doubled and delayed they lead to the same (seed %i)',
  async (seed) => {
    const all = runs();
    const order = arrivals(
      all.flatMap(({ seen }) => seen),
      randomOf(seed),
    );
    expect(otherwise(all, await run(`seed-${seed}`, all, order))).toEqual([]);
    await redis.flushall();
  },
  120_000,
);
