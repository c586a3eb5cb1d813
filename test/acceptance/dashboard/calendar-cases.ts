import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
/** Next Wednesday but one at this hour, local as the browser's: nothing of the other cases is there. */
function day(hour: number): Date {
  const at = new Date();
  at.setDate(at.getDate() + 14 - ((at.getDay() + 4) % 7));
  at.setHours(hour, 0, 0, 0);
  return at;
}
const dateOf = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
const week = () => `/#/calendar?view=week&date=${dateOf(day(9))}`;
const plan = (from: number, to: number) => ({ startAt: day(from).toISOString(), stopAt: day(to).toISOString() });
const entryOf = (page: Page, title: string) => page.locator('.cal-entry a', { hasText: title });

/** Drags from the middle of an entry, by hours. */
async function drag(page: Page, entry: Locator, hours: number): Promise<void> {
  await entry.scrollIntoViewIfNeeded();
  const box = await entry.boundingBox();
  const column = await page.locator('.cal-column').first().boundingBox();
  if (!box || !column) throw new Error('nothing to drag');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + (hours * column.height) / 24, { steps: 4 });
}

/** From its day over the next, where another one is in the way that was planned by someone else, to the one after it. */
async function dragInMonth({ on, open }: Rig, id: string, meetingId: string): Promise<void> {
  const after = (days: number, hour: number) => new Date(day(hour).getTime() + days * 24 * HOUR_MS).toISOString();
  await on.schedule({ title: 'A day later', meetingId, startAt: after(1, 8), stopAt: after(1, 9) });
  // High enough for six weeks: no message lies over a day.
  const page = await open(`/#/calendar?view=month&date=${dateOf(day(9))}`, { height: 1_600 });
  await page.locator('.cal-day').nth(41).waitFor();
  // Each day is read: nothing moves under the pointer any more.
  await expect.poll(() => page.locator('.cal-day').getByText('…', { exact: true }).count(), WAIT).toBe(0);
  const entry = page.locator('.cal-entry-small', { hasText: 'Dragged' });
  const dayAfter = (days: number) =>
    page.locator('.cal-day').filter({ has: entry }).locator(`xpath=following-sibling::li[${days}]`);
  await entry.hover();
  await page.mouse.down();
  await dayAfter(1).hover();
  await page.locator('.cal-target-bad').waitFor();
  await page.locator('.cal-tried-bad', { hasText: 'Overlaps A day later' }).waitFor();
  await dayAfter(2).hover();
  await page.locator('.cal-target:not(.cal-target-bad)').waitFor();
  await page.mouse.up();
  await page.getByRole('dialog').getByRole('button', { name: 'Move it' }).click();
  await expect.poll(async () => (await on.broadcast(id)).startAt, WAIT).toBe(after(2, 8));
}

export function calendarCases(rig: () => Rig): void {
  it('a drag shows the conflict before the drop, and sends nothing into it; a free place is asked for, then sent; so in the month', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const { id } = await on.schedule({ title: 'Dragged', meetingId, ...plan(9, 10) });
    await on.schedule({ title: 'In the way', meetingId, ...plan(11, 12) });
    const page = await open(week());
    const entry = entryOf(page, 'Dragged');
    await entry.waitFor();
    await drag(page, entry, 2);
    await page.locator('.cal-tried-bad', { hasText: 'Overlaps In the way' }).waitFor();
    expect(await page.locator('.cal-ghost-bad').count()).toBe(1);
    await page.mouse.up();
    await page.getByText('Not moved. Overlaps In the way').waitFor();
    expect(await page.locator('dialog').count()).toBe(0);
    await drag(page, entry, -1);
    await page.mouse.up();
    await page.getByRole('dialog').getByText('Move Dragged?').waitFor();
    expect((await on.broadcast(id)).startAt).toBe(day(9).toISOString());
    await page.getByRole('dialog').getByRole('button', { name: 'Move it' }).click();
    await expect.poll(async () => (await on.broadcast(id)).startAt, WAIT).toBe(day(8).toISOString());
    expect((await on.broadcast(id)).stopAt).toBe(day(9).toISOString());
    await dragInMonth(rig(), id, meetingId);
  });

  it('the keyboard moves, extends, and leaves it; someone who was quicker is not overwritten', async () => {
    const { on, open } = rig();
    const { id } = await on.schedule({ title: 'By keyboard', ...plan(14, 15) });
    const page = await open(week());
    const entry = entryOf(page, 'By keyboard');
    await entry.waitFor();
    await entry.focus();
    for (const key of ['m', 'ArrowDown', 'Escape']) await page.keyboard.press(key);
    expect(await page.locator('.cal-ghost').count()).toBe(0);
    for (const key of ['m', 'ArrowDown', 'ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key);
    await page.locator('.cal-ghost').waitFor();
    await page.keyboard.press('Enter');
    const send = page.getByRole('dialog').getByRole('button', { name: 'Move it' });
    await send.waitFor();
    await on.api('PATCH', `/v1/broadcasts/${id}`, { title: 'By keyboard, renamed' });
    await send.click();
    await page.getByRole('dialog').getByText('Someone else has changed it').waitFor();
    await page.keyboard.press('Escape');
    const again = await open(week());
    const renamed = entryOf(again, 'By keyboard, renamed');
    await renamed.waitFor();
    await renamed.focus();
    for (const key of ['m', 'ArrowDown', 'ArrowRight', 'Shift+ArrowDown']) await again.keyboard.press(key);
    await again.locator('.cal-ghost').waitFor();
    await again.keyboard.press('Enter');
    await again.getByRole('dialog').getByRole('button', { name: 'Move it' }).click();
    await expect
      .poll(async () => (await on.broadcast(id)).startAt, WAIT)
      .toBe(new Date(day(14).getTime() + 24.25 * HOUR_MS).toISOString());
    expect((await on.broadcast(id)).stopAt).toBe(new Date(day(15).getTime() + 24.5 * HOUR_MS).toISOString());
  });

  it('marks a series, and shows what a holiday calendar and a pause leave out as left out', async () => {
    const { on, open } = rig();
    const [first, second] = [day(17), new Date(day(17).getTime() + 24 * HOUR_MS)];
    const compact = dateOf(second).replaceAll('-', '');
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:feast\r\nDTSTART;VALUE=DATE:${compact}\r\nSUMMARY:Feast day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await on.api('POST', '/v1/calendars', { name: 'feasts', ics, timezone: zone });
    const made = await on.api('POST', '/v1/series', {
      title: 'Every evening',
      meetingId: newMeetingId(),
      timezone: zone,
      startAt: `${dateOf(first)}T17:00`,
      rule: 'FREQ=DAILY;COUNT=3',
      duration: 'PT1H',
      skipCalendars: ['feasts'],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const pause = await on.api('POST', '/v1/pauses', { scope: { seriesId: made.body.id }, note: 'organ repair' });
    const page = await open(week());
    await page.locator('.cal-left-out', { hasText: 'Left out: Every evening (Feast day)' }).waitFor();
    const entry = page.locator('.cal-paused a', { hasText: /Every evening ↻⏸/ }).first();
    await expect.poll(() => entry.getAttribute('aria-label'), WAIT).toContain('Left out by a pause: organ repair');
    await page.getByRole('button', { name: 'Month' }).click();
    await page.locator('.cal-day .cal-left-out', { hasText: 'Feast day' }).waitFor();
    await page
      .locator('.cal-day .cal-entry-small', { hasText: /Every evening ↻⏸/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await on.api('DELETE', `/v1/pauses/${pause.body.id}`);
  });

  it.each(['light', 'dark'])('axe finds nothing on the calendar, %s', async (scheme) => {
    const { open } = rig();
    const page = await open(week(), { dark: scheme === 'dark', language: scheme === 'dark' ? 'de-DE' : 'en-GB' });
    await page.locator('.cal-entry').first().waitFor();
    await page.locator('.cal-left-out').first().waitFor();
    await expectAccessible(page);
  });
}
