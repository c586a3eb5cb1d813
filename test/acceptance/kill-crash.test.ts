import { describe, expect, it } from 'vitest';
import {
  type Installation,
  installationOf,
  newMeetingId,
  type SandboxRequest,
  type Shown,
} from '../support/installation.ts';
import { storedState, untilSettled } from '../support/stored-state.ts';
import { until, untilMoment } from '../support/wait-for.ts';

const REQUESTS = 50;
/** As many starts, all answered late: two workers share them. */
async function manyInFlight(at: Installation, { reached = REQUESTS, labels = {} } = {}): Promise<Shown[]> {
  const startAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 4_000).toISOString();
  const stopAt = new Date(Date.parse(startAt) + 3_600_000).toISOString();
  const broadcasts = Array.from({ length: REQUESTS }, () => ({ meetingId: newMeetingId(), startAt, stopAt, labels }));
  const reply = await at.api('POST', '/v1/broadcasts/batch', { broadcasts });
  expect(reply.status).toBe(201);
  await untilMoment(Date.parse(startAt));
  await until(`${reached} starts are in flight`, async () => (await startsSent(at)).length >= reached);
  return reply.body.broadcasts;
}

async function startsSent(at: Installation): Promise<SandboxRequest[]> {
  return (await at.sandbox.control('GET', 'requests?action=start')).body.requests;
}

async function allLive(at: Installation, broadcasts: Shown[]): Promise<Shown[]> {
  return Promise.all(broadcasts.map(({ id }) => at.waitForStatus(id, 'live')));
}

async function statusPath(at: Installation, id: string): Promise<string[]> {
  return (await at.history(id)).filter(({ type }) => type === 'status').map(({ to }) => String(to));
}

describe.concurrent('kill -9 of one of two workers with 50 starts in flight', () => {
  it('starts nothing twice when Zoom reports what it took', async (test) => {
    const at = await installationOf(test, { workers: 2, sandbox: { latencyMs: 2_000, startedEventDelayMs: 300 } });
    const broadcasts = await manyInFlight(at);
    const killedAt = Date.now();
    await at.workers[0]?.kill('SIGKILL');
    await allLive(at, broadcasts);
    const tookMs = Date.now() - killedAt;
    // The lease of the dead worker runs out, and what it held is taken over: still nothing more may leave.
    await untilSettled(
      storedState(test, at),
      broadcasts.map(({ id }) => id),
    );
    for (const { id, meetingId } of broadcasts) {
      expect((await at.requests(meetingId, 'start')).length).toBe(1);
      expect(await statusPath(at, id)).toEqual(['starting', 'live']);
      await until('Zoom has said so', async () => (await at.broadcast(id)).confirmed);
    }
    console.log(`kill -9, events on: all ${REQUESTS} live ${tookMs} ms after the kill, each started once`);
  }, 120_000);

  it('checks after START_RETRY_MS and starts once more at most when no event comes', async (test) => {
    const env = { START_RETRY_MS: '2000' };
    const at = await installationOf(test, { workers: 2, webhooks: false, env, sandbox: { latencyMs: 2_000 } });
    const broadcasts = await manyInFlight(at);
    const killedAt = Date.now();
    await at.workers[0]?.kill('SIGKILL');
    await allLive(at, broadcasts);
    const tookMs = Date.now() - killedAt;
    let again = 0;
    for (const { id, meetingId } of broadcasts) {
      const starts = await at.requests(meetingId, 'start');
      expect(starts.length).toBeLessThanOrEqual(2);
      if (starts.length === 2) {
        again += 1;
        expect((starts[1]?.at ?? 0) - (starts[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
        expect((await at.history(id)).some(({ reason }) => reason?.startsWith('outcome unknown'))).toBe(true);
      }
    }
    // Some were held by the killed one: else this shows nothing.
    expect(again).toBeGreaterThan(0);
    console.log(`kill -9, no events: all live ${tookMs} ms after the kill, ${again} of ${REQUESTS} started once more`);
  }, 120_000);
});

describe.concurrent('a pause while a worker is killed', () => {
  it('holds back what is claimed and has not left, and lets each go once it has ended', async (test) => {
    const env = { START_RETRY_MS: '2000', ZOOM_PLAN: 'pro' };
    const at = await installationOf(test, { workers: 2, webhooks: false, env, sandbox: { latencyMs: 1_000 } });
    // Some are on their way to Zoom, some claimed, some wait for their place in the rate limit.
    const broadcasts = await manyInFlight(at, { reached: 1, labels: { drill: 'fire' } });
    const [reply] = await Promise.all([
      at.api('POST', '/v1/pauses', { scope: { label: 'drill=fire' } }),
      at.workers[0]?.kill('SIGKILL'),
    ]);
    const answeredAt = Date.now();
    expect(reply.status).toBe(201);
    const isHeld = async ({ id }: Shown) => {
      if ((await at.broadcast(id)).status === 'live') return true;
      return (await at.history(id)).some(({ reason }) => reason?.includes('is held back by'));
    };
    await until('each start is taken or held back', async () => {
      for (const broadcast of broadcasts) if (!(await isHeld(broadcast))) return false;
      return true;
    });
    const endedAt = Date.now();
    expect((await at.api('DELETE', `/v1/pauses/${reply.body.id}`)).status).toBe(200);
    await allLive(at, broadcasts);
    const all = await startsSent(at);
    // What had left before the answer reaches Zoom a moment after it, on a busy machine a long one; a second try comes later still.
    const inside = all.filter(({ at: sentAt }) => sentAt > answeredAt + 2_000 && sentAt < endedAt - 5);
    expect(inside).toEqual([]);
    expect(all.some(({ at: sentAt }) => sentAt >= endedAt - 5)).toBe(true);
    for (const { meetingId } of broadcasts)
      expect((await at.requests(meetingId, 'start')).length).toBeLessThanOrEqual(2);
  }, 120_000);
});

describe.concurrent('a worker that is stopped and continued', () => {
  it('sends nothing stale and overwrites nothing newer when it wakes', async (test) => {
    // What it asked must not time out while it is frozen: it reads the answer when it wakes.
    const env = { START_RETRY_MS: '2000', ZOOM_TIMEOUT_MS: '100000' };
    const at = await installationOf(test, { workers: 1, webhooks: false, env });
    const [frozen] = at.workers;
    const meetingId = newMeetingId();
    await at.sandbox.script({ meetingId, action: 'start' }, { delayMs: 3_000 });
    // One sleeps to its moment in the frozen worker, one has its start in flight there.
    const asleep = await at.schedule({ startAt: new Date(Date.now() + 6_000).toISOString() });
    await until('a worker has the job', async () =>
      (await at.jobsLeft()).some((job) => job.includes('starts:active:') && job.includes(asleep.id)),
    );
    const asked = await at.schedule({ meetingId });
    await until('the start is in flight', async () => (await at.requests(meetingId, 'start')).length > 0);
    await frozen?.kill('SIGSTOP');
    await at.addWorker();
    await at.waitForStatus(asleep.id, 'live');
    await at.waitForStatus(asked.id, 'live');
    for (const { id } of [asleep, asked]) {
      expect((await at.api('POST', `/v1/broadcasts/${id}/stop`)).status).toBe(202);
      await at.waitForStatus(id, 'ended');
    }
    const before = (await at.sandbox.control('GET', 'requests')).body.requests.length;
    await frozen?.kill('SIGCONT');
    await until('the late answer is in the history', async () =>
      (await at.history(asked.id)).some(({ reason }) => reason?.startsWith('late answer')),
    );
    expect((await at.sandbox.control('GET', 'requests')).body.requests.length).toBe(before);
    expect((await at.broadcast(asked.id)).status).toBe('ended');
    // What it read late must not pass for "the stream is on": the next broadcast of this meeting is really started.
    const next = await at.schedule({ meetingId });
    await at.waitForStatus(next.id, 'live');
    const last = (await at.requests(meetingId)).at(-1);
    expect(last).toMatchObject({ action: 'start', accepted: true });
    expect(last?.n).toBeGreaterThan(before);
  }, 120_000);
});
