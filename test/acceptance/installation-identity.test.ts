import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, type TestContext } from 'vitest';
import { newMeetingId } from '../support/installation.ts';
import { startRedis } from '../support/redis-server.ts';
import { ask } from '../support/sandbox-client.ts';
import { openUps, type Up } from '../support/up-process.ts';
import { until } from '../support/wait-for.ts';

/** A Zoom that only counts what reaches it. */
async function startZoom({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { requests, env: { ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: `http://127.0.0.1:${port}/v2` } };
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

async function endOf({ child, output }: Up): Promise<{ code: number | null; output: string }> {
  const code = child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];
  return { code, output: output() };
}

it.concurrent('what was planned in the sandbox of `up` reaches no Zoom once credentials are set, until a person says so', async (test) => {
  const zoom = await startZoom(test);
  const up = await openUps(test);
  const inSandbox = await up.start();
  const plan = async (body: Record<string, unknown>) =>
    (await ask('POST', `${up.url}/v1/broadcasts`, { meetingId: newMeetingId(), ...body }, {})).body;
  const live = await plan({ startAt: 'now' });
  await plan({ startAt: inAnHour() });
  const status = async (id: unknown) => (await ask('GET', `${up.url}/v1/broadcasts/${id}`, undefined, {})).body.status;
  await until('it is live in the sandbox', async () => (await status(live.id)) === 'live');
  inSandbox.child.kill('SIGTERM');
  await endOf(inSandbox);

  Object.assign(up.env, zoom.env);
  const refused = await endOf(up.spawn());
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/found 2 unfinished broadcasts of the sandbox here/);
  expect(refused.output).toMatch(/--discard-sandbox[\s\S]*--take-over/);
  expect(refused.output).not.toMatch(/\bat .*\.js:\d+/);

  const real = await up.start('--discard-sandbox');
  expect(real.output()).toContain('2 unfinished broadcasts discarded');
  expect(await status(live.id)).toBe('ended');
  real.child.kill('SIGTERM');
  await endOf(real);
  expect(zoom.requests).toEqual([]);
}, 90_000);

it.concurrent('`up` without credentials does not run the broadcasts of an installation of Zoom', async (test) => {
  const redis = await startRedis();
  test.onTestFinished(() => redis.stop());
  const zoom = await startZoom(test);
  const up = await openUps(test, { REDIS_URL: redis.url, ...zoom.env });
  const real = await up.start();
  await ask('POST', `${up.url}/v1/broadcasts`, { meetingId: newMeetingId(), startAt: inAnHour() }, {});
  real.child.kill('SIGTERM');
  await endOf(real);
  Object.assign(up.env, { ZOOM_ACCESS_TOKEN: '', ZOOM_API_URL: '' });
  const refused = await endOf(up.spawn());
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/1 unfinished broadcast of the Zoom at this machine \(loopback\)/);
  Object.assign(up.env, zoom.env);
  const again = await up.start();
  again.child.kill('SIGTERM');
  expect((await endOf(again)).code).toBe(0);
}, 90_000);
