import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import type { Shown } from '../../support/installation.ts';
import { ADMIN_KEY, later, type OpenOptions, type Rig, rowOf, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
/** Of a page elsewhere on this machine: the same site, so that the cookie is sent. Nothing listens there; the browser is given the page. */
const ELSEWHERE = 'http://127.0.0.1:58999/';
const EVENTS = 1_000;
const ROUNDS = 9;
/** What the page may keep after 9,000 events, bytes; kept whole, they would take 4.7 MB. */
const MAX_GROWTH = 2_000_000;

/** The stream of events comes from the case, by `globalThis.feed(text)`; all else is the real API's. */
const FED_BY_THE_CASE = `
  const real = globalThis.fetch;
  globalThis.fetch = (url, init) => {
    if (!String(url).endsWith('/v1/events')) return real(url, init);
    const body = new ReadableStream({
      start(stream) {
        globalThis.feed = (text) => stream.enqueue(new TextEncoder().encode(text));
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };`;

interface FedEvent {
  type: string;
  data: Partial<Shown>;
}

/** Events as the API writes them. */
function textOf(events: FedEvent[]): string {
  const timestamp = new Date().toISOString();
  return events.map((event) => `data: ${JSON.stringify({ ...event, timestamp })}\n\n`).join('');
}

const feed = (page: Page, events: FedEvent[]) =>
  page.evaluate(`void globalThis.feed(${JSON.stringify(textOf(events))})`);

async function openFed({ on, open }: Rig, options?: OpenOptions): Promise<Page> {
  const page = await open('/#/nothing-here', options);
  await page.addInitScript(FED_BY_THE_CASE);
  await page.goto(`${on.url}/?fed`);
  await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
  return page;
}

/** What the page keeps, bytes, without what it has only not cleared away yet. */
async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}

/** As when its tab is left, or seen again. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
    document.dispatchEvent(new Event('visibilitychange'));`);

/** What holds for hours: many events, a tab nobody sees, readers who hear or see differently, other pages. */
export function longDayCases(rig: () => Rig): void {
  it('9,000 events leave the focus, a selected text and the memory as they were', async () => {
    const { on } = rig();
    const times = { startAt: later(HOUR_MS), stopAt: later(2 * HOUR_MS) };
    const { id } = await on.schedule({ title: 'Left alone', ...times });
    const like = await on.broadcast(id);
    const page = await openFed(rig());
    await rowOf(page, 'Left alone').waitFor();
    const round = async (number: number) => {
      const events = Array.from({ length: EVENTS }, (_, i) => {
        const updatedAt = new Date(Date.parse(like['updatedAt']) + number * EVENTS + i).toISOString();
        const data = { ...like, id: `bc_many_${i % 50}`, title: `Many ${i % 50}, round ${number}`, updatedAt };
        return { type: 'broadcast.changed', data };
      });
      // Twenty-five at once, and the page may draw in between.
      await page.evaluate(`(async () => {
        const blocks = ${JSON.stringify(textOf(events))}.split(/(?<=\\n\\n)/);
        for (let i = 0; i < blocks.length; i += 25) {
          globalThis.feed(blocks.slice(i, i + 25).join(''));
          await new Promise((resolve) => setTimeout(resolve));
        }
      })()`);
      await rowOf(page, `Many 49, round ${number}`).waitFor();
    };
    await round(0);
    await page.evaluate(`
      const row = [...document.querySelectorAll('.row')].find((one) => one.textContent.includes('Left alone'));
      row.querySelector('a').focus();
      getSelection().selectAllChildren(row.querySelector('.row-more'));`);
    const kept = () => page.evaluate('[document.activeElement.textContent, getSelection().toString()]');
    const before = await kept();
    const heap = await heapOf(page);
    for (let number = 1; number <= ROUNDS; number += 1) await round(number);
    expect((await heapOf(page)) - heap).toBeLessThan(MAX_GROWTH);
    expect(await kept()).toEqual(before);
    expect(before).toEqual(['Left alone', expect.stringMatching(/./)]);
  });

  it('a screen reader hears one sentence of forty changes, one by name, and nothing of the plan', async () => {
    const { on } = rig();
    const { id } = await on.schedule({ title: 'Heard', startAt: later(HOUR_MS) });
    const like = await on.broadcast(id);
    const page = await openFed(rig());
    await page.clock.install();
    await page.evaluate(`
      globalThis.heard = [];
      const spoken = document.querySelector('p.unseen[role=status]');
      new MutationObserver(() => globalThis.heard.push(spoken.textContent)).observe(spoken, { subtree: true, childList: true, characterData: true });`);
    const heard = () => page.evaluate('globalThis.heard');
    const live = (title: string, number: number) => ({
      type: 'broadcast.live',
      data: { ...like, id: `bc_heard_${number}`, title, status: 'live' },
    });
    // Newer than what the page may still be reading.
    const updatedAt = new Date(Date.parse(like['updatedAt']) + 1_000).toISOString();
    await feed(page, [{ type: 'broadcast.changed', data: { ...like, title: 'Only planned anew', updatedAt } }]);
    await rowOf(page, 'Only planned anew').waitFor();
    await feed(
      page,
      Array.from({ length: 40 }, (_, i) => live(`Of many ${100 + i}`, i)),
    );
    await rowOf(page, 'Of many 139').waitFor();
    await page.clock.fastForward(3_000);
    await expect.poll(heard, WAIT).toEqual(['40 broadcasts have changed']);
    await feed(page, [live('The one', 40)]);
    await rowOf(page, 'The one').waitFor();
    await page.clock.fastForward(3_000);
    await expect.poll(heard, WAIT).toEqual(['40 broadcasts have changed', 'The one: on air']);
  });

  it('a hidden tab asks for nothing, and catches up when it is seen again', async () => {
    const { on, open } = rig();
    const page = await open();
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
    await page.clock.install();
    const left = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/events'));
    await setHidden(page, true);
    await page.clock.fastForward(10_500);
    await left;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    // the reading that was under way when it was hidden asks for up to three things, one after the answer to the other.
    const isQuiet = async () => {
      asked.length = 0;
      for (let i = 0; i < 5; i += 1) await page.evaluate("fetch('/health').then((answer) => answer.text())");
      return asked.length === 5;
    };
    await expect.poll(isQuiet, WAIT).toBe(true);
    asked.length = 0;
    const title = 'While nobody looked';
    await on.schedule({ title, startAt: later(HOUR_MS) });
    await page.clock.fastForward(600_000);
    // One that it asked for before this one would be in the list by now.
    await page.evaluate("fetch('/health').then((answer) => answer.text())");
    expect(asked.map((url) => new URL(url).pathname)).toEqual(['/health']);
    expect(await rowOf(page, title).count()).toBe(0);
    await setHidden(page, false);
    await rowOf(page, title).waitFor();
    expect(asked.some((url) => url.endsWith('/v1/events'))).toBe(true);
  });

  it('moves nothing for readers who want no motion', async () => {
    const { on, open } = rig();
    const { id } = await on.schedule({ title: 'Still', startAt: later(HOUR_MS), stopAt: later(2 * HOUR_MS) });
    const motions = async (reducedMotion: boolean) => {
      const page = await open(`/#/broadcasts/${id}`, { reducedMotion });
      await page.getByRole('button', { name: '+15 min' }).waitFor();
      await page.evaluate(`
        globalThis.motions = [];
        new MutationObserver(() => {
          for (const one of document.querySelectorAll('.toast')) globalThis.motions.push(getComputedStyle(one).animationName);
        }).observe(document.body, { subtree: true, childList: true });`);
      await page.getByRole('button', { name: '+15 min' }).click();
      await expect.poll(() => page.evaluate('globalThis.motions.length > 0'), WAIT).toBe(true);
      return page.evaluate(`[...new Set([
        ...globalThis.motions,
        ...[...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration),
      ])].sort()`);
    };
    expect(await motions(true)).toEqual(['0s', 'none']);
    expect(await motions(false)).toContain('appear');
  });

  it('a page of another origin can read nothing and do nothing, with the cookie or where no key is needed', async () => {
    const { on, open, keyed } = rig();
    const { id, meetingId } = await on.schedule({ title: 'Not theirs', startAt: later(HOUR_MS) });
    const page = await open('/', { url: String(keyed.report.url) });
    await page.getByLabel('API key').fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
    const other = await page.context().newPage();
    await other.route(`${ELSEWHERE}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Elsewhere' }));
    await other.goto(ELSEWHERE);
    for (const api of [on.url, String(keyed.report.url)]) {
      const answers = await other.evaluate(`Promise.all([
        ['/v1/broadcasts'],
        ['/v1/broadcasts/${id}/start', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
        ['/v1/broadcasts/${id}', { method: 'DELETE' }],
        ['/v1/broadcasts/${id}/start', { method: 'POST', mode: 'no-cors' }],
        ['/v1/broadcasts/${id}/start', { method: 'POST', mode: 'no-cors', body: '{}' }],
      ].map(([path, init]) => fetch(${JSON.stringify(api)} + path, { credentials: 'include', ...init }).then(
        async (answer) => answer.status + (await answer.text()), () => 'not readable')))`);
      expect(answers).toEqual(Array.from({ length: 5 }, () => 'not readable'));
      await other.setContent(
        `<form method="post" action="${api}/v1/broadcasts/${id}/start"><button>Win</button></form>`,
      );
      const sent = other.waitForResponse(`${api}/v1/broadcasts/${id}/start`);
      await other.getByRole('button').click();
      expect(await (await sent).json()).toMatchObject({ status: 403 });
      await other.goto(ELSEWHERE);
    }
    expect(await on.broadcast(id)).toMatchObject({ status: 'scheduled', revision: 1 });
    expect(await on.requests(meetingId, 'start')).toEqual([]);
    // The page itself may: with the same cookie, the same request.
    const status = await page.evaluate(
      `fetch('/v1/broadcasts/${id}/start', { method: 'POST' }).then(({ status }) => status)`,
    );
    expect(status).toBe(202);
  });
}
