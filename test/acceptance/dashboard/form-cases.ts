import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, READ_KEY, type Rig, saidOn, WAIT } from './rig.ts';

const DAY_MS = 86_400_000;
/** The day in `days` days, `2026-12-06`. */
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const field = (page: Page, name: string) => page.locator(`form [name="${name}"]`);

/** To plan and to edit a broadcast. */
export function formCases(rig: () => Rig): void {
  it('plans a broadcast in another time zone, and reads the time back while one types', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const page = await open('/#/new');
    await field(page, 'meetingId').fill(meetingId);
    await field(page, 'title').fill('Planned on the page');
    await field(page, 'timezone').fill('Asia/Tokyo');
    await field(page, 'start').fill(`${dayIn(8)}T09:00`);
    await field(page, 'stop').fill(`${dayIn(8)}T10:30`);
    await field(page, 'labels').fill('room=A, campus=north');
    await page.getByText('When it does not go as planned').click();
    await field(page, 'onMove').selectOption('follow');
    await field(page, 'startWindow').fill('90m');
    await field(page, 'externalId').fill(`booking-${meetingId}`);
    const reading = page.locator('.reading output').first();
    await expect
      .poll(() => reading.textContent(), WAIT)
      .toMatch(/^[A-Z][a-z]+day,? \d+ [A-Z][a-z]+( \d{4})? 09:00 in Tokyo, that is 00:00 here, in [78] days$/);
    await expect.poll(() => page.locator('.summary').textContent(), WAIT).toContain('It lasts 1 h 30 min.');
    await expectAccessible(page);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/#\/broadcasts\//);
    await expect.poll(() => saidOn(page), WAIT).toMatch(/^Planned on the page is planned: .* 09:00 in Tokyo\.$/m);
    const { body } = await on.api('GET', `/v1/broadcasts?meetingId=${meetingId}`);
    expect(body.broadcasts).toMatchObject([
      {
        title: 'Planned on the page',
        startAt: `${dayIn(8)}T00:00:00.000Z`,
        stopAt: `${dayIn(8)}T01:30:00.000Z`,
        timezone: 'Asia/Tokyo',
        labels: { room: 'A', campus: 'north' },
        settings: {},
        onMove: 'follow',
        startWindow: 'PT1H30M',
        externalId: `booking-${meetingId}`,
      },
    ]);
  });

  it('asks which one is meant when a clock change repeats the time, and refuses one that it leaves out', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const page = await open('/#/new', { dark: true });
    await field(page, 'meetingId').fill(meetingId);
    await field(page, 'timezone').fill('America/New_York');
    await field(page, 'stop').fill('');
    await field(page, 'start').fill('2035-03-11T02:30');
    const reading = page.locator('.reading').first();
    await expect.poll(() => reading.textContent(), WAIT).toContain('leaves this time out');
    await field(page, 'start').fill('2035-11-04T01:30');
    await expect.poll(() => reading.textContent(), WAIT).toContain('happen twice');
    await reading.getByText('the second').click();
    await expect.poll(() => reading.locator('output').textContent(), WAIT).toContain('that is 06:30 here');
    await expectAccessible(page);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/#\/broadcasts\//);
    const { body } = await on.api('GET', `/v1/broadcasts?meetingId=${meetingId}`);
    expect(body.broadcasts).toMatchObject([{ startAt: '2035-11-04T06:30:00.000Z', stopAt: null }]);
  });

  it('names what is in the way before it is sent, and shows every error that the API finds at its field', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const times = { startAt: `${dayIn(9)}T09:00:00Z`, stopAt: `${dayIn(9)}T10:00:00Z` };
    const other = await on.schedule({ meetingId, title: 'Already there', ...times });
    const page = await open(`/#/new?like=${other.id}`);
    await field(page, 'timezone').fill('UTC');
    await field(page, 'start').fill(`${dayIn(9)}T09:30`);
    await expect.poll(() => page.locator('.summary .bad').textContent(), WAIT).toContain('Overlaps Already there');
    // Before anything is saved, and in the reader's time.
    await expect
      .poll(() => page.locator('.summary').textContent(), WAIT)
      .toMatch(/planned for \w+, \d+ \w+ \d{4}, 09:30, but in Zoom the meeting is at \w+, /);
    await field(page, 'start').fill(`${dayIn(9)}T10:00`);
    await expect.poll(() => page.locator('.summary').textContent(), WAIT).toContain('No other broadcast');
    await field(page, 'kind').selectOption('webinar');
    await expect.poll(() => page.locator('.summary').textContent(), WAIT).toContain('is a meeting, not a webinar');
    await field(page, 'kind').selectOption('meeting');
    await field(page, 'meetingId').fill('letters');
    await page.locator('form button[type=submit]').click();
    await expect.poll(() => page.locator('.field .bad').textContent(), WAIT).toContain('letters');
    expect(await field(page, 'meetingId').getAttribute('aria-invalid')).toBe('true');
    // It goes as soon as the field is another.
    await field(page, 'meetingId').fill(meetingId);
    await expect.poll(() => page.locator('.bad', { hasText: 'letters' }).count(), WAIT).toBe(0);
  });

  it('a form that is out of date says so, and saves nothing over what someone else did', async () => {
    const { on, open } = rig();
    const one = await on.schedule({ title: 'Mine', startAt: `${dayIn(9)}T09:00:00Z`, stopAt: `${dayIn(9)}T10:00:00Z` });
    const page = await open(`/#/new?edit=${one.id}`);
    await field(page, 'title').fill('Still mine');
    await on.api('PATCH', `/v1/broadcasts/${one.id}`, { title: 'Theirs' });
    await page.locator('form button[type=submit]').click();
    await expect.poll(() => page.locator('.stale').textContent(), WAIT).toContain('Someone else has changed it');
    expect(await on.broadcast(one.id)).toMatchObject({ title: 'Theirs' });
    await page.locator('.stale button').click();
    expect(await field(page, 'title').inputValue()).toBe('Theirs');
    await field(page, 'stop').fill(`${dayIn(9)}T11:00`);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/#\/broadcasts\//);
    expect(await on.broadcast(one.id)).toMatchObject({ title: 'Theirs', stopAt: `${dayIn(9)}T11:00:00.000Z` });
  });

  it('a key that may only read sees no form', async () => {
    const page = await rig().open('/#/new', { url: String(rig().keyed.report.url), language: 'de-DE' });
    await page.locator('input[type=password]').fill(READ_KEY);
    await page.locator('button[type=submit]').click();
    await expect.poll(() => page.locator('main').textContent(), WAIT).toContain('Ihr Schlüssel darf nur ansehen');
    expect(await page.locator('main form').count()).toBe(0);
  });
}
