import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installationOf, newMeetingId, startInstallation } from '../support/installation.ts';
import { storedState, untilSettled } from '../support/stored-state.ts';
import { until } from '../support/wait-for.ts';

/** Redis is there again, and the APIs have noticed. */
async function redisBack(at: Installation): Promise<void> {
  await at.redis.restart();
  await until('the API is ready', async () => (await at.api('GET', '/readyz')).status === 200);
}

const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

describe.concurrent('a crash between two writes', () => {
  let at: Installation;
  beforeAll(async () => {
    at = await startInstallation({ apis: 2, workers: 1 });
  });
  afterAll(() => at?.close());

  it('jobs that were never added are added by the sweep within a minute', async (test) => {
    const lost = await Promise.all([3_000, 6_000, 3_600_000].map((ms) => at.schedule({ startAt: soon(ms) })));
    const [first, second, later] = lost.map(({ id }) => id) as [string, string, string];
    const begun = Date.now();
    expect(await storedState(test, at).dropJobs()).toBeGreaterThan(0);
    await at.waitForStatus(first, 'live', 60_000);
    await at.waitForStatus(second, 'live', 60_000);
    await until('the job of a broadcast far ahead is back', async () =>
      (await at.jobsLeft()).some((job) => job.startsWith('starts:delayed:') && job.includes(later)),
    );
    console.log(`all jobs deleted: repaired and fired within ${Date.now() - begun} ms`);
  }, 120_000);

  it('two APIs that are given one Idempotency-Key at the same moment store one broadcast', async () => {
    const [one, two] = at.apis.map(({ report }) => String(report.url)) as [string, string];
    const post = async (url: string, key: string, body: unknown) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const reply = await fetch(`${url}/v1/broadcasts`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: reply.status, body: (await reply.json()) as { id: string } };
    };
    for (let n = 0; n < 10; n += 1) {
      const meetingId = newMeetingId();
      const body = { meetingId, startAt: '2031-01-01T00:00:00Z' };
      const replies = await Promise.all([one, two, one, two].map((url) => post(url, `key-${meetingId}`, body)));
      expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
      const { body: listed } = await at.api('GET', `/v1/broadcasts?meetingId=${meetingId}`);
      expect(listed.broadcasts.length).toBe(1);
    }
  });
});

describe.concurrent('Redis killed and started again', () => {
  it('loses nothing that was acknowledged, and the API says 503 meanwhile', async (test) => {
    const at = await installationOf(test, { apis: 2, workers: 2 });
    const state = storedState(test, at);
    const pending = await Promise.all([2_500, 3_500, 5_000, 8_000].map((ms) => at.schedule({ startAt: soon(ms) })));
    const hanging = newMeetingId();
    await at.sandbox.script({ meetingId: hanging, action: 'start' }, { delayMs: 1_500 });
    const asked = await at.schedule({ meetingId: hanging });
    await until('a start is in flight', async () => (await at.requests(hanging, 'start')).length > 0);
    await at.redis.kill9();
    const answers = [
      await at.api('POST', '/v1/broadcasts', { meetingId: newMeetingId(), startAt: 'now' }),
      await at.api('GET', `/v1/broadcasts/${asked.id}`),
      await at.api('GET', '/v1/broadcasts'),
      await at.api('DELETE', `/v1/broadcasts/${asked.id}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await at.api('GET', '/livez')).status).toBe(200);
    expect((await at.api('GET', '/readyz')).status).toBe(503);
    // Longer than the answer takes, and than a lease lasts: who holds the answer must still be the one to write it down.
    await until('the start was answered', async () => (await at.requests(hanging, 'start'))[0]?.answeredAt);
    await new Promise((done) => setTimeout(done, 5_500));
    await redisBack(at);
    const begun = Date.now();
    for (const { id } of [asked, ...pending]) await at.waitForStatus(id, 'live');
    console.log(`Redis back: all live ${Date.now() - begun} ms later`);
    await untilSettled(
      state,
      [asked, ...pending].map(({ id }) => id),
    );
    for (const { id, meetingId, startAt } of [asked, ...pending]) {
      const starts = await at.requests(meetingId, 'start');
      expect(starts.length).toBe(1);
      expect(starts[0]?.at).toBeGreaterThanOrEqual(Date.parse(startAt));
      expect((await at.broadcast(id)).startLatenessMs).not.toBeNull();
    }
  }, 120_000);

  it('ends a claim whose answer went down with Redis', async (test) => {
    const at = await installationOf(test, { apis: 2, workers: 2 });
    const state = storedState(test, at);
    const startAt = soon(4_000);
    const batch = Array.from({ length: 30 }, () => ({ meetingId: newMeetingId(), startAt }));
    const { body } = await at.api('POST', '/v1/broadcasts/batch', { broadcasts: batch });
    await new Promise((done) => setTimeout(done, Date.parse(startAt) - Date.now() + 60));
    // In the middle of the claims: some are stored, and their worker never learns of it.
    await at.redis.kill9();
    await redisBack(at);
    for (const { id } of body.broadcasts) await at.waitForStatus(id, 'live');
    await untilSettled(
      state,
      body.broadcasts.map(({ id }: { id: string }) => id),
    );
    for (const { meetingId } of batch) expect((await at.requests(meetingId, 'start')).length).toBe(1);
  }, 120_000);
});
