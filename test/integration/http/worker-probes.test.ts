import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createWorkerProbes } from '../../../src/app/worker-probes.ts';
import { Secret } from '../../../src/config.ts';
import { run } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function probes(worker: { host?: string; port: number }, keys: { name: string; key: string }[] = []) {
  const { config } = service.core;
  const api = {
    ...config.api,
    keys: keys.map(({ name, key }) => ({ name, role: 'read' as const, key: new Secret(key) })),
  };
  const own = { ...config.worker, host: '127.0.0.1', ...worker };
  const running = createWorkerProbes({ ...service.core, config: { ...config, api, worker: own } });
  if (!running) throw new Error('no probes');
  onTestFinished(() => running.stop(1_000));
  await running.start();
  return running.url;
}

describe('the probes of a worker', () => {
  it('are none without a port', () => {
    expect(createWorkerProbes(service.core)).toBeNull();
  });

  it('say that it lives, whether Redis and a worker are there, and the metrics; nothing else is served', async () => {
    const url = await probes({ port: 0 });
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'alive' });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ missing: ['workers'] })]);
    const { redis, keys } = service.core;
    await redis.set(keys.worker('w1'), '1', 'PX', 60_000);
    await redis.hset(keys.named('workers'), 'w1', 0);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('livestream_redis_up 1');
    expect((await fetch(`${url}/v1/broadcasts`)).status).toBe(404);
  });

  it('ask for a key of the API at /metrics where there are keys, not at the probes', async () => {
    const url = await probes({ host: '0.0.0.0', port: 0 }, [{ name: 'prometheus', key: 'right' }]);
    const at = url.replace('0.0.0.0', '127.0.0.1');
    expect((await fetch(`${at}/livez`)).status).toBe(200);
    expect((await fetch(`${at}/metrics`)).status).toBe(401);
    expect((await fetch(`${at}/metrics`, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
  });

  it('name the setting when the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(probes({ port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use; choose another with WORKER_PORT`,
    );
  });
});

describe('up', () => {
  it('refuses a worker port that the API or the sandbox has, before anything starts', async () => {
    for (const [name, port] of [
      ['PORT', '3970'],
      ['SANDBOX_PORT', '3971'],
    ] as const) {
      const env = { PORT: '3970', SANDBOX_PORT: '3971', WORKER_PORT: port, DATA_DIR: '/nonexistent/livestream' };
      const { code, stderr } = await run(['up'], { env });
      expect(code).toBe(1);
      expect(stderr).toContain(`WORKER_PORT: must differ from ${name}, which is also ${port}`);
    }
  });
});

describe('the command line beside the API', () => {
  it('takes the most capable of API_KEYS, and sends it to this machine alone', async () => {
    const guarded = await startService({ API_KEYS: 'a:read:reader,b:write:writer' });
    onTestFinished(() => guarded.stop());
    const env = { LIVESTREAM_API_URL: guarded.api().url, API_KEYS: 'a:read:reader,b:write:writer' };
    expect((await run(['series', 'list'], { env })).code).toBe(0);
    const planned = await run(['schedule', '68423085', '--start', '2030-12-06 09:00', '--duration', '1h'], { env });
    expect([planned.code, planned.stderr]).toEqual([0, '']);
    const elsewhere = { ...env, LIVESTREAM_API_URL: guarded.api().url.replace('127.0.0.1', '0.0.0.0') };
    expect((await run(['series', 'list'], { env: elsewhere })).code).toBe(6);
  });
});
