import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import { ADMIN_KEY, expectAccessible, later, OPERATE_KEY, READ_KEY, type Rig, rowOf, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;

/** Who may do what; and everybody: keyboard, telephone, wall, German. */
export function userCases(rig: () => Rig): void {
  it('a wrong key is refused; a read key sees everything and no button that acts; the key is stored nowhere', async () => {
    const { on, open, keyed } = rig();
    const { id } = await on.schedule({ title: 'Only to look at', startAt: later(HOUR_MS) });
    const url = String(keyed.report.url);
    const page = await open(`/#/broadcasts/${id}`, { url });
    await page.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page, '#key-problem'), WAIT).toBe('Invalid API key.');
    await expectAccessible(page);
    await page.getByLabel('API key').fill(READ_KEY);
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page, 'h2'), WAIT).toBe('Only to look at');
    expect(await page.locator('main button, main a.act').count()).toBe(0);
    const stored = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    );
    expect(stored).not.toContain(READ_KEY);
    // The session lasts over a reload, and ends when the reader says so.
    await page.reload();
    await expect.poll(() => shownText(page, 'h2'), WAIT).toBe('Only to look at');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.getByLabel('API key').fill(OPERATE_KEY);
    await page.keyboard.press('Enter');
    // `operate` may start and stop, and plan nothing.
    await expect.poll(() => page.locator('main').getByRole('button').allTextContents(), WAIT).toEqual(['Start now']);
  });

  it('a session that is over asks for the key again', async () => {
    const { open, keyed } = rig();
    const page = await open('/', { url: String(keyed.report.url) });
    await page.getByLabel('API key').fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page, '.glance'), WAIT).toContain('on air');
    await page.context().clearCookies();
    await expect.poll(() => shownText(page, '.sign-in'), WAIT).toContain('Your session has ended.');
  });

  it('goes by keyboard alone: search, move, select, open, help', async () => {
    const { on, open } = rig();
    for (const hour of [1, 2, 3]) await on.schedule({ title: `By keys ${hour}`, startAt: later(hour * HOUR_MS) });
    const page = await open();
    await rowOf(page, 'By keys 3').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('by KEYS');
    await expect.poll(() => page.locator('.row').count(), WAIT).toBe(3);
    expect(await shownText(page, '.rundown-count')).toContain('3 of 3');
    await page.keyboard.press('Escape');
    const present = () =>
      page.evaluate('document.activeElement.closest("[data-line]")?.querySelector("a").textContent');
    await page.keyboard.press('j');
    expect(await present()).toBe('By keys 1');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await present()).toBe('By keys 2');
    await page.keyboard.press('x');
    await expect.poll(() => shownText(page, '.selection-bar'), WAIT).toContain('1 selected');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').textContent()).toContain('Keyboard');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count(), WAIT).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect.poll(() => shownText(page, 'h2'), WAIT).toMatch(/By keys/);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await expect.poll(() => shownText(page, 'h2'), WAIT).toBe('Needs attention');
  });

  it('is whole on a telephone and at 200 %, in German', async () => {
    const { on, open } = rig();
    await on.schedule({ title: 'Unterwegs', startAt: later(HOUR_MS), labels: { raum: 'A' } });
    // 200 % of a screen of 640 pixels is one of 320.
    const page = await open('/?lang=de', { width: 320, height: 640 });
    await rowOf(page, 'Unterwegs').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    // What stands around the view leaves the view its room, px.
    await expect.poll(() => page.evaluate('document.querySelector(".page-head").offsetHeight'), WAIT).toBeLessThan(150);
    expect(await rowOf(page, 'Unterwegs').textContent()).toMatch(/geplant.*startet in/);
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    await expectAccessible(page);
  });

  it('the wall has no button, and the same rundown', async () => {
    const { on, open } = rig();
    await on.schedule({ title: 'Seen from afar', startAt: later(60_000) });
    const page = await open('/?wall', { dark: true, width: 1_920, height: 1_080 });
    await rowOf(page, 'Seen from afar').waitFor();
    expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
    await expectAccessible(page);
    await page.setViewportSize({ width: 375, height: 780 });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), WAIT).toBe(375);
  });
}
