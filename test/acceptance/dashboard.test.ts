import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningWorker, startWorker } from '../../workers/start-worker.ts';
import { openBrowser, shownText } from '../support/browser.ts';
import { type Service, startService } from '../support/running-service.ts';

/** Two cores may be busy with other tests; each wait ends as soon as what it waits for is there. */
const WAIT = { timeout: 30_000 };

let browser: Browser;
let service: Service;
let page: Page;
beforeAll(async () => {
  [browser, service] = await Promise.all([openBrowser(), startService()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(() => page.close());

const open = async () => {
  await page.goto(service.api().url);
  await expect.poll(() => shownText(page, '#now'), WAIT).toContain('Nothing is on air');
};
/** As text: the tests are compiled without the names that a page has. */
const styleOf = (selector: string, property: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
const opacity = () => styleOf('#next', 'opacity');

it('what is wrong is red', async () => {
  await open();
  await expect.poll(() => shownText(page, '#health'), WAIT).toBe('not ready: no worker is running');
  await page.evaluate(`document.body.append(Object.assign(document.createElement('i'), { className: 'failed' }))`);
  const red = await styleOf('i.failed', 'color');
  expect(await styleOf('#health', 'color')).toBe(red);
  expect(await styleOf('#zone', 'color')).not.toBe(red);
  // It does not say that all is well either.
  expect(await shownText(page, '#attention')).toMatch(/^Not ready: /);
}, 60_000);

it('rows that could not be read again look old and say of when they are, until they are new again', async () => {
  await service.schedule({ title: 'Sunday service' });
  await open();
  await expect.poll(() => shownText(page, '#next'), WAIT).toContain('Sunday service');
  expect([await shownText(page, '#stale'), await opacity()]).toEqual(['', '1']);
  await page.route('**/v1/**', (route) => route.abort());
  await expect.poll(() => shownText(page, '#stale'), WAIT).toMatch(/^As of \d\d:\d\d:\d\d: cannot read the API/);
  expect(await opacity()).toBe('0.5');
  // That all is well is not known any more.
  expect(await shownText(page, '#attention')).toBe('Currently unknown.');
  expect(await shownText(page, '#next')).toContain('Sunday service');
  await page.unroute('**/v1/**');
  await expect.poll(() => shownText(page, '#stale'), WAIT).toBe('');
  expect(await opacity()).toBe('1');
}, 90_000);

it('an API that hangs is noticed, too', async () => {
  await service.schedule({ title: 'Evening service' });
  await open();
  // Never answered: no error comes by itself.
  await page.route('**/v1/**', () => {});
  await expect.poll(() => shownText(page, '#stale'), WAIT).toMatch(/no answer within 5 s/);
  await expect.poll(() => shownText(page, '#health'), WAIT).toMatch(/no answer within 5 s/);
}, 90_000);

it('goes by the time of the server', async () => {
  const startAt = new Date(Date.now() + 6 * 3_600_000).toISOString();
  await service.schedule({ title: 'In six hours', startAt });
  // A machine whose clock is five hours ahead.
  await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
  await page.clock.resume();
  await open();
  const row = page.locator('#next tr', { hasText: 'In six hours' });
  await expect.poll(() => row.textContent(), WAIT).toContain('in 6 hours');
}, 90_000);

it('the history names what happened, never null or undefined', async () => {
  // Nobody listens where Zoom should be: the requests get no answer.
  const worker: RunningWorker = await startWorker(service.core);
  const stopAt = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = await service.schedule({ title: 'No answer', startAt: 'now', stopAt });
  const tried = async () => {
    const { history } = await service.json('GET', `/v1/broadcasts/${id}/history`);
    return (history as { request: unknown }[]).filter(({ request }) => request !== null).length;
  };
  await expect.poll(tried, WAIT).toBeGreaterThan(0);
  await worker.close(1_000);
  await page.goto(service.api().url);
  await page.locator('#now button', { hasText: 'No answer' }).click();
  await expect.poll(() => shownText(page, '#detail-body'), WAIT).toContain('created: scheduled');
  expect(await shownText(page, '#detail-body')).not.toMatch(/null|undefined/);
  // An open detail is read again, like the rows.
  await service.request('DELETE', `/v1/broadcasts/${id}`);
  await expect.poll(() => shownText(page, '#detail-body'), WAIT).toMatch(/cancel/);
}, 90_000);
