import type { Installation } from '../../support/installation.ts';
import type { PersistentClient } from './client.ts';
import { Story } from './incident.ts';

/** What people do with a broadcast from its making to its end; each resolves when nothing more is wanted. */
type Wish = (story: Story, random: () => number, at: Installation) => Promise<void>;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const until = (ms: number) => pause(Math.max(0, ms - Date.now()));
const between = (random: () => number, from: number, to: number) => Math.round(from + random() * (to - from));

async function plain(story: Story, random: () => number, more: Record<string, unknown> = {}): Promise<number> {
  const startAt = Date.now() + between(random, 2_000, 5_000);
  await story.schedule(startAt, startAt + between(random, 2_500, 7_000), more);
  return startAt;
}

const WISHES: [share: number, wish: Wish][] = [
  [35, async (story, random) => void (await plain(story, random))],
  [6, cancelBefore],
  [9, cancelAround],
  [10, rescheduleOnce],
  [8, rescheduleAround],
  [8, moveStopLive],
  [7, stopLive],
  [6, startNow],
  [6, openEnd],
  [5, lateHost],
  [6, shortWindow],
];

async function cancelBefore(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt - between(random, 500, 1_500));
  if (story.id) await story.cancel();
}

/** At the very moment at which the start is due, or while it is under way. */
async function cancelAround(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt + between(random, -60, 300));
  if (story.id) await story.cancel();
}

async function rescheduleOnce(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt - between(random, 300, 1_500));
  const later = Date.now() + between(random, 1_500, 4_000);
  if (story.id) await story.reschedule(later, later + between(random, 2_500, 5_000));
}

async function rescheduleAround(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt - between(random, 0, 60));
  const later = startAt + between(random, 1_500, 4_000);
  if (story.id) await story.reschedule(later, later + between(random, 2_500, 5_000));
}

async function moveStopLive(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt + between(random, 500, 2_300));
  if (story.id) await story.moveStop(Date.now() + between(random, 600, 4_000));
}

async function stopLive(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt + between(random, 300, 2_000));
  if (story.id) await story.stop();
}

async function startNow(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random);
  await until(startAt - between(random, 200, 1_800));
  if (story.id) await story.startNow('start');
}

/** Without a stop time: somebody has to end it. */
async function openEnd(story: Story, random: () => number): Promise<void> {
  const startAt = Date.now() + between(random, 2_000, 4_000);
  await story.schedule(startAt, null);
  await until(startAt + between(random, 1_500, 5_000));
  if (story.id && !(await story.stop())) await story.cancel();
}

async function lateHost(story: Story, random: () => number, at: Installation): Promise<void> {
  await at.sandbox.control('PUT', `meetings/${story.meetingId}`, { state: 'waiting' });
  const startAt = await plain(story, random);
  await until(startAt + between(random, 300, 2_000));
  await at.sandbox.control('POST', `meetings/${story.meetingId}/start`);
}

/** Missed soon, and then wanted again. */
async function shortWindow(story: Story, random: () => number): Promise<void> {
  const startAt = await plain(story, random, { startWindow: 'PT1S' });
  if (!story.id) return;
  await until(startAt + 1_200);
  if ((await story.look()).status === 'missed') await story.startNow('retry');
}

/** The next broadcast of the meeting begins where this one ends. */
async function pair(client: PersistentClient, name: string, random: () => number, stories: Story[]): Promise<void> {
  const first = new Story(client, name);
  const second = new Story(client, `${name}b`, first.meetingId);
  stories.push(first, second);
  const startAt = await plain(first, random);
  const middle = first.plan.stopAt ?? startAt;
  await second.schedule(middle, middle + between(random, 2_500, 4_000));
}

/** As many as Zoom allows in a second and a half, all at the same second. */
async function rush(client: PersistentClient, name: string, stories: Story[]): Promise<void> {
  const startAt = Math.ceil(Date.now() / 1_000) * 1_000 + 3_000;
  const batch = Array.from({ length: 40 }, (_, i) => new Story(client, `${name}-${i}`));
  for (const story of batch) story.inRush = true;
  stories.push(...batch);
  const broadcasts = batch.map((story) => story.propose(startAt, startAt + 5_000));
  const reply = await client.insist('POST', '/v1/broadcasts/batch', { broadcasts }, { 'idempotency-key': name });
  if (reply.status === 201) for (const [i, story] of batch.entries()) story.stored(reply.body.broadcasts[i]);
}

export interface PeopleOptions {
  at: Installation;
  client: PersistentClient;
  random: () => number;
  /** When the last broadcast is made, ms. */
  until: number;
}

/** About three broadcasts a second, and a rush now and then. Resolves when nobody wants anything any more. */
export async function letPeopleWork({ at, client, random, until: end }: PeopleOptions): Promise<Story[]> {
  const stories: Story[] = [];
  const wishes: Promise<void>[] = [];
  const rushes = new Set([Math.round(between(random, 10, 30))]);
  for (let n = 0; Date.now() < end; n += 1) {
    const name = `b${n}`;
    if (rushes.has(n)) {
      rushes.add(n + between(random, 60, 120));
      wishes.push(rush(client, `rush${n}`, stories));
    } else if (random() < 0.06) wishes.push(pair(client, name, random, stories));
    else {
      const story = new Story(client, name);
      stories.push(story);
      wishes.push(wishOf(random)(story, random, at));
    }
    await pause(between(random, 150, 500));
  }
  await Promise.all(wishes);
  return stories;
}

function wishOf(random: () => number): Wish {
  let left = random() * WISHES.reduce((sum, [share]) => sum + share, 0);
  for (const [share, wish] of WISHES) {
    left -= share;
    if (left < 0) return wish;
  }
  return WISHES[0]?.[1] as Wish;
}
