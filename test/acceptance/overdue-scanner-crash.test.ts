import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until, untilMoment } from '../support/wait-for.ts';

let at: Installation;
afterEach(() => at?.close());

/** Jobs are in a worker's hand from 2 s before their moment (timer queue, LEAD_MS). */
const IN_HAND_MS = 2_000;
/** BullMQ alone brings the job of a killed worker back after its lock of 5 s. */
const WITHOUT_SCANNER_MS = 5_000;

async function lateness(meetingIds: string[], dueAt: number): Promise<number[]> {
  return Promise.all(
    meetingIds.map(async (meetingId) => {
      const [start] = await until(`a start of ${meetingId}`, async () => {
        const starts = await at.requests(meetingId, 'start');
        return starts.length > 0 ? starts : null;
      });
      return (start?.at ?? Number.POSITIVE_INFINITY) - dueAt;
    }),
  );
}

describe('the second alarm clock', () => {
  it('starts on time what a worker was running when it was killed', async () => {
    at = await startInstallation({ workers: 2 });
    const dueAt = Math.ceil(Date.now() / 1_000) * 1_000 + IN_HAND_MS + 2_000;
    const meetingIds = Array.from({ length: 10 }, newMeetingId);
    const startAt = new Date(dueAt).toISOString();
    const broadcasts = meetingIds.map((meetingId) => ({ meetingId, startAt }));
    expect((await at.api('POST', '/v1/broadcasts/batch', { broadcasts })).status).toBe(201);
    // By then the workers have the jobs.
    await untilMoment(dueAt - 500);
    await at.workers[0]?.kill('SIGKILL');
    const late = await lateness(meetingIds, dueAt);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(WITHOUT_SCANNER_MS - 500);
    for (const meetingId of meetingIds) expect(await at.requests(meetingId, 'start')).toHaveLength(1);
    console.log(`kill -9 half a second before ten starts: at most ${Math.max(...late)} ms late`);
  });

  it('starts what has no job at all', async () => {
    at = await startInstallation({ workers: 1 });
    const dueAt = Math.ceil(Date.now() / 1_000) * 1_000 + IN_HAND_MS + 4_000;
    const meetingId = newMeetingId();
    await at.schedule({ meetingId, startAt: new Date(dueAt).toISOString() });
    // As if the API had died between the record and its jobs, right after a sweep.
    const redis = new Redis(at.redis.url);
    let wiped = 0;
    await until('its moment is near', async () => {
      const keys = await redis.keys('*:q:starts:*');
      if (keys.length > 0) wiped += await redis.del(...keys);
      return Date.now() >= dueAt - IN_HAND_MS / 4;
    });
    redis.disconnect();
    expect(wiped).toBeGreaterThan(0);
    const [late] = await lateness([meetingId], dueAt);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(WITHOUT_SCANNER_MS - 500);
  });
});
