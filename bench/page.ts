// How quick the page is with a full day: `node --import ./test/support/run-typescript.mjs bench/page.ts`. docs/performance.md has the numbers.

import { startRig } from '../test/acceptance/dashboard/rig.ts';
import { newMeetingId } from '../test/support/installation.ts';

const BROADCASTS = 5_000;
const BATCH = 1_000;
const EVENTS = 100;
/** An hour of ten events a second, as fast as they come. */
const HOUR = 36_000;
const AT_ONCE = 20;
const MB = 1_048_576;

const rig = await startRig();
try {
  const { on } = rig;
  const from = Date.now() + 60_000;
  const until = new Date().setHours(23, 59, 0, 0);
  const step = Math.max(1, (until - from) / BROADCASTS);
  const ids: string[] = [];
  for (let first = 0; first < BROADCASTS; first += BATCH) {
    const broadcasts = Array.from({ length: BATCH }, (_, i) => ({
      meetingId: newMeetingId(),
      title: `Service ${first + i}`,
      startAt: new Date(from + (first + i) * step).toISOString(),
      duration: 'PT10S',
      labels: { campus: (first + i) % 2 ? 'north' : 'south' },
    }));
    const made = await on.api('POST', '/v1/broadcasts/batch', { broadcasts });
    if (made.status !== 201) throw new Error(made.text);
    ids.push(...made.body.broadcasts.map(({ id }: { id: string }) => id));
  }

  const opened = performance.now();
  const page = await rig.open('/');
  await page.locator('.row').first().waitFor();
  const paint = performance.now() - opened;
  const browserPaint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
  await page.getByText(/of 5,0\d\d$/).waitFor();
  const whole = performance.now() - opened;
  console.log(
    `first line ${Math.round(paint)} ms (first paint ${Math.round(Number(browserPaint))} ms), whole day ${Math.round(whole)} ms`,
  );

  const waits: number[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const title = `Changed ${i}`;
    await page.evaluate(`globalThis.seen = new Promise((done) => {
      const look = new MutationObserver(() => {
        if (document.querySelector('.row a')?.ownerDocument.body.textContent.includes(${JSON.stringify(title)})) { look.disconnect(); done(Date.now()); }
      });
      look.observe(document.querySelector('.rundown'), { subtree: true, childList: true, characterData: true });
    }); 0`);
    const sent = Date.now();
    await on.api('PATCH', `/v1/broadcasts/${ids[i % 50]}`, { title });
    waits.push(Number(await page.evaluate('globalThis.seen')) - sent);
  }
  waits.sort((a, b) => a - b);
  console.log(
    `an event: median ${waits[EVENTS / 2]} ms, 95 % ${waits[Math.floor(EVENTS * 0.95)]} ms, from the request that causes it to the page`,
  );

  const cdp = await page.context().newCDPSession(page);
  const heap = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize / MB;
  };
  await page.evaluate(`
    const row = document.querySelector('.row');
    row.querySelector('a').focus();
    getSelection().selectAllChildren(row.querySelector('.row-more'));
    globalThis.kept = [document.activeElement, getSelection().toString()];`);
  const change = (i: number) => on.api('PATCH', `/v1/broadcasts/${ids[1_000 + (i % 3_000)]}`, { title: `Change ${i}` });
  const memory = [await heap()];
  const began = performance.now();
  for (let i = 0; i < HOUR; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => change(i + k)));
    if ((i + AT_ONCE) % (HOUR / 6) === 0) memory.push(await heap());
  }
  const seconds = Math.round((performance.now() - began) / 1_000);
  const isKept = await page.evaluate(
    'globalThis.kept[0] === document.activeElement && globalThis.kept[1] === getSelection().toString()',
  );
  console.log(
    `memory before and after each ${HOUR / 6} of ${HOUR} events (${seconds} s): ${memory.map((mb) => mb.toFixed(1)).join(', ')} MB; ` +
      `the focus and a selected text are ${isKept ? 'as they were' : 'LOST'}`,
  );
  rig.noComplaints();
} finally {
  await rig.close();
}
