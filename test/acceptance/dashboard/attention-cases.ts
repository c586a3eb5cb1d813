import { expect, it } from 'vitest';
import { shownText } from '../../support/browser.ts';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, later, look, type Rig, WAIT } from './rig.ts';

const HOUR_MS = 3_600_000;
const REFUSED = { status: 400, body: { code: 3161, message: 'The meeting hosting is not allowed on Sundays.' } };

/** Needs attention: all of it, worst first, by cause. */
export function attentionCases(rig: () => Rig): void {
  it('shows one card for one cause, worst first, acknowledges with a note, and is quiet when it has recovered', async () => {
    const { on, open } = rig();
    const page = await open('/#/attention');
    const failed = await Promise.all(
      ['North', 'South', 'West'].map(async (campus) => {
        const meetingId = newMeetingId();
        await on.sandbox.script({ meetingId, action: 'start' }, REFUSED);
        return on.schedule({ title: `${campus} campus`, meetingId, stopAt: later(HOUR_MS) });
      }),
    );
    await Promise.all(failed.map(({ id }) => on.waitForStatus(id, 'failed')));
    const card = page.locator('.card', { hasText: 'not allowed on Sundays' });
    await expect.poll(() => card.locator('h3').allTextContents(), WAIT).toEqual(['Failed · 3 broadcasts']);
    expect(await card.locator('.names a').allTextContents()).toHaveLength(3);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    const german = await open('/#/attention', { language: 'de-DE' });
    await expect
      .poll(() => german.locator('.card', { hasText: 'not allowed on Sundays' }).textContent(), WAIT)
      .toMatch(/Der Gastgeber darf keine Meetings planen\. .+ Zoom antwortete 400\/3161 "The meeting hosting/);
    await expectAccessible(german);
    // One of them is put on air from here, and is gone.
    await card.locator('li', { hasText: 'North campus' }).getByRole('button', { name: 'Retry' }).click();
    await on.waitForStatus(failed[0]?.id ?? '', 'live');
    await look(page);
    await expect.poll(() => card.locator('h3').allTextContents(), WAIT).toEqual(['Failed · 2 broadcasts']);
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Note').fill('The host is told.');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await expect.poll(() => card.count(), WAIT).toBe(0);
    await page.getByText(/^Acknowledged \(\d+\)$/).click();
    await expect.poll(() => shownText(page, 'details'), WAIT).toContain('The host is told.');
  });

  it('is not left out of date when one is over and another has come between two checks, nor when a reading failed', async () => {
    const { on, open } = rig();
    const failing = async (title: string) => {
      const meetingId = newMeetingId();
      const body = { code: 3161, message: 'Not between two looks.' };
      await on.sandbox.script({ meetingId, action: 'start' }, { status: 400, body });
      const { id } = await on.schedule({ title, meetingId, stopAt: later(HOUR_MS) });
      await on.waitForStatus(id, 'failed');
      return id;
    };
    const first = await failing('The first');
    const page = await open('/#/attention');
    const names = page.locator('.card', { hasText: 'Not between two looks' }).locator('.names a');
    await expect.poll(() => names.allTextContents(), WAIT).toEqual(['The first']);
    // From here on the page does not see what the summary says.
    const { body: summary } = await on.api('GET', '/v1/summary');
    await page.route('**/v1/summary*', (route) => route.fulfill({ json: summary }));
    const seen = page.waitForResponse(/v1\/summary/);
    await look(page);
    await seen;
    const second = await failing('The second');
    await expect.poll(async () => (await names.allTextContents()).sort(), WAIT).toEqual(['The first', 'The second']);
    await on.api('POST', `/v1/broadcasts/${first}/retry`);
    await on.waitForStatus(first, 'live');
    await page.unroute('**/v1/summary*');
    await look(page);
    await expect.poll(() => names.allTextContents(), WAIT).toEqual(['The second']);

    await page.route('**/v1/alerts*', (route) => route.abort());
    const { body } = await on.api('GET', '/v1/alerts?state=open&limit=1000');
    const { id } = body.alerts.find(({ broadcastId }: { broadcastId: string }) => broadcastId === second);
    const failed = page.waitForEvent('requestfailed');
    await on.api('POST', `/v1/alerts/${id}/ack`, { note: null });
    await look(page);
    await failed;
    await page.unroute('**/v1/alerts*');
    await look(page);
    await expect.poll(() => names.count(), WAIT).toBe(0);
  });

  it('a failure stands on top, however many broadcasts have ended today and whatever else there is', async () => {
    const { open } = rig();
    const page = await open('/#/attention');
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('Needs attention');
    // As the API shows them, in pages of 1,000: the newest 2,500 are of a lesser kind, and the failure comes last.
    const alert = (i: number, code: string, message: string) => ({
      ...{ id: `al_${i}`, code, broadcastId: null, message, advice: 'Look.' },
      raisedAt: new Date(Date.now() - i * 1_000).toISOString(),
      ...{ resolvedAt: null, acknowledgedAt: null, acknowledgedBy: null, note: null },
    });
    const all = Array.from({ length: 2_500 }, (_, i) =>
      alert(i, 'preflight', `"Room ${i}" (meeting ${70_000_000 + i}) has no host`),
    );
    all.push(alert(3_000, 'failed', '"The one" (meeting 71000000): refused'));
    await page.route('**/v1/alerts*', async (route) => {
      const query = new URL(route.request().url()).searchParams;
      const at = Number(query.get('cursor') ?? 0);
      const size = Number(query.get('limit'));
      const found = query.get('state') === 'open' ? all : [];
      const nextCursor = at + size < found.length ? String(at + size) : null;
      await route.fulfill({ json: { alerts: found.slice(at, at + size), nextCursor } });
    });
    await page.reload();
    await expect
      .poll(() => page.locator('.card h3').allTextContents(), WAIT)
      .toEqual(['Failed', 'Preflight · 2,500 broadcasts']);
    expect(await shownText(page, 'main')).toContain('2,501 in all');
    expect(await page.locator('.card').first().textContent()).toContain('The one');
    await page.getByRole('button', { name: 'Show all 2,500' }).click();
    await expect.poll(() => page.locator('.names li').count(), WAIT).toBe(2_501);
  });

  it('does not say that all is well while no worker runs, nor while nothing can be read', async () => {
    const { open } = rig();
    const page = await open('/#/attention');
    await page.route('**/v1/alerts*', (route) => route.fulfill({ json: { alerts: [], nextCursor: null } }));
    await page.reload();
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('No problems.');
    await page.route('**/v1/summary*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), workers: { seen: 0 } } });
    });
    await look(page);
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('No worker is running');
    expect(await shownText(page, 'main')).not.toContain('No problems');
    await page.unroute('**/v1/summary*');
    await look(page);
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('No problems.');
    await page.route('**/v1/summary*', (route) => route.abort());
    await look(page);
    await expect.poll(() => shownText(page, 'main'), WAIT).toContain('Currently unknown.');
  });
}
