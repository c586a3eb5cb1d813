import { expect, it } from 'vitest';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

/** Series: planned with a look ahead, skipped, changed from one on. */
export function seriesCases(rig: () => Rig): void {
  it('plans a series that is seen before it is sent, skips the next, and changes one and the following', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const page = await open('/#/new-series');
    await page.locator('[name=meetingId]').fill(meetingId);
    await page.locator('[name=title]').fill('Sunday service');
    await page.locator('[name=timezone]').fill('America/New_York');
    await page.locator('[name=start]').fill('2035-12-02T09:00');
    for (const box of await page.locator('.days input:checked').all()) await box.uncheck();
    await page.locator('[name=SU]').check();
    await page.locator('[name=last]').fill('2036-12-31');
    await page.locator('[name=ends]').selectOption('time');
    await page.locator('[name=stopTime]').fill('10:15');
    await page.getByText('Minutes before and after, clock changes').click();
    await page.locator('[name=tail]').fill('10');
    // It begins later than a year from now: nothing to show, and that is said.
    await expect.poll(() => page.locator('.summary strong').textContent(), WAIT).toMatch(/^Every Sunday at 09:00/);
    expect(await page.locator('.occurrences li').count()).toBe(0);
    const began = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await page.locator('[name=start]').fill(`${began}T09:00`);
    await expect.poll(() => page.locator('.occurrences li').count(), WAIT).toBe(10);
    expect(await page.locator('.occurrences li').first().textContent()).toMatch(
      /^Sunday.* 09:00 – 10:25 in New York, that is .* – .* here/,
    );
    expect(await page.getByText('After the clock change: Sunday').count()).toBe(2);
    // Before anything is saved: what Zoom says of the next one.
    await expect.poll(() => page.locator('.summary').textContent(), WAIT).toMatch(/planned for Sun, .* but in Zoom/);
    await expectAccessible(page);
    await page.locator('form button[type=submit]').click();
    await expect.poll(() => page.locator('.card').count(), WAIT).toBe(10);
    const { id } = (await on.api('GET', `/v1/series?meetingId=${meetingId}`)).body.series[0];
    const [first, second] = (await on.api('GET', `/v1/series/${id}/occurrences`)).body.occurrences;
    await page.getByRole('button', { name: 'Skip the next one' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Skip the next one' }).click();
    await expect
      .poll(async () => (await on.api('GET', `/v1/series/${id}`)).body.exceptions, WAIT)
      .toEqual([first.local]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.goto(`${on.url}/#/new-series?edit=${id}&from=${second.local}`);
    await page.locator('[name=ends]').selectOption('length');
    await page.locator('[name=length]').fill('45');
    await page.locator('form button[type=submit]').click();
    await page.waitForURL((url) => /#\/series\/./.test(url.hash) && !url.hash.includes(id));
    const made = (await on.api('GET', `/v1/series?meetingId=${meetingId}`)).body.series;
    expect(made).toMatchObject([
      { id },
      { follows: id, duration: 'PT45M', stopTime: null, tailMinutes: 10, startAt: second.local },
    ]);
  });

  it('says in German, while one types, what Zoom has for the next one', async () => {
    const page = await rig().open('/#/new-series', { language: 'de-DE' });
    const said = () => page.locator('.summary').textContent();
    await expect.poll(said, WAIT).toContain('sobald Meeting und Beginn ausgefüllt sind');
    await page.locator('[name=meetingId]').fill(newMeetingId());
    await expect.poll(said, WAIT).toContain('In Zoom ist das Meeting zu einer anderen Zeit geplant.');
    await page.locator('[name=kind]').selectOption('webinar');
    await expect.poll(said, WAIT).toContain('gehört zu einem Meeting, nicht zu einem Webinar.');
    await expectAccessible(page);
  });
}
