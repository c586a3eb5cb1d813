import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { installationOf, newMeetingId } from '../support/installation.ts';
import { ask } from '../support/sandbox-client.ts';
import { storedState, untilSettled } from '../support/stored-state.ts';
import { openUps } from '../support/up-process.ts';
import { until } from '../support/wait-for.ts';

describe.concurrent('a worker and an API that are asked to end', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal}: what is in flight is finished, the rest handed on, exit code 0`, async (test) => {
      const at = await installationOf(test, { apis: 2, workers: 1, webhooks: false });
      const [worker] = at.workers;
      const api = at.apis[1];
      const slow = Array.from({ length: 10 }, () => newMeetingId());
      for (const meetingId of slow) await at.sandbox.script({ meetingId, action: 'start' }, { delayMs: 2_500 });
      const inFlight = await Promise.all(slow.map((meetingId) => at.schedule({ meetingId })));
      const startAt = new Date(Date.now() + 2_500).toISOString();
      const armed = await Promise.all(slow.map(() => at.schedule({ startAt })));
      await until('all starts are in flight', async () => {
        const asked = await Promise.all(slow.map((meetingId) => at.requests(meetingId, 'start')));
        return asked.every((starts) => starts.length === 1);
      });
      const begun = Date.now();
      await Promise.all([worker?.kill(signal), api?.kill(signal)]);
      const tookMs = Date.now() - begun;
      expect([worker?.exitCode(), api?.exitCode()]).toEqual([0, 0]);
      expect(tookMs).toBeLessThan(15_000);
      // Written down by the one that ended, before anybody else was there.
      for (const { id } of inFlight) expect((await at.broadcast(id)).status).toBe('live');
      await at.addWorker();
      const all = [...inFlight, ...armed];
      for (const { id } of all) await at.waitForStatus(id, 'live');
      await untilSettled(
        storedState(test, at),
        all.map(({ id }) => id),
      );
      for (const { meetingId } of all) expect((await at.requests(meetingId, 'start')).length).toBe(1);
      console.log(`${signal}: worker and API ended within ${tookMs} ms`);
    }, 120_000);
  }

  it('a worker ends within 15 s although Redis is away', async (test) => {
    const at = await installationOf(test, { workers: 1, webhooks: false });
    await at.redis.kill9();
    const begun = Date.now();
    await at.workers[0]?.kill('SIGTERM');
    expect(Date.now() - begun).toBeLessThan(15_000);
  }, 120_000);
});

describe.concurrent('up', () => {
  it('keeps broadcasts over its end and over kill -9, refuses a second one, leaves no process behind', async (test) => {
    const up = await openUps(test);
    const first = await up.start();
    const schedule = async (ms: number) => {
      const body = { meetingId: newMeetingId(), startAt: new Date(Date.now() + ms).toISOString() };
      const reply = await ask('POST', `${up.url}/v1/broadcasts`, body, {});
      expect(reply.status).toBe(201);
      return String(reply.body.id);
    };
    const status = async (id: string) => (await ask('GET', `${up.url}/v1/broadcasts/${id}`, undefined, {})).body.status;
    const overEnd = await schedule(3_600_000);

    const second = up.spawn();
    const [code] = await once(second.child, 'exit');
    expect(code).not.toBe(0);
    expect(second.output()).toContain('already running');
    expect(await status(overEnd)).toBe('scheduled');

    expect((await up.ours()).length).toBeGreaterThanOrEqual(4);
    // As npm and `timeout` do it: the same Ctrl-C twice.
    first.child.kill('SIGINT');
    first.child.kill('SIGINT');
    const [ended] = await once(first.child, 'exit');
    expect(ended).toBe(0);
    expect(await up.ours()).toEqual([]);

    const killed = await up.start();
    expect(await status(overEnd)).toBe('scheduled');
    const overKill = await schedule(6_000);
    const begun = Date.now();
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    await until('no process is left after kill -9', async () => (await up.ours()).length === 0, 15_000);
    console.log(`kill -9 of up: all its processes gone ${Date.now() - begun} ms later`);

    const third = await up.start();
    await until('the start comes all the same', async () => (await status(overKill)) === 'live', 20_000);
    third.child.kill('SIGTERM');
    expect((await once(third.child, 'exit'))[0]).toBe(0);
    expect(await up.ours()).toEqual([]);
  }, 120_000);
});
