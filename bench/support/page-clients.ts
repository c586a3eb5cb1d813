// Who looks on while others are started (bench/pages.ts): says `ready`, and ends with its standard input.
//   page-clients.ts pages URL COUNT    COUNT clients that do as a page does, and one page in Chromium
//   page-clients.ts burn MS            as much CPU time, ms a second, and not one request

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { openBrowser } from '../../test/support/browser.ts';

/** As the page does (dashboard/live/live.ts). */
const POLL_MS = 5_000;
const UNCERTAIN = 'starting,waiting,stopping';
/** With each of so many polls also all that are on air. */
const ON_AIR_EVERY = 6;

const [mode, ...given] = process.argv.slice(2);
const close = mode === 'pages' ? await openPages(given[0] ?? '', Number(given[1])) : burn(Number(given[0]));
console.log('ready');
process.stdin.resume();
await once(process.stdin, 'end');
await close();
process.exit();

async function openPages(url: string, count: number): Promise<() => Promise<void>> {
  const browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('.row').first().waitFor();
  for (let i = 0; i < count; i += 1) {
    void follow(url);
    // People do not all open their pages at one moment, and so do not ask at one.
    await new Promise((done) => setTimeout(done, POLL_MS / count));
  }
  return () => browser.close();
}

/** Follows the events, and asks what a page asks. */
async function follow(url: string): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: reads two fields of one answer.
  const ask = async (path: string): Promise<any> => (await fetch(`${url}${path}`)).json();
  await ask('/v1/broadcasts?limit=1000');
  const { body } = await fetch(`${url}/v1/events`);
  void body?.pipeTo(new WritableStream());
  for (let polls = 1; ; polls += 1) {
    const { starting, waiting, stopping } = (await ask('/v1/summary?timezone=Europe/Berlin')).broadcasts.now;
    if (polls % ON_AIR_EVERY === 0) await ask(`/v1/broadcasts?status=${UNCERTAIN},live&limit=1000`);
    else if (starting + waiting + stopping > 0) await ask(`/v1/broadcasts?status=${UNCERTAIN}&limit=1000`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** @param ms of CPU a second, spread over as many threads as that needs */
function burn(ms: number): () => Promise<unknown> {
  const threads = Math.max(1, Math.ceil(ms / 900));
  const share = ms / threads / 1_000;
  const loop = `setInterval(() => { const to = performance.now() + ${share * 50}; while (performance.now() < to); }, 50)`;
  const all = Array.from({ length: threads }, () => new Worker(loop, { eval: true }));
  return () => Promise.all(all.map((one) => one.terminate()));
}
