import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation, until } from './installation.ts';

let at: Installation;
beforeAll(async () => {
  at = await startInstallation({ workers: 2 });
});
afterAll(() => at?.close());

const BROADCASTS = 200;
const WITHIN_MS = 20_000;

/** Of a sorted list. */
const share = (values: number[], part: number) =>
  values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

it('200 starts at random moments: none early, half of them within 50 ms', async () => {
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
    WITHIN_MS + 15_000,
  );
  const due = new Map(broadcasts.map(({ meetingId, startAt }) => [meetingId, Date.parse(startAt)]));
  const late = arrived.map(({ meetingId, at }) => at - (due.get(meetingId) ?? Number.NaN)).sort((a, b) => a - b);
  const [p50, p95] = [share(late, 0.5), share(late, 0.95)];
  console.log(
    `200 starts: first ${late[0]} ms, median ${p50} ms, 95 % ${p95} ms, last ${late.at(-1)} ms after they were due`,
  );
  expect(arrived.length).toBe(BROADCASTS);
  expect(late[0]).toBeGreaterThanOrEqual(0);
  expect(p50).toBeLessThan(50);
}, 60_000);
