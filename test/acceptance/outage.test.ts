import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { type LocalZoom, respond, startLocalZoom } from '../support/local-zoom.ts';
import { until } from '../support/wait-for.ts';
import { fromNow } from '../support/zoom-responses.ts';

/** Decision 8 with real processes; the exact numbers are shown in virtual time (test/proof/simulation/outage.test.ts). */

const STARTS = 200;
const OUTAGE_MS = 20_000;

let on: Installation;
let zoom: LocalZoom;
let away = false;
const accepted = new Map<string, number>();
let refused = 0;

beforeAll(async () => {
  zoom = await startLocalZoom(({ path }, response) => {
    if (away) refused += 1;
    else accepted.set(path.split('/')[3] ?? '', Date.now());
    respond(response, away ? 503 : 204);
  });
  on = await startInstallation({
    workers: 2,
    webhooks: false,
    env: { ZOOM_API_URL: `${zoom.url}/v2`, PREFLIGHT: 'off', HEADS_UP: 'off' },
  });
});
afterAll(async () => {
  await on?.close();
  await zoom?.close();
});

it('200 starts due in an outage are sent soon after it, and few requests went before', async () => {
  away = true;
  const startAt = fromNow(5_000);
  const broadcasts = Array.from({ length: STARTS }, () => ({ meetingId: newMeetingId(), startAt }));
  expect((await on.api('POST', '/v1/broadcasts/batch', { broadcasts })).status).toBe(201);
  await until('the outage is over', () => Date.now() >= Date.parse(startAt) + OUTAGE_MS, OUTAGE_MS + 10_000);
  const { body } = await on.api('GET', '/v1/broadcasts?status=starting&limit=1000');
  expect(body.broadcasts.map(({ reason }: { reason: string }) => reason)).toContainEqual(
    expect.stringContaining('waiting until a request succeeds'),
  );
  away = false;
  const over = Date.now();
  await until('all starts have left', () => accepted.size === STARTS, 30_000);
  const late = Math.max(...accepted.values()) - over;
  console.log(`${refused} requests in the outage; the last start ${late} ms after it`);
  // About 75 at once before the first answer is read, and one a second after that; without a circuit they are 1,400.
  expect(refused).toBeLessThan(200);
  // 4 s on an idle machine.
  expect(late).toBeLessThan(12_000);
}, 90_000);
