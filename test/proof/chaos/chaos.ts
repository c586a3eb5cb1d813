import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type BroadcastStatus, FINAL_STATUSES } from '../../../src/broadcasts/broadcast.ts';
import type { Installation, Shown } from '../../support/installation.ts';
import { startInstallation, WEBHOOK_SECRET } from '../../support/installation.ts';
import { until } from '../../support/wait-for.ts';
import { seeded } from '../simulation/scheduler.ts';
import { letPeopleWork } from './actors.ts';
import type { Booking } from './booking.ts';
import { findViolations } from './checks.ts';
import { PersistentClient } from './client.ts';
import { startEventBalancer } from './event-balancer.ts';
import { type Failure, injectFailures } from './faults.ts';
import { fillPlaces, type OccurrenceSlot } from './processes.ts';
import { figuresOf } from './report.ts';
import { type Case, type Evidence, reportOf, tagOf } from './verdict.ts';
import { readZoomLog } from './zoom-log.ts';

/** Of the installation and of Zoom alike, ms. */
const START_RETRY_MS = 1_500;
/** Zoom's limit for the plan of the account (pro). */
const PER_SECOND = 30;
/** What was begun last ends by itself within this; a worker that died in the middle of a request costs ten seconds of it, ms. */
const SETTLES_WITHIN_MS = 45_000;

export interface ChaosReport {
  /** The report, as a table. */
  report: string;
  /** Each with all that is known of it. */
  violations: string[];
}

/** Runs an installation for `seconds` while everything around it breaks, lets it settle, and judges what is left. */
export async function runChaos(seed: number, seconds: number): Promise<ChaosReport> {
  const at = await startInstallation({
    apis: 0,
    workers: 0,
    webhooks: false,
    env: {
      START_RETRY_MS: String(START_RETRY_MS),
      ZOOM_TIMEOUT_MS: '2500',
      ZOOM_PLAN: 'pro',
      ZOOM_WEBHOOK_SECRET_TOKEN: WEBHOOK_SECRET,
      PREFLIGHT: 'off',
    },
    sandbox: { startedEventDelayMs: 300, stoppedEventDelayMs: 100 },
  });
  try {
    return await run(at, await fillPlaces(at), seed, seconds);
  } finally {
    await at.close();
  }
}

async function run(at: Installation, places: OccurrenceSlot[], seed: number, seconds: number): Promise<ChaosReport> {
  const apis = places.filter(({ kind }) => kind === 'api').map(({ url }) => url);
  const events = await startEventBalancer(apis);
  await at.sandbox.control('PATCH', 'settings', { webhookUrl: `${events.url}/v1/zoom/webhooks` });
  const client = new PersistentClient(apis, seeded(seed + 1));
  const faults: Failure[] = [];
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const begun = Date.now();
  const end = begun + seconds * 1_000;
  const longestStop = Math.min(12_000, seconds * 250);
  const [bookings] = await Promise.all([
    letPeopleWork({ at, client, random: seeded(seed), until: end - 2_000 }),
    injectFailures({ at, places, events, random: seeded(seed + 2), longestStop }, end, faults),
  ]);
  const fixed = Date.now();
  await settle(client);
  const settledMs = Date.now() - fixed;
  const evidence = { ...(await gather(at, places, client, bookings, faults)), heldUpMs: delays.max / 1e6 };
  const violations = findViolations(evidence);
  const counts = { events: { delivered: events.delivered(), lost: events.lost() }, commands: client.counts };
  await events.close();
  return {
    report: figuresOf(evidence, violations, { seed, seconds, settledMs, ...counts }),
    violations: violations.map((violation) => `seed ${seed}: ${reportOf(violation, faults, begun)}`),
  };
}

const isOver = ({ status }: Shown) => FINAL_STATUSES.has(status as BroadcastStatus);

/** Everything comes to its end by itself; what has an open end or a pause and an unheard maker is ended here. */
async function settle(client: PersistentClient): Promise<void> {
  const over = async () => {
    // A try without an answer may have made a pause that nobody knows of.
    await client.resume();
    const open = (await client.list()).filter((shown) => !isOver(shown));
    for (const { id, stopAt } of open) if (stopAt === null) await client.insist('DELETE', `/v1/broadcasts/${id}`);
    return open.length === 0;
  };
  // What does not end is a violation, with all that is known of it.
  await until('every broadcast is at its end', over, SETTLES_WITHIN_MS).catch(() => {});
}

async function gather(
  at: Installation,
  places: OccurrenceSlot[],
  client: PersistentClient,
  bookings: Booking[],
  faults: Failure[],
): Promise<Omit<Evidence, 'heldUpMs'>> {
  let jobs: string[] = [];
  const noJobs = async () => {
    // Each worker sends itself one; those of the killed expire.
    jobs = (await at.jobsLeft()).filter((job) => !job.startsWith('canary-'));
    return jobs.length === 0;
  };
  await until('nothing is left in BullMQ', noJobs, 10_000).catch(() => {});
  const listed = await client.list();
  const log = await readZoomLog(at, places);
  const cases: Case[] = [];
  for (const shown of listed) {
    const booking = bookings.find(
      ({ id, name }) => id === shown.id || shown.settings.displayName?.split('.')[0] === name,
    );
    if (!booking) throw new Error(`nobody made ${JSON.stringify(shown)}`);
    const { history } = (await client.insist('GET', `/v1/broadcasts/${shown.id}/history`)).body;
    const requests = log.filter(({ meetingId }) => meetingId === shown.meetingId);
    const tags = new Set(booking.plans.map(({ tag }) => tag));
    const starts = requests.filter((one) => one.action === 'start' && tags.has(String(tagOf(one))));
    cases.push({ booking, shown, history, requests, starts, neighbours: [] });
  }
  for (const one of cases)
    one.neighbours = cases.filter((other) => other !== one && other.booking.meetingId === one.booking.meetingId);
  const ids = new Set(listed.map(({ id }) => id));
  const { meetings } = (await at.sandbox.control('GET', 'meetings')).body;
  return {
    cases,
    gone: bookings.filter(({ id }) => id !== null && !ids.has(id)),
    log,
    faults,
    placeOfPid: new Map(places.flatMap(({ name, pids }) => pids.map((pid) => [pid, name] as const))),
    streaming: new Set(meetings.filter((one: { streaming: boolean }) => one.streaming).map(({ id }: Shown) => id)),
    jobs,
    startRetryMs: START_RETRY_MS,
    perSecond: PER_SECOND,
  };
}
