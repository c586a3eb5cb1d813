// `npm run screenshots`: takes the pictures of docs/dashboard.md, with the page of the build in the machine's own Chromium.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { later, startRig } from '../acceptance/dashboard/rig.ts';
import { type Installation, newMeetingId } from './installation.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const LOOKS = [
  { name: 'desktop', width: 1_280, height: 800 },
  { name: 'telephone', width: 390, height: 800 },
  { name: 'dark', width: 1_280, height: 800, dark: true },
];
const REFUSED = { status: 400, body: { code: 3161, message: 'The meeting hosting is not allowed.' } };

/** A Sunday morning with everything in it; the ids of one that is live, one that failed, and a series. */
async function sunday(on: Installation): Promise<{ live: string; failed: string; series: string }> {
  const stopAt = later(55 * MINUTE_MS);
  const titles = ['Sunday service', 'Chapel', 'Lecture hall 2', 'Family service', 'Evening prayer', 'Youth'];
  for (const [i, title] of titles.entries()) {
    const [startAt, end] = [later((i + 1) * 25 * MINUTE_MS), later((i + 3) * 25 * MINUTE_MS)];
    await on.schedule({
      title,
      startAt,
      stopAt: end,
      labels: { campus: i % 2 ? 'north' : 'south', room: 'AB'[i % 2] },
    });
  }
  const live = await on.schedule({ title: 'Early service', stopAt, labels: { campus: 'north', room: 'A' } });
  const failing = ['West campus', 'Harbour'].map(async (title) => {
    const meetingId = newMeetingId();
    await on.sandbox.script({ meetingId, action: 'start' }, REFUSED);
    return on.schedule({ title, meetingId, stopAt, labels: { campus: 'west' } });
  });
  const [failed] = await Promise.all(failing);
  await on.waitForStatus(live.id, 'live');
  await on.waitForStatus(failed?.id ?? '', 'failed');
  const { body: series } = await on.api('POST', '/v1/series', {
    ...{
      title: 'Morning prayer',
      meetingId: newMeetingId(),
      rule: 'FREQ=DAILY',
      exceptions: [later(2 * DAY_MS).slice(0, 10)],
    },
    ...{ startAt: `${later(0).slice(0, 10)}T07:30`, timezone: 'Europe/Berlin', duration: 'PT45M', leadMinutes: 5 },
  });
  await on.api('POST', '/v1/sources', { name: 'lecture-halls', kind: 'csv', timezone: 'Europe/Berlin' });
  const content = `externalId,meetingId,title,startAt,duration\nl-1,${newMeetingId()},Physics,${later(DAY_MS).slice(0, 10)}T10:00,PT90M\n`;
  await on.api('POST', '/v1/sources/lecture-halls/sync', { content });
  return { live: live.id, failed: failed?.id ?? '', series: series.id };
}

const rig = await startRig();
try {
  const { live, failed, series } = await sunday(rig.on);
  const views = [
    ['rundown', '/', '.row'],
    ['attention', '/#/attention', '.card'],
    ['broadcast', `/#/broadcasts/${live}`, '.history td'],
    ['failed', `/#/broadcasts/${failed}`, '.history td'],
    ['plan', '/#/new', 'main form'],
    ['bulk', '/#/bulk', 'main h2'],
    ['health', '/#/health', 'main h2'],
    ['wall', '/?wall', '.row'],
    ['timeline', '/#/timeline', '.tl-item', 'desktop'],
    ['calendar', '/#/calendar', '.cal-entry', 'desktop'],
    ['series', `/#/new-series?edit=${series}`, '.occurrences li', 'desktop'],
    ['sources', '/#/sources', '.card', 'desktop'],
  ] as const;
  mkdirSync(FOLDER, { recursive: true });
  for (const [view, path, there, only] of views) {
    for (const { name, ...look } of LOOKS.filter((one) => only === undefined || one.name === only)) {
      const page = await rig.open(path, look);
      await page.locator(there).first().waitFor();
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: `${FOLDER}${view}-${name}.png` });
      await rig.closePages();
    }
    console.log(`docs/screenshots/${view}-*.png`);
  }
} finally {
  await rig.close();
}
