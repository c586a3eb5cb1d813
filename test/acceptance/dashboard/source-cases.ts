import { expect, it } from 'vitest';
import { newMeetingId } from '../../support/installation.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

/** Sources, and a file that is given by hand. */
export function sourceCases(rig: () => Rig): void {
  it('shows what a file would do, and then does it', async () => {
    const { on, open } = rig();
    const meetingId = newMeetingId();
    const name = `hall-${meetingId}`;
    const page = await open('/#/sources');
    await page.locator('[name=name]').fill(name);
    await page.locator('[name=kind]').selectOption('csv');
    await page.getByRole('button', { name: 'Add it' }).click();
    const card = page.locator('.card', { hasText: name });
    const rows = [
      'externalId,meetingId,title,startAt,duration,timezone',
      `a-${meetingId},${meetingId},Lecture,2035-12-06T09:00,PT1H,Europe/Berlin`,
    ];
    await card.locator('input[type=file]').setInputFiles({
      name: 'hall.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${rows.join('\n')}\n`),
    });
    await expect.poll(() => card.locator('.sync-plan').textContent(), WAIT).toContain('Lecture');
    const planned = async () => (await on.api('GET', `/v1/broadcasts?meetingId=${meetingId}`)).body.broadcasts;
    expect(await planned()).toEqual([]);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Apply the file: 1 new' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Apply the file: 1 new' }).click();
    await expect
      .poll(planned, WAIT)
      .toMatchObject([{ title: 'Lecture', startAt: '2035-12-06T08:00:00.000Z', source: { name } }]);
    await page.reload();
    await card.getByRole('button', { name: 'What the last sync did' }).click();
    await expect.poll(() => card.locator('.sync-plan').textContent(), WAIT).toContain('1 new');
    // A file that has no source: one is made that is called as the file is.
    await page.locator('.import-file input').setInputFiles({
      name: `Week ${meetingId}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from(`${rows[0]}\nb-${meetingId},${meetingId},Seminar,2035-12-07T09:00,PT1H,Europe/Berlin\n`),
    });
    const made = page.locator('.card', { hasText: `Week-${meetingId}` });
    await expect.poll(() => made.locator('.sync-plan').textContent(), WAIT).toContain('Seminar');
    expect(await planned()).toHaveLength(1);
    await made.getByRole('button', { name: 'Apply the file: 1 new' }).waitFor();
  });
}
