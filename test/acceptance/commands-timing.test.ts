import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUSY_MS, type Installation, newMeetingId, type Shown, startInstallation } from '../support/installation.ts';
import { storedState, untilSettled } from '../support/stored-state.ts';
import { until } from '../support/wait-for.ts';

let at: Installation;
beforeAll(async () => {
  // Plan business: a hundred at once are to be late by their commands, not by the rate limit.
  at = await startInstallation({ apis: 2, workers: 2, env: { START_RETRY_MS: '2500', ZOOM_PLAN: 'business' } });
});
afterAll(() => at?.close());

const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
/** A start that is due may leave this much later on a busy machine, ms. */
const SHORT_WINDOW_MS = 5_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const LIMITED = {
  status: 429,
  body: { code: 429, message: 'Too many requests submitted to start the live stream of this meeting: 1. If the live' },
};

/** Brings a broadcast to one moment of its life; `sent`: the starts that Zoom has seen by then. */
const MOMENTS: { name: string; bring: (meetingId: string) => Promise<Shown>; ends: string; sent: number }[] = [
  {
    name: 'well before',
    bring: (meetingId) => at.schedule({ meetingId, startAt: soon(5_000) }),
    ends: 'canceled',
    sent: 0,
  },
  {
    name: 'in the hands of a worker that sleeps to its moment',
    bring: async (meetingId) => {
      const shown = await at.schedule({ meetingId, startAt: soon(3_000) });
      const armed = async () =>
        (await at.jobsLeft()).some((job) => job.startsWith('starts:active:') && job.includes(shown.id));
      await until('a worker has the job', armed);
      return shown;
    },
    ends: 'canceled',
    sent: 0,
  },
  {
    name: 'while the start hangs',
    bring: async (meetingId) => {
      await at.sandbox.script({ meetingId, action: 'start' }, { delayMs: 1_500 });
      const shown = await at.schedule({ meetingId });
      await until('the start hangs', async () => (await at.requests(meetingId, 'start')).length > 0);
      return shown;
    },
    ends: 'ended',
    sent: 1,
  },
  {
    name: 'during the wait after the live-stream 429',
    bring: async (meetingId) => {
      await at.sandbox.script({ meetingId, action: 'start' }, LIMITED);
      const shown = await at.schedule({ meetingId });
      return until('it waits', async () => {
        const now = await at.broadcast(shown.id);
        return now.nextAttemptAt !== null && (await at.requests(meetingId, 'start')).length === 1 && now;
      });
    },
    ends: 'canceled',
    sent: 1,
  },
  {
    name: 'while it waits for the host',
    bring: async (meetingId) => {
      await at.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
      const shown = await at.schedule({ meetingId });
      return at.waitForStatus(shown.id, 'waiting');
    },
    ends: 'canceled',
    sent: 1,
  },
  {
    name: 'live',
    bring: async (meetingId) => {
      const shown = await at.schedule({ meetingId });
      return at.waitForStatus(shown.id, 'live');
    },
    ends: 'ended',
    sent: 1,
  },
];

describe.concurrent('cancel', () => {
  it.each(MOMENTS)('$name: nothing of the plan leaves any more', async ({ bring, ends, sent }) => {
    const meetingId = newMeetingId();
    const { id } = await bring(meetingId);
    expect((await at.api('DELETE', `/v1/broadcasts/${id}`)).status).toBe(200);
    const shown = await at.waitForStatus(id, ['canceled', 'ended', 'missed', 'failed']);
    expect(shown.status).toBe(ends);
    // The host comes, the moments of the old plan pass, and its jobs are done: one planned later goes on air after them.
    if (sent === 1 && ends === 'canceled')
      await at.sandbox.control('POST', `meetings/${meetingId}/start`).catch(() => {});
    const after = Math.max(Date.parse(shown.startAt) + 1_000, Date.now() + (ends === 'canceled' ? 3_000 : 500));
    await at.waitForStatus((await at.schedule({ startAt: new Date(after).toISOString() })).id, 'live');
    await until('no job is left', async () => !(await at.jobsLeft()).some((job) => job.includes(id)));
    expect((await at.requests(meetingId, 'start')).length).toBe(sent);
    expect((await at.requests(meetingId, 'stop')).length).toBe(ends === 'ended' ? 1 : 0);
    expect(
      (await at.sandbox.control('GET', 'meetings')).body.meetings.find(({ id }: { id: string }) => id === meetingId)
        ?.streaming ?? false,
    ).toBe(false);
  });
});

describe.concurrent('reschedule', () => {
  it.each(MOMENTS.filter(({ name }) => !/hangs|live$/.test(name)))(
    '$name: only the new moment counts',
    async ({ bring, sent }) => {
      const meetingId = newMeetingId();
      const { id } = await bring(meetingId);
      const startAt = soon(4_000);
      const reply = await at.api('PATCH', `/v1/broadcasts/${id}`, { startAt });
      expect(reply.status).toBe(200);
      if ((await at.broadcast(id)).status === 'waiting')
        await at.sandbox.control('POST', `meetings/${meetingId}/start`);
      await at.waitForStatus(id, 'live');
      const starts = await at.requests(meetingId, 'start');
      expect(starts.length).toBe(sent + 1);
      expect(starts.at(-1)?.at).toBeGreaterThanOrEqual(Date.parse(startAt));
      // Zoom has seen the start before the worker has finished its job.
      await until('no job is left', async () => !(await at.jobsLeft()).some((job) => job.includes(id)));
    },
  );

  it('is refused while the start hangs, and the start counts', async () => {
    const meetingId = newMeetingId();
    const { id } = await (MOMENTS[2] as (typeof MOMENTS)[number]).bring(meetingId);
    expect((await at.api('PATCH', `/v1/broadcasts/${id}`, { startAt: soon(60_000) })).status).toBe(409);
    await at.waitForStatus(id, 'live');
    expect((await at.requests(meetingId, 'start')).length).toBe(1);
  });
});

describe.concurrent('what comes while the answer of Zoom is under way', () => {
  /** The answer is given at once and arrives three seconds later. */
  async function startWithLateAnswer(meeting: Record<string, unknown>): Promise<Shown> {
    const meetingId = newMeetingId();
    await at.sandbox.control('PUT', `meetings/${meetingId}`, meeting);
    await at.sandbox.script({ meetingId, action: 'start' }, { delayMs: 3_000 });
    const shown = await at.schedule({ meetingId });
    await until('the start is under way', async () => (await at.requests(meetingId, 'start')).length === 1);
    return shown;
  }

  it('the host: the start is sent again at once, not at the next poll', async () => {
    const { id, meetingId } = await startWithLateAnswer({ state: 'waiting' });
    await at.sandbox.control('POST', `meetings/${meetingId}/start`);
    await at.waitForStatus(id, 'live', BUSY_MS);
    expect((await at.requests(meetingId, 'start')).map(({ accepted }) => accepted)).toEqual([false, true]);
  });

  it('a cancel: a refusal ends in canceled, too', async () => {
    const { id } = await startWithLateAnswer({ e2ee: true });
    expect((await at.api('DELETE', `/v1/broadcasts/${id}`)).status).toBe(200);
    expect((await at.waitForStatus(id, ['canceled', 'failed'])).status).toBe('canceled');
  });
});

const BROADCASTS = 100;
const COMMANDS = 6;

describe('random commands at random moments', () => {
  it('leave every broadcast in one right final state, and Zoom as the record says', async (test) => {
    const meetings = Array.from({ length: BROADCASTS }, () => newMeetingId());
    await at.sandbox.control('PATCH', 'settings', { latencyMs: 30, latencyJitterMs: 250, startedEventDelayMs: 100 });
    const ids = await Promise.all(
      meetings.map(
        async (meetingId) => (await at.schedule({ meetingId, startAt: soon(4_000 + Math.random() * 4_000) })).id,
      ),
    );
    const unexpected: string[] = [];
    await Promise.all(ids.map((id) => hammer(id, unexpected)));
    expect(unexpected).toEqual([]);
    for (const id of ids) await cancel(id);
    const FINAL = ['ended', 'canceled', 'missed', 'failed'];
    const shown = await Promise.all(ids.map((id) => at.waitForStatus(id, FINAL)));
    await untilSettled(storedState(test, at), ids);
    await until('no job is left', async () => !(await at.jobsLeft()).some((job) => ids.some((id) => job.includes(id))));
    await at.sandbox.control('PATCH', 'settings', { latencyMs: 0, latencyJitterMs: 0, startedEventDelayMs: 1_000 });
    for (const [i, broadcast] of shown.entries()) await check(broadcast, meetings[i] as string);
    const counts = Object.fromEntries(
      FINAL.map((state) => [state, shown.filter(({ status }) => status === state).length]),
    );
    console.log(`hammer: ${BROADCASTS} broadcasts, ${BROADCASTS * COMMANDS} commands: ${JSON.stringify(counts)}`);
    // `check` has judged each that is missed.
    expect(counts).toMatchObject({ failed: 0 });
    expect(counts.ended).toBeGreaterThan(0);
    expect(counts.canceled).toBeGreaterThan(0);
  }, 120_000);
});

/** Through either API, each answer one that the contract knows. */
async function hammer(id: string, unexpected: string[]): Promise<void> {
  const urls = at.apis.map(({ report }) => String(report.url));
  for (let n = 0; n < COMMANDS; n += 1) {
    await pause(Math.random() * 1_500);
    const url = urls[Math.floor(Math.random() * urls.length)];
    const dice = Math.random();
    const [method, path, body] =
      dice < 0.3
        ? ['PATCH', '', { startAt: soon(Math.random() * 2_500 + 100) }]
        : dice < 0.5
          ? ['PATCH', '', { stopAt: soon(Math.random() * 3_000 + 2_700) }]
          : dice < 0.65
            ? ['POST', '/start', undefined]
            : dice < 0.8
              ? ['POST', '/stop', undefined]
              : dice < 0.9
                ? ['PATCH', '', { title: `title ${n}` }]
                : ['DELETE', '', undefined];
    const headers = body ? { 'content-type': 'application/json' } : undefined;
    const reply = await fetch(`${url}/v1/broadcasts/${id}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await reply.text();
    // 400: a stop that would lie before the start.
    if (![200, 202, 400, 409].includes(reply.status)) unexpected.push(`${method} ${path}: ${reply.status} ${text}`);
  }
}

async function cancel(id: string): Promise<void> {
  expect((await at.api('DELETE', `/v1/broadcasts/${id}`)).status).toBe(200);
}

async function check(broadcast: Shown, meetingId: string): Promise<void> {
  const { id, status, startAt, stopAt } = broadcast;
  const history = await at.history(id);
  const requests = await at.requests(meetingId);
  const accepted = (action: string) => requests.filter((request) => request.action === action && request.accepted);
  const what = `${id} ${status}: ${JSON.stringify(requests.map(({ action, at, status }) => [action, at, status]))}\n${JSON.stringify(history, null, 1)}`;
  expect(accepted('start').length, what).toBeLessThanOrEqual(1);
  expect(accepted('stop').length, what).toBe(accepted('start').length);
  expect(
    (await at.sandbox.control('GET', 'meetings')).body.meetings.some(
      (meeting: { id: string; streaming: boolean }) => meeting.id === meetingId && meeting.streaming,
    ),
    what,
  ).toBe(false);
  // Random commands may leave a window so short that a busy machine misses it (rule 10).
  const isShort = stopAt !== null && Date.parse(stopAt) - Date.parse(startAt) < SHORT_WINDOW_MS;
  if (status !== 'missed' || !isShort) expect(status, what).toBe(accepted('start').length === 1 ? 'ended' : 'canceled');
  for (const start of accepted('start')) expect(start.at, what).toBeGreaterThanOrEqual(Date.parse(startAt));
  // Every change of state begins where the one before it ended, and every request is in the history.
  let now = 'scheduled';
  for (const { type, from, to } of history) {
    if (type !== 'status') continue;
    expect(from, what).toBe(now);
    now = String(to);
  }
  expect(now, what).toBe(status);
  const noted = history.filter(({ type, answer }) => type === 'request' && answer !== null).length;
  expect(noted, what).toBe(requests.length);
}
