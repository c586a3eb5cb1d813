import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

let at: Installation;
beforeAll(async () => {
  at = await startInstallation({ workers: 2 });
});
afterAll(() => at?.close());

const BROADCASTS = 200;
const WITHIN_MS = 10_000;

// How late they are is measured by `npm run bench`: it depends on the machine.
it('200 starts at random moments: each leaves once, none early', async () => {
  const first = Date.now() + 4_000;
  const broadcasts = Array.from({ length: BROADCASTS }, () => ({
    meetingId: newMeetingId(),
    startAt: new Date(first + Math.floor(Math.random() * WITHIN_MS)).toISOString(),
  }));
  expect((await at.api('POST', '/v1/broadcasts/batch', { broadcasts })).status).toBe(201);
  const arrived = await until(
    'all starts have arrived',
    async () => {
      const { body } = await at.sandbox.control('GET', 'requests?action=start');
      return body.requests.length >= BROADCASTS && (body.requests as { meetingId: string; at: number }[]);
    },
    WITHIN_MS + 60_000,
  );
  const due = new Map(broadcasts.map(({ meetingId, startAt }) => [meetingId, Date.parse(startAt)]));
  const late = arrived.map(({ meetingId, at }) => at - (due.get(meetingId) ?? Number.NaN)).sort((a, b) => a - b);
  expect(arrived.length).toBe(BROADCASTS);
  expect(late[0]).toBeGreaterThanOrEqual(0);
});
