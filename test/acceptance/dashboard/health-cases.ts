import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import { expectAccessible, look, type Rig, WAIT } from './rig.ts';

export function healthCases(rig: () => Rig): void {
  it('health shows what runs, what the account has used, and how late the last hour was, by name', async () => {
    const { on, open } = rig();
    const { id } = await on.schedule({ title: 'Measured on the health view' });
    await on.waitForStatus(id, 'live');
    await on.api('POST', `/v1/broadcasts/${id}/stop`);
    await on.waitForStatus(id, 'ended');
    const page = await open('/#/health');
    const parts = page.locator('.health-parts');
    await expect.poll(() => parts.textContent(), WAIT).toMatch(/Workers● 1 is running/);
    expect(await parts.textContent()).toMatch(/Redis● takes writes.+Versions● \d+\.\d+\.\d+ \(\d+ process/);
    await expect
      .poll(() => page.locator('tr', { hasText: 'default' }).first().textContent(), WAIT)
      .toMatch(/business ?\d+ of \d+.*accepted by Zoom/);
    await expect.poll(() => shownText(page, '.lateness-sum'), WAIT).toMatch(/^[\d,]+ starts and stops: half within/);
    expect(await page.locator('.lateness-median').count()).toBeGreaterThan(0);
    await page.route('**/v1/summary*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        json: { ...(await answer.json()), redis: { writes: false, detail: 'Redis is full. Give it more memory.' } },
      });
    });
    await look(page);
    await expect.poll(() => parts.textContent(), WAIT).toContain('Redis▲ Redis is full. Give it more memory.');
  });

  it('health lists notifications that were not delivered, and sends them again', async () => {
    const { open } = rig();
    const page = await open('/#/nothing-here');
    let dead = [
      {
        eventId: 'ev_1',
        type: 'alert.missed',
        target: 'hooks.example.org (3fa1)',
        reason: '410 Gone',
        attempts: 12,
        events: 1,
        failedAt: new Date().toISOString(),
        event: {},
      },
    ];
    await page.route(/notifications\/dead\?/, (route) => route.fulfill({ json: { dead } }));
    await page.route('**/v1/notifications/dead/retry', (route) => {
      dead = [];
      return route.fulfill({ status: 202, json: { retried: 1 } });
    });
    await page.evaluate("location.hash = '#/health'");
    await expect
      .poll(() => page.locator('tr', { hasText: '410 Gone' }).textContent(), WAIT)
      .toContain('alert.missedhooks.example.org');
    await page.getByRole('button', { name: 'Send them again' }).click();
    await page.getByText('All notifications were delivered.').waitFor();
  });

  it.each(['light', 'dark'])('axe finds nothing on health, %s', async (scheme) => {
    const { on, open } = rig();
    await on.waitForStatus((await on.schedule({ title: `Seen by axe, ${scheme}` })).id, 'live');
    const page = await open('/#/health', { dark: scheme === 'dark', language: scheme === 'dark' ? 'de-DE' : 'en-GB' });
    await page.locator('.lateness-chart').waitFor();
    await page.getByText(scheme === 'dark' ? 'von Zoom angenommen' : 'accepted by Zoom').waitFor();
    await expectAccessible(page);
  });
}
