import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import { newMeetingId } from '../../support/installation.ts';
import { later, look, type Rig, rowOf, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
/** As text: the tests are compiled without the names that a page has. */
const styleOf = (page: Page, selector: string, property: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);

/** Live, cut, the server's time: what every view stands on. */
export function liveCases(rig: () => Rig): void {
  it('shows a change that someone else makes, and draws nothing else again', async () => {
    const { on, open } = rig();
    const { id } = await on.schedule({ title: 'Seen by two', startAt: later(2 * HOUR_MS), stopAt: later(3 * HOUR_MS) });
    await on.schedule({ title: 'Not touched', startAt: later(2 * HOUR_MS), stopAt: later(3 * HOUR_MS) });
    const page = await open();
    await rowOf(page, 'Not touched').waitFor();
    await page.evaluate(`
      globalThis.drawn = 0;
      const row = [...document.querySelectorAll('.row')].find((one) => one.textContent.includes('Not touched'));
      new MutationObserver((changes) => {
        globalThis.drawn += changes.filter((one) => !one.target.parentElement?.closest('time')).length;
      }).observe(row, { subtree: true, childList: true, attributes: true });
      row.querySelector('a').focus();
      getSelection().selectAllChildren(row.querySelector('.row-more'));`);
    await on.api('PATCH', `/v1/broadcasts/${id}`, { title: 'Changed by the other' });
    await rowOf(page, 'Changed by the other').waitFor();
    expect(
      await page.evaluate('[globalThis.drawn, document.activeElement.textContent, getSelection().toString() !== ""]'),
    ).toEqual([0, 'Not touched', true]);
  });

  it('what is wrong is red', async () => {
    const { open } = rig();
    const page = await open('/#/nothing-here');
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
    await page.route('**/v1/summary*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), workers: { seen: 0 } } });
    });
    await look(page);
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('No worker is running');
    expect(await styleOf(page, '.glance .bad', 'color')).not.toBe(await styleOf(page, '.glance', 'color'));
  });

  it('rows that cannot be read look old and show their time, until they are new again', async () => {
    const { on, open } = rig();
    await on.schedule({ title: 'Sunday service', startAt: later(HOUR_MS) });
    const page = await open();
    await rowOf(page, 'Sunday service').waitFor();
    expect([await shownText(page, '.banner'), await styleOf(page, 'main', 'filter')]).toEqual(['', 'none']);
    await page.route('**/v1/**', (route) => route.abort());
    await look(page);
    await expect.poll(() => shownText(page, '.banner'), WAIT).toMatch(/^As of \d\d:\d\d:\d\d: .+may be out of date/);
    expect(await styleOf(page, 'main', 'filter')).toBe('grayscale(1)');
    expect(await rowOf(page, 'Sunday service').isVisible()).toBe(true);
    await page.unroute('**/v1/**');
    await look(page);
    await expect.poll(() => shownText(page, '.banner'), WAIT).toBe('');
    expect(await styleOf(page, 'main', 'filter')).toBe('none');
  });

  it('an API that hangs is noticed, too', async () => {
    const page = await rig().open();
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
    // Never answered: no error comes by itself.
    await page.route('**/v1/**', () => {});
    await look(page);
    await expect.poll(() => shownText(page, '.banner'), WAIT).toMatch(/no answer within 5 s/);
  });

  it('goes by the time of the server', async () => {
    const { on, browser } = rig();
    await on.schedule({ title: 'In six hours', startAt: later(6 * HOUR_MS) });
    const page = await browser.newPage();
    // A machine whose clock is five hours ahead.
    await page.clock.install({ time: Date.now() + 5 * HOUR_MS });
    await page.clock.resume();
    await page.goto(on.url);
    await expect.poll(() => rowOf(page, 'In six hours').textContent(), WAIT).toMatch(/starts in (6 h|5 h 5\d min)/);
    await page.close();
  });

  it('an API that is killed and comes back: nothing is lost or doubled', async () => {
    const { on, open } = rig();
    const api = await on.addApi();
    const before = `Before it went ${newMeetingId()}`;
    await on.schedule({ title: before, startAt: later(HOUR_MS) });
    const page = await open('/', { url: String(api.report.url) });
    await rowOf(page, before).waitFor();
    await api.kill('SIGKILL');
    await expect.poll(() => shownText(page, '.banner'), WAIT).toContain('As of');
    const title = `While it was away ${newMeetingId()}`;
    await on.schedule({ title, startAt: later(HOUR_MS) });
    await on.addApi({ PORT: new URL(String(api.report.url)).port });
    await expect.poll(() => shownText(page, '.banner'), WAIT).toBe('');
    await expect.poll(() => rowOf(page, title).count(), WAIT).toBe(1);
    expect(await rowOf(page, before).count()).toBe(1);
  });
}
