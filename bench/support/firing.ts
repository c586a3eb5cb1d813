import { until } from '../../test/support/wait-for.ts';
import type { Job } from '../peers/peer.ts';
import type { Contender } from './contenders.ts';
import { type Cost, costSince, type Live } from './live.ts';
import { latenessOf } from './statistics.ts';
import type { Figures } from './summary.ts';
import type { Arrival, Target } from './target.ts';

/** From the last job that is added to the first that is due, ms: nobody is still busy with adding. */
const CALM_MS = 3_500;
/** From the last arrival until what it left behind is written down, ms. */
const SETTLE_MS = 700;
const POLL_MS = 100;
const HANGS_MS = 240_000;
const ATTEMPTS = 3;

/** Jobs with due moments at or after `first`, of meetings that no other has. */
export type Plan = (first: number, newId: () => string) => Job[];

let ids = 0;
const newId = () => String(90_000_000_000 + ++ids);

export interface Fired {
  jobs: Job[];
  /** All that the target got, 429 included. */
  arrivals: Arrival[];
  /** CPU of all of it, ms, from the calm before to the calm after. */
  cost: Cost;
}

/**
 * Adds jobs, lets them come due, and waits until a start of each has arrived.
 * @param onAdded done in the calm before the first is due
 */
export async function fire(
  live: Live,
  contender: Contender,
  target: Target,
  count: number,
  plan: Plan,
  onAdded: () => Promise<unknown> = async () => {},
): Promise<Fired> {
  const jobs = await addInTime(live, contender, count, plan);
  await target.forget();
  await onAdded();
  const before = live.cost();
  const patience = HANGS_MS + Math.max(...jobs.map(({ due }) => due)) - Date.now();
  await until(`${jobs.length} starts of ${contender.name}`, () => arrivedAll(target, jobs.length), patience);
  await pause(SETTLE_MS);
  const cost = costSince(live, before);
  return { jobs, arrivals: await target.arrivals(), cost };
}

/** How late the starts arrived, ms, and what they cost. */
export function firingFigures({ jobs, arrivals, cost }: Fired): Figures {
  const { first, p50, p99, last } = latenessOf(lateStarts(jobs, arrivals));
  return {
    'first, ms': first,
    'p50, ms': p50,
    'p99, ms': p99,
    'last, ms': last,
    'CPU of the worker, ms a start': cost.worker / jobs.length,
    'of its server': cost.server / jobs.length,
  };
}

/** Ms from the due moment of each to the first start that was let through; infinite if none was. */
export function lateStarts(jobs: Job[], arrivals: Arrival[]): number[] {
  const first = new Map<string, number>();
  for (const { path, at } of startsOf(arrivals)) if (!first.has(path)) first.set(path, at);
  const at = new Map([...first].map(([path, moment]) => [meetingOf(path), moment]));
  return jobs.map(({ id, due }) => (at.get(id) ?? Number.POSITIVE_INFINITY) - due);
}

export function meetingOf(path: string): string {
  return path.split('/')[3] ?? '';
}

function startsOf(arrivals: Arrival[]): Arrival[] {
  return arrivals.filter(({ action, status }) => action === 'start' && status !== 429);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** On a machine so busy that adding took too long, again with more time: what is due while it is added measures the adding. */
async function addInTime(live: Live, contender: Contender, count: number, plan: Plan): Promise<Job[]> {
  let lead = CALM_MS + 500 + contender.addMs * count;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const first = Date.now() + Math.ceil(lead);
    const jobs = plan(first, newId);
    await live.addMany(jobs);
    if (Date.now() <= first - CALM_MS) return jobs;
    // What is due now leaves and is not counted.
    await pause(Math.max(0, Math.max(...jobs.map(({ due }) => due)) - Date.now()) + 2 * CALM_MS);
    lead *= 2;
  }
  throw new Error(`${contender.name} was too slow to store ${count} jobs ${lead / 2} ms ahead; is the machine busy?`);
}

async function arrivedAll(target: Target, count: number): Promise<boolean> {
  await pause(POLL_MS);
  if ((await target.count()) < count) return false;
  return new Set(startsOf(await target.arrivals()).map(({ path }) => path)).size >= count;
}
