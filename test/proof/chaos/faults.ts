import type { Installation } from '../../support/installation.ts';
import { PER_SECOND, said, startLimited } from '../../support/zoom-responses.ts';
import type { EventBalancer } from './event-balancer.ts';
import { isSkewed, type OccurrenceSlot } from './processes.ts';

/** One fault that was injected; ms. `place` is null when it concerns everybody. */
export interface Failure {
  kind: string;
  place: string | null;
  from: number;
  to: number;
}

export interface FailureTools {
  at: Installation;
  places: OccurrenceSlot[];
  events: EventBalancer;
  random: () => number;
  /** Longest standstill of a process, ms. */
  longestStop: number;
}

/** Breaks something, waits, and repairs it. Says which place it concerned; undefined: there was nothing to break. */
type Injection = (tools: FailureTools) => Promise<string | null | undefined>;

const between = (random: () => number, from: number, to: number) => from + random() * (to - from);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function pick({ places, random }: FailureTools, fits: (place: OccurrenceSlot) => boolean): OccurrenceSlot | undefined {
  const able = places.filter((place) => place.process?.running() && fits(place));
  return able[Math.floor(random() * able.length)];
}

const killed =
  (kind: OccurrenceSlot['kind']): Injection =>
  async (tools) => {
    const place = pick(tools, (one) => one.kind === kind);
    if (!place) return undefined;
    const dead = place.process;
    place.process = null;
    await dead?.kill('SIGKILL');
    if (tools.random() < 0.5) await pause(between(tools.random, 300, 4_000));
    await place.fill();
    return place.name;
  };

const stopped =
  (kind: OccurrenceSlot['kind']): Injection =>
  async (tools) => {
    const place = pick(tools, (one) => one.kind === kind);
    if (!place) return undefined;
    await place.process?.kill('SIGSTOP');
    await pause(between(tools.random, 1_000, tools.longestStop));
    await place.process?.kill('SIGCONT');
    return place.name;
  };

const clockStepped: Injection = async (tools) => {
  const place = pick(tools, isSkewed);
  if (place) process.kill(place.process?.pid as number, 'SIGUSR2');
  return place?.name;
};

/** The lines of one process to Redis or Zoom: silent, then resumed (what was sent arrives late) or broken. */
const silent =
  (line: 'redis' | 'zoom', longest: number): Injection =>
  async (tools) => {
    const place = pick(tools, ({ kind }) => line === 'redis' || kind === 'worker');
    if (!place) return undefined;
    place[line].goSilent();
    await pause(between(tools.random, 800, longest));
    // To Zoom nothing arrives late: it would be a request that nobody can call back (docs/reliability.md).
    if (line === 'redis' && tools.random() < 0.5) place[line].resume();
    else place[line].reset();
    return place.name;
  };

const redisReset: Injection = async (tools) => {
  const place = pick(tools, () => true);
  place?.redis.reset();
  return place?.name;
};

const redisRestarted: Injection = async ({ at }) => {
  await at.redis.restart();
  return null;
};

const redisKilled: Injection = async ({ at, random }) => {
  await at.redis.kill9();
  await pause(between(random, 0, 2_500));
  await at.redis.restart();
  return null;
};

const zoomRefuses: Injection = async ({ places, random }) => {
  await Promise.all(places.map(({ zoom }) => zoom.refuse()));
  await pause(between(random, 500, 2_500));
  await Promise.all(places.map(({ zoom }) => zoom.open()));
  return null;
};

const zoomSlow: Injection = async ({ at, random }) => {
  await at.sandbox.control('PATCH', 'settings', { latencyMs: 600, latencyJitterMs: 600 });
  await pause(between(random, 1_000, 3_000));
  await at.sandbox.control('PATCH', 'settings', { latencyMs: 0, latencyJitterMs: 0 });
  return null;
};

/** Zoom answers in this way for some time, `times` requests at most. */
const scripted =
  (match: object, answer: object, times: number): Injection =>
  async ({ at, random }) => {
    await at.sandbox.control('POST', 'script', { match, answer: { ...answer, times } });
    await pause(between(random, 1_000, 2_500));
    await at.sandbox.control('DELETE', 'script');
    return null;
  };

const eventsLost: Injection = async ({ events, random }) => {
  events.lose(true);
  await pause(between(random, 1_000, 4_000));
  events.lose(false);
  return null;
};

const STATUS = { path: '/livestream/status$' };

/** By lane: one fault at a time in each, all lanes side by side. */
const LANES: Record<string, Injection>[] = [
  {
    'kill -9 worker': killed('worker'),
    'SIGSTOP worker': stopped('worker'),
    'kill -9 API': killed('api'),
    'clock stepped by 6 s': clockStepped,
    'SIGSTOP API': stopped('api'),
  },
  {
    'Redis silent for one process': silent('redis', 7_500),
    'Redis killed (kill -9)': redisKilled,
    'Redis connections reset': redisReset,
    'Redis restarted (SIGTERM)': redisRestarted,
  },
  {
    'Zoom down (503)': scripted(STATUS, said(503, null, 'Service unavailable'), 1_000),
    'Zoom refuses connections': zoomRefuses,
    'Zoom slow': zoomSlow,
    'Zoom resets before it acts': scripted(STATUS, { reset: true, when: 'before' }, 3),
    'Zoom resets after it acted': scripted(STATUS, { reset: true, when: 'after' }, 3),
    'Zoom acts and never answers': scripted(STATUS, { hang: 6_000, accept: true }, 2),
    'Zoom silent for one worker': silent('zoom', 4_000),
    'Zoom limits starts (429)': scripted({ action: 'start' }, startLimited('68423085'), 3),
    'Zoom limits the account (429)': scripted(STATUS, PER_SECOND, 1),
    'Zoom events lost': eventsLost,
  },
];

/** Injects faults until `until` (ms), in rounds of a seeded order, and resolves when all are repaired. */
export async function injectFailures(tools: FailureTools, until: number, faults: Failure[]): Promise<void> {
  await Promise.all(LANES.map((lane, i) => runLane(lane, tools, until, faults, i * 500)));
}

async function runLane(
  lane: Record<string, Injection>,
  tools: FailureTools,
  until: number,
  faults: Failure[],
  delay: number,
): Promise<void> {
  await pause(delay);
  let round: string[] = [];
  while (Date.now() < until) {
    if (round.length === 0) round = shuffled(Object.keys(lane), tools.random);
    const kind = round.pop() as string;
    const from = Date.now();
    // Under way, it explains what happens already.
    const fault: Failure = { kind, place: null, from, to: Number.POSITIVE_INFINITY };
    const place = await lane[kind]?.(tools);
    if (place !== undefined) faults.push({ ...fault, place, to: Date.now() });
    await pause(between(tools.random, 200, 1_200));
  }
}

function shuffled(names: string[], random: () => number): string[] {
  return names
    .map((name) => ({ name, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
}
