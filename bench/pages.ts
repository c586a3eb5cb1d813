// What ten open control rooms cost the starts: rounds with none and with ten, in turn, in one run.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/pages.ts [rounds] [starts]
// Ten clients follow the events and ask what a page asks; one page more is open in a real Chromium, which takes CPU time of this machine.

import { type Rig, startRig } from '../test/acceptance/dashboard/rig.ts';
import { newMeetingId } from '../test/support/installation.ts';
import { until } from '../test/support/wait-for.ts';

const ROUNDS = Number(process.argv[2] ?? 4);
const STARTS = Number(process.argv[3] ?? 150);
const CLIENTS = 10;
const WITHIN_MS = 12_000;
/** As the page does (dashboard/live/live.ts). */
const POLL_MS = 5_000;

let set = 0;
const rig = await startRig();
try {
  const without: number[] = [];
  const withPages: number[] = [];
  // The first one warms up what both need.
  await starts(rig);
  for (let round = 1; round <= ROUNDS; round += 1) {
    print(`round ${round}, no page`, keep(without, await starts(rig)));
    const close = await openPages(rig);
    print(`round ${round}, ${CLIENTS} pages`, keep(withPages, await starts(rig)));
    await close();
  }
  print('all rounds, no page', without);
  print(`all rounds, ${CLIENTS} pages`, withPages);
} finally {
  await rig.close();
}

/**
 * Lateness of starts at random moments, ms, as the worker has measured it: the clients share a process with Zoom here, which would
 * see the starts later than they left.
 */
async function starts({ on }: Rig): Promise<number[]> {
  set += 1;
  const first = Date.now() + 3_000;
  const broadcasts = Array.from({ length: STARTS }, () => ({
    meetingId: newMeetingId(),
    startAt: new Date(first + Math.floor(Math.random() * WITHIN_MS)).toISOString(),
    duration: 'PT1H',
    labels: { set: String(set) },
  }));
  const made = await on.api('POST', '/v1/broadcasts/batch', { broadcasts });
  if (made.status !== 201) throw new Error(made.text);
  await until(`${STARTS} starts`, async () => (await started(on)).length >= STARTS);
  return started(on);
}

async function started(on: Rig['on']): Promise<number[]> {
  const { body } = await on.api('GET', `/v1/broadcasts?label=set=${set}&limit=1000`);
  const all = body.broadcasts as { startLatenessMs: number | null }[];
  return all.flatMap(({ startLatenessMs }) => startLatenessMs ?? []);
}

/** @returns closes them */
async function openPages({ on, open, closePages }: Rig): Promise<() => Promise<void>> {
  const page = await open('/');
  await page.locator('.row').first().waitFor();
  const ending = new AbortController();
  const clients = Array.from({ length: CLIENTS }, () => follow(on.url, ending.signal));
  return async () => {
    ending.abort();
    await Promise.all(clients);
    await closePages();
  };
}

/** Follows the events, and asks what a page asks. */
async function follow(url: string, signal: AbortSignal): Promise<void> {
  const ask = (path: string) => fetch(`${url}${path}`, { signal }).then((answer) => answer.text());
  const poll = async () => {
    while (!signal.aborted) {
      await Promise.all([
        ask('/v1/summary?timezone=Europe/Berlin'),
        ask('/v1/broadcasts?status=starting,waiting,live,stopping&limit=1000'),
      ]);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  const stream = async () => {
    const { body } = await fetch(`${url}/v1/events`, { signal });
    await body?.pipeTo(new WritableStream());
  };
  await ask('/v1/broadcasts?limit=1000');
  await Promise.allSettled([poll(), stream()]);
}

function keep(all: number[], some: number[]): number[] {
  all.push(...some);
  return some;
}

function print(what: string, lateness: number[]): void {
  const sorted = lateness.toSorted((a, b) => a - b);
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  console.log(`${what}: median ${share(0.5)} ms, 95 % ${share(0.95)} ms, last ${sorted.at(-1)} ms (${sorted.length})`);
}
