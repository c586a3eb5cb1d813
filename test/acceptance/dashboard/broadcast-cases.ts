import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, later, type Rig, rowOf, saidOn, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
const button = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true });
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });

/** One broadcast: its buttons, its way, its history. */
export function broadcastCases(rig: () => Rig): void {
  it('start, extend, stop: each says what it does, asks where it must, and shows the answer of Zoom', async () => {
    const { on, open } = rig();
    const fields = { title: 'By hand', startAt: later(HOUR_MS), stopAt: later(2 * HOUR_MS) };
    const { id, meetingId, stopAt } = await on.schedule(fields);
    const page = await open(`/#/broadcasts/${id}`);
    await button(page, 'Start now').click();
    const asked = await page.getByRole('dialog').textContent();
    expect(asked).toMatch(/Puts By hand on air now.+stays on air until .+, for (2 h|1 h 59 min)/);
    // Nothing was sent yet.
    expect((await on.broadcast(id)).status).toBe('scheduled');
    await inDialog(page, 'Start now').click();
    await expect.poll(() => saidOn(page), WAIT).toContain('By hand: on air');
    expect(await on.requests(meetingId, 'start')).toHaveLength(1);
    expect(await page.locator('.cycle [aria-current=step]').textContent()).toBe('on air');
    await button(page, '+15 min').click();
    await expect
      .poll(async () => Date.parse((await on.broadcast(id)).stopAt ?? '') - Date.parse(stopAt ?? ''), WAIT)
      .toBe(15 * 60_000);
    await button(page, 'Stop now').click();
    await inDialog(page, 'Cancel').click();
    expect((await on.broadcast(id)).status).toBe('live');
    await button(page, 'Stop now').click();
    await inDialog(page, 'Stop now').click();
    await expect.poll(() => saidOn(page), WAIT).toContain('By hand: ended');
    await expect
      .poll(() => shownText(page, '.history'), WAIT)
      .toMatch(/starting → on air[\s\S]+Stop: \w+, \d+ .+ → \w+, \d+ [\s\S]+HTTP 204[\s\S]+ended/);
    expect(await button(page, 'Stop now').count()).toBe(0);
  });

  it('shows asked until the answer is there, and never the state before', async () => {
    const { on, open } = rig();
    const { id, meetingId } = await on.schedule({ title: 'Slow answer', startAt: later(HOUR_MS) });
    // Neither is answered: it lasts until the event that this case sends.
    for (const action of ['start', 'stop']) await on.sandbox.script({ meetingId, action }, { hang: 100_000 });
    const page = await open(`/#/broadcasts/${id}`);
    const isAsked = async (shown: Page) => {
      const asked = button(shown, 'Asked …');
      await asked.waitFor();
      expect(await asked.getAttribute('aria-disabled')).toBe('true');
      expect(await shown.locator('main').getByRole('button', { name: / now$/ }).count()).toBe(0);
    };
    await button(page, 'Start now').click();
    await inDialog(page, 'Start now').click();
    await on.waitForStatus(id, 'starting');
    await isAsked(page);
    expect(await shownText(page, '.broadcast-now')).not.toContain('on air');
    // Someone else sees that it is asked, and so does who reloads the page.
    const other = await open(`/#/broadcasts/${id}`);
    await isAsked(other);
    const object = { id: meetingId, uuid: 'uuid-of-the-slow-answer' };
    await on.sandbox.event('meeting.live_streaming_started', object);
    await button(page, 'Stop now').click();
    await inDialog(page, 'Stop now').click();
    await on.waitForStatus(id, 'stopping');
    await isAsked(page);
    await isAsked(other);
    await on.sandbox.event('meeting.live_streaming_stopped', object);
    await expect.poll(() => saidOn(page), WAIT).toContain('Slow answer: ended');
    expect(await button(page, 'Asked …').count()).toBe(0);
  });

  it('what failed shows the words of Zoom, what to do, and the button for it', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    await on.sandbox.script(
      { meetingId, action: 'start' },
      { status: 400, body: { code: 3161, message: 'Not allowed here.' } },
    );
    const { id } = await on.schedule({ title: 'Refused', meetingId, stopAt: later(HOUR_MS) });
    await on.waitForStatus(id, 'failed');
    const page = await open(`/#/broadcasts/${id}`);
    await expect.poll(() => shownText(page, '.history'), WAIT).toContain('Not allowed here.');
    expect(await shownText(page, '.history')).not.toMatch(/null|undefined/);
    await on.sandbox.script({ meetingId, action: 'start' }, { hang: 100_000 });
    await button(page, 'Retry').click();
    await on.waitForStatus(id, 'starting');
    await button(page, 'Asked …').waitFor();
    await on.sandbox.event('meeting.live_streaming_started', { id: meetingId, uuid: 'uuid-of-the-retry' });
    await expect.poll(() => saidOn(page), WAIT).toContain('Refused: on air');
  });

  it('a form that someone else overtook says so, and changes nothing', async () => {
    const { on, open } = rig();
    const fields = { title: 'Two of us', startAt: later(HOUR_MS), stopAt: later(2 * HOUR_MS) };
    const { id } = await on.schedule(fields);
    const page = await open(`/#/broadcasts/${id}`);
    await button(page, 'Move').click();
    const { body: moved } = await on.api('PATCH', `/v1/broadcasts/${id}`, { stopAt: later(3 * HOUR_MS) });
    await inDialog(page, 'Move it').click();
    await expect.poll(() => page.getByRole('dialog').textContent(), WAIT).toContain('Someone else has changed it');
    expect((await on.broadcast(id)).revision).toBe(moved.revision);
    await inDialog(page, 'Cancel').click();
    await button(page, 'Move').click();
    await page.getByLabel('New start').fill(localField(Date.now() + 5 * HOUR_MS));
    await inDialog(page, 'Move it').click();
    await expect
      .poll(async () => Date.parse((await on.broadcast(id)).startAt) > Date.now() + 4 * HOUR_MS, WAIT)
      .toBe(true);
    // The length stays.
    const after = await on.broadcast(id);
    expect(Math.round((Date.parse(after.stopAt ?? '') - Date.parse(after.startAt)) / HOUR_MS)).toBe(2);
  });

  it.each(['light', 'dark'])('axe finds nothing on a broadcast, %s', async (scheme) => {
    const { on, open } = rig();
    const { id } = await on.schedule({
      title: 'All of it',
      startAt: later(HOUR_MS),
      labels: { room: 'A' },
      timezone: 'Asia/Tokyo',
    });
    const page = await open(`/#/broadcasts/${id}`, { dark: scheme === 'dark' });
    await expect.poll(() => shownText(page, '.history'), WAIT).toContain('created');
    await expectAccessible(page);
  });

  it('a link of an earlier version and one to nothing', async () => {
    const { on, open } = rig();
    const { id } = await on.schedule({ title: 'Linked long ago', startAt: later(HOUR_MS) });
    const page = await open(`/#broadcast=${id}`);
    await expect.poll(() => shownText(page, 'h2'), WAIT).toBe('Linked long ago');
    await page.goto(`${on.url}/#/broadcasts/bc_nothing`);
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('cannot be shown');
    await page.goto(`${on.url}/#/`);
    await rowOf(page, 'Linked long ago').first().waitFor();
  });
}

/** As `datetime-local` takes it, in the zone of this machine, which is the browser's. */
function localField(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
