import { expect, it } from 'vitest';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Many at once, and pauses. */
export function bulkCases(rig: () => Rig): void {
  it('shows what would happen to what is selected, and then does it', async () => {
    const { on, open } = rig();
    const campus = `north-${newMeetingId()}`;
    const plan = { labels: { campus }, startAt: later(2 * HOUR_MS), stopAt: later(3 * HOUR_MS) };
    const made = [await on.schedule({ ...plan, title: 'Hall 1' }), await on.schedule({ ...plan, title: 'Hall 2' })];
    const page = await open(`/#/?label=campus%3D${campus}`);
    await page.getByRole('button', { name: 'Select all 2 that match' }).click();
    await page.getByRole('link', { name: 'Do something with them' }).click();
    await page.locator('[name=minutes]').fill('20');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    await expect.poll(() => page.locator('.outcome').textContent(), WAIT).toContain('2 of 2 would change.');
    expect(await page.locator('.outcome').textContent()).toContain('Hall 1');
    expect(await on.broadcast(made[0]?.id ?? '')).toMatchObject({ startAt: plan.startAt });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Move start and stop: 2' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Move start and stop: 2' }).click();
    await expect.poll(() => page.locator('.outcome').textContent(), WAIT).toContain('2 of 2 are changed.');
    const moved = { startAt: new Date(Date.parse(plan.startAt) + 20 * 60_000).toISOString() };
    for (const { id } of made) expect(await on.broadcast(id)).toMatchObject(moved);
  });

  it('does nothing when another number matches than was shown', async () => {
    const { on, open } = rig();
    const campus = `south-${newMeetingId()}`;
    const plan = { labels: { campus }, startAt: later(26 * HOUR_MS), stopAt: later(27 * HOUR_MS) };
    const { id } = await on.schedule({ ...plan, title: 'Was shown' });
    const page = await open(`/#/bulk?label=campus%3D${campus}&to=2035-12-31`, { dark: true });
    await page.locator('[name=action]').selectOption('cancel');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    await expect.poll(() => page.locator('.outcome').textContent(), WAIT).toContain('1 of 1 would change.');
    await on.schedule({ ...plan, title: 'Came later' });
    await page.getByRole('button', { name: 'Cancel: 1' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Cancel: 1' }).click();
    await expect.poll(() => page.locator('.problem').textContent(), WAIT).toContain('Nothing is done');
    await expect.poll(() => page.locator('.outcome').textContent(), WAIT).toContain('2 of 2 would change.');
    expect(await on.broadcast(id)).toMatchObject({ status: 'scheduled' });
    await expectAccessible(page);
  });

  it('pauses a label with a note, and ends the pause', async () => {
    const { on, open } = rig();
    const label = `hall=${newMeetingId()}`;
    const page = await open(`/#/pauses?label=${encodeURIComponent(label)}`);
    await page.locator('[name=note]').fill('The projector is broken');
    await page.locator('[name=until]').fill('2035-12-09T10:00');
    await page.getByRole('button', { name: 'Pause it' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Pause it' }).click();
    const card = page.locator('.card', { hasText: label });
    await expect.poll(() => card.textContent(), WAIT).toContain('The projector is broken');
    const pauses = async () =>
      (await on.api('GET', '/v1/pauses')).body.pauses.filter(({ scope }: { scope: object }) =>
        JSON.stringify(scope).includes(label),
      );
    expect(await pauses()).toMatchObject([{ scope: { label }, until: '2035-12-09T10:00:00.000Z' }]);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await card.getByRole('button', { name: 'End the pause' }).click();
    await page.locator('dialog').getByRole('button', { name: 'End the pause' }).click();
    await expect.poll(() => card.count(), WAIT).toBe(0);
    expect(await pauses()).toEqual([]);
  });
}
