import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ZOOM_ACCOUNT } from '../../support/installation.ts';
import { until } from '../../support/wait-for.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const rowOf = (page: Page, name: string) => page.locator('.tl-row', { hasText: name });

export function timelineCases(rig: () => Rig): void {
  it('shows the wait for Zoom, and a drop, with each attempt, and leads to the broadcast', async () => {
    const { on, open } = rig();
    const { id, meetingId } = await on.schedule({ title: 'It dropped once', stopAt: later(HOUR_MS) });
    await on.waitForStatus(id, 'live');
    // The start after the drop falls into the 30 seconds that Zoom wants between two.
    const object = { id: meetingId, operator: '', uuid: 'uuid-of-the-drop' };
    await on.sandbox.control('POST', 'events', {
      event: 'meeting.live_streaming_stopped',
      payload: { account_id: ZOOM_ACCOUNT, object },
    });
    await expect.poll(async () => JSON.stringify(await on.history(id)), WAIT).toContain('dropped (1 of 3)');
    const page = await open('/#/timeline?span=1h');
    const item = rowOf(page, 'It dropped once').locator('.tl-item');
    await expect.poll(() => item.getAttribute('aria-label'), WAIT).toMatch(/on air, .+dropped/);
    expect(await item.locator('.tl-dropped').count()).toBe(1);
    expect(await item.locator('.tl-mark-good').count()).toBeGreaterThan(0);
    await item.click();
    await page.getByRole('heading', { name: 'It dropped once' }).waitFor();
  });

  it('a row for each room; the arrows move in time, and + and − change how much is shown', async () => {
    const { on, open } = rig();
    const shared = { labels: { studio: 'North' } };
    const times = { startAt: later(HOUR_MS / 4), stopAt: later(HOUR_MS / 2) };
    await on.schedule({ title: 'First in the studio', ...shared, ...times });
    await on.schedule({ title: 'At the same time', ...shared, ...times });
    const page = await open('/#/timeline?span=1h&by=label:studio');
    await rowOf(page, 'North').first().waitFor();
    await expect.poll(() => rowOf(page, 'North').count(), WAIT).toBe(2);
    await page.locator('.tl-box').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate('location.hash'), WAIT).toContain('from=');
    await page.keyboard.press('-');
    await expect.poll(() => page.evaluate('location.hash'), WAIT).toContain('span=3h');
  });

  it('a day of 5,000 stays small in the document, says how many there are, and scrolls to the last', async () => {
    const { on, open } = rig();
    const title = 'One of five thousand';
    const { id } = await on.schedule({ title, startAt: later(200 * HOUR_MS), stopAt: later(201 * HOUR_MS) });
    const like = await on.broadcast(id);
    const page = await open('/#/nothing-here');
    await page.route(/v1\/broadcasts\?.*from=/, (route) => {
      const query = new URL(route.request().url()).searchParams;
      const first = Number(query.get('cursor') ?? 0);
      const broadcasts = Array.from({ length: 1_000 }, (_, i) => {
        const startAt = later(HOUR_MS / 4 + ((first + i) % 20) * 600_000);
        return {
          ...like,
          id: `bc_${first + i}`,
          // Rows go by meeting number: this one comes after whatever other cases have planned.
          meetingId: first + i === 4_999 ? '9'.repeat(15) : String(10_000 + first + i),
          title: first + i === 4_999 ? 'Zz the last' : null,
          startAt,
          stopAt: null,
        };
      });
      return route.fulfill({ json: { broadcasts, nextCursor: first < 4_000 ? String(first + 1_000) : null } });
    });
    await page.evaluate("location.hash = '#/timeline?span=12h'");
    await expect
      .poll(() => page.locator('.timeline [role=status]').textContent(), WAIT)
      .toMatch(/^[\d,]+ broadcasts in 5,0\d\d rows/);
    expect(await page.locator('.tl-row').count()).toBeLessThan(60);
    // What is still being read makes the box longer.
    await until('the last row is there', async () => {
      await page.evaluate("document.querySelector('.tl-box').scrollTop = 1e7");
      return (await rowOf(page, 'Zz the last').count()) === 1;
    });
    expect(await page.locator('.tl-row').count()).toBeLessThan(60);
  });

  it.each(['light', 'dark'])('axe finds nothing on the timeline, %s', async (scheme) => {
    const { on, open } = rig();
    await on.schedule({ title: `Seen by axe, ${scheme}`, startAt: later(HOUR_MS / 4), stopAt: later(HOUR_MS / 2) });
    const page = await open('/#/timeline?span=3h', {
      dark: scheme === 'dark',
      language: scheme === 'dark' ? 'de-DE' : 'en-GB',
    });
    await page.locator('.tl-item').first().waitFor();
    await expectAccessible(page);
  });
}
