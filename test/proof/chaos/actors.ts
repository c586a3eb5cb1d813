import type { Installation } from '../../support/installation.ts';
import { Booking } from './booking.ts';
import type { PersistentClient } from './client.ts';

/** What people do with a broadcast from its making to its end; each resolves when nothing more is wanted. */
type Wish = (booking: Booking, random: () => number, at: Installation) => Promise<void>;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const sleepUntil = (at: number) => pause(Math.max(0, at - Date.now()));
const between = (random: () => number, from: number, to: number) => Math.round(from + random() * (to - from));

async function plain(booking: Booking, random: () => number, more: Record<string, unknown> = {}): Promise<number> {
  const startAt = Date.now() + between(random, 2_000, 5_000);
  await booking.schedule(startAt, startAt + between(random, 2_500, 7_000), more);
  return startAt;
}

const WISHES: [share: number, wish: Wish][] = [
  [35, async (booking, random) => void (await plain(booking, random))],
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
  [8, pauseAround],
  [6, pauseUntilTheSameSecond],
];

async function cancelBefore(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt - between(random, 500, 1_500));
  if (booking.id) await booking.cancel();
}

/** At the very moment at which the start is due, or while it is under way. */
async function cancelAround(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt + between(random, -60, 300));
  if (booking.id) await booking.cancel();
}

async function rescheduleOnce(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt - between(random, 300, 1_500));
  const later = Date.now() + between(random, 1_500, 4_000);
  if (booking.id) await booking.reschedule(later, later + between(random, 2_500, 5_000));
}

async function rescheduleAround(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt - between(random, 0, 60));
  const later = startAt + between(random, 1_500, 4_000);
  if (booking.id) await booking.reschedule(later, later + between(random, 2_500, 5_000));
}

async function moveStopLive(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt + between(random, 500, 2_300));
  if (booking.id) await booking.moveStop(Date.now() + between(random, 600, 4_000));
}

async function stopLive(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt + between(random, 300, 2_000));
  if (booking.id) await booking.stop();
}

async function startNow(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random);
  await sleepUntil(startAt - between(random, 200, 1_800));
  if (booking.id) await booking.startNow('start');
}

/** Without a stop time: somebody has to end it. */
async function openEnd(booking: Booking, random: () => number): Promise<void> {
  const startAt = Date.now() + between(random, 2_000, 4_000);
  await booking.schedule(startAt, null);
  await sleepUntil(startAt + between(random, 1_500, 5_000));
  if (booking.id && !(await booking.stop())) await booking.cancel();
}

async function lateHost(booking: Booking, random: () => number, at: Installation): Promise<void> {
  await at.sandbox.control('PUT', `meetings/${booking.meetingId}`, { state: 'waiting' });
  const startAt = await plain(booking, random);
  await sleepUntil(startAt + between(random, 300, 2_000));
  await at.sandbox.control('POST', `meetings/${booking.meetingId}/start`);
}

/** Missed soon, and then wanted again. */
async function shortWindow(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random, { startWindow: 'PT1S' });
  if (!booking.id) return;
  await sleepUntil(startAt + 1_200);
  if ((await booking.read()).status === 'missed') await booking.startNow('retry');
}

/** At the very moment at which the start is due, or while it is under way. */
async function pauseAround(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random, { labels: booking.drill });
  await sleepUntil(startAt + between(random, -150, 100));
  await booking.pause(null);
  await pause(between(random, 0, 2_500));
  await booking.resume();
}

/** It ends by itself within a second of the start, before or after it; now and then somebody is quicker. */
async function pauseUntilTheSameSecond(booking: Booking, random: () => number): Promise<void> {
  const startAt = await plain(booking, random, { labels: booking.drill });
  const until = startAt + between(random, -200, 900);
  await booking.pause(until);
  if (random() < 0.7) return;
  await sleepUntil(until - between(random, 0, 400));
  await booking.resume();
}

/** The next broadcast of the meeting begins where this one ends. */
async function pair(client: PersistentClient, name: string, random: () => number, bookings: Booking[]): Promise<void> {
  const first = new Booking(client, name);
  const second = new Booking(client, `${name}b`, first.meetingId);
  bookings.push(first, second);
  const startAt = await plain(first, random);
  const middle = first.plan.stopAt ?? startAt;
  await second.schedule(middle, middle + between(random, 2_500, 4_000));
}

/** As many as Zoom allows in a second and a half, all at the same second. */
async function rush(client: PersistentClient, name: string, bookings: Booking[]): Promise<void> {
  const startAt = Math.ceil(Date.now() / 1_000) * 1_000 + 3_000;
  const batch = Array.from({ length: 40 }, (_, i) => new Booking(client, `${name}-${i}`));
  for (const booking of batch) booking.inRush = true;
  bookings.push(...batch);
  const broadcasts = batch.map((booking) => booking.propose(startAt, startAt + 5_000));
  const reply = await client.insist('POST', '/v1/broadcasts/batch', { broadcasts }, { 'idempotency-key': name });
  if (reply.status === 201) for (const [i, booking] of batch.entries()) booking.stored(reply.body.broadcasts[i]);
}

export interface PeopleOptions {
  at: Installation;
  client: PersistentClient;
  random: () => number;
  /** When the last broadcast is made, ms. */
  until: number;
}

/** About three broadcasts a second, and a rush now and then. Resolves when nobody wants anything any more. */
export async function letPeopleWork({ at, client, random, until: end }: PeopleOptions): Promise<Booking[]> {
  const bookings: Booking[] = [];
  const wishes: Promise<void>[] = [];
  const rushes = new Set([Math.round(between(random, 10, 30))]);
  for (let n = 0; Date.now() < end; n += 1) {
    const name = `b${n}`;
    if (rushes.has(n)) {
      rushes.add(n + between(random, 60, 120));
      wishes.push(rush(client, `rush${n}`, bookings));
    } else if (random() < 0.06) wishes.push(pair(client, name, random, bookings));
    else {
      const booking = new Booking(client, name);
      bookings.push(booking);
      wishes.push(wishOf(random)(booking, random, at));
    }
    await pause(between(random, 150, 500));
  }
  await Promise.all(wishes);
  return bookings;
}

function wishOf(random: () => number): Wish {
  let left = random() * WISHES.reduce((sum, [share]) => sum + share, 0);
  for (const [share, wish] of WISHES) {
    left -= share;
    if (left < 0) return wish;
  }
  return WISHES[0]?.[1] as Wish;
}
