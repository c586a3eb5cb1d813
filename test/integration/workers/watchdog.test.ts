import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Queue, Worker } from 'bullmq';
import { it, type TestContext } from 'vitest';
import { workersSeen } from '../../../src/queue/heartbeat.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { type RunningWorker, startWorker } from '../../../workers/start-worker.ts';
import { KEYS, type RealCore, startCore } from '../../support/real-context.ts';
import { eventually } from '../../support/wait-for.ts';

/** A way to Redis on which connections can go silent without being closed, as a dropped firewall state makes them. */
class SilentProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<SilentProxy> {
    const server = createServer();
    const proxy = new SilentProxy(server);
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        proxy.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => {});
        one.on('close', () => other.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What is connected now hears nothing any more; new connections work. */
  silence(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
    this.#sockets.clear();
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Of one case: they wait side by side. */
interface Rig {
  running: RealCore;
  proxy: SilentProxy;
  worker: RunningWorker;
  /** How often the worker gave up. */
  hanging(): number;
  canaryAt(): Promise<number>;
  canaryKeys(): Promise<string[]>;
  logged(text: string): unknown[];
}

/** Longer than a busy machine brings a canary late, and than a case takes, ms. */
const NEVER_MS = 120_000;
const LATE_MS = 3_000;

async function begin(
  { onTestFinished }: TestContext,
  { late = NEVER_MS, help = NEVER_MS }: { late?: number; help?: number } = {},
): Promise<Rig> {
  const running = await startCore();
  const proxy = await SilentProxy.to(running.redis.port);
  let hanging = 0;
  const core = { ...running.core, target: parseRedisUrl(proxy.url) };
  const worker = await startWorker(core, {
    watchdogTimes: { every: 100, late, help },
    onHanging: () => {
      hanging += 1;
    },
  });
  onTestFinished(async () => {
    await worker.close(1_000);
    proxy.stop();
    await running.stop();
  });
  return {
    running,
    proxy,
    worker,
    hanging: () => hanging,
    canaryAt: async () => Number(await running.raw.hget(KEYS.named('workers'), worker.workerId)),
    canaryKeys: () => running.raw.keys(`${KEYS.bullmq}:canary-*`),
    logged: (text) => running.log.filter(({ msg }) => msg.includes(text)),
  };
}

it.concurrent('a worker shows when its canary came back, and leaves nothing of it behind', async (test) => {
  const { expect } = test;
  const { running, worker, hanging, canaryAt, canaryKeys } = await begin(test);
  const first = await eventually(canaryAt);
  await eventually(async () => (await canaryAt()) > first);
  // A key that was just written gets its end a moment later.
  const endless = async () => {
    const keys = await canaryKeys();
    const ends = await Promise.all(keys.map((key) => running.raw.pttl(key)));
    return keys.filter((_key, i) => ends[i] === -1);
  };
  await eventually(async () => (await endless()).length === 0);
  await worker.close();
  expect(await canaryKeys()).toEqual([]);
  expect(hanging()).toBe(0);
});

it.concurrent('workers whose connections have gone silent are built anew, and get their jobs', async (test) => {
  const { expect } = test;
  const { running, proxy, hanging, canaryAt, logged } = await begin(test, { late: LATE_MS });
  await eventually(canaryAt);
  proxy.silence();
  await eventually(() => logged('BullMQ hangs').length > 0);
  const { broadcast } = await running.scheduler.schedule({ meetingId: '123456789', startAt: 'now' }, { by: 'api' });
  await eventually(async () => (await running.scheduler.get(broadcast.id)).status === 'starting');
  // Helped: nobody gave up. On a busy machine a canary of the new ones may be late, too, and be reported again.
  expect(logged('giving up')).toEqual([]);
  expect(hanging()).toBe(0);
});

it.concurrent('gives up once when building anew does not help', async (test) => {
  const { expect } = test;
  const { running, worker, hanging, canaryAt, logged } = await begin(test, { late: 1_000, help: 3_000 });
  await eventually(canaryAt);
  const queue = new Queue(`canary-${worker.workerId}`, { connection: running.raw, prefix: KEYS.bullmq });
  await queue.pause();
  await eventually(() => hanging() > 0);
  expect(logged('BullMQ hangs')).not.toEqual([]);
  expect(logged('giving up')).toHaveLength(1);
  expect(hanging()).toBe(1);
  await queue.obliterate({ force: true });
  await queue.close();
});

it.concurrent('a Redis that is away is no reason', async (test) => {
  const { expect } = test;
  const { running, canaryAt, logged } = await begin(test, { late: LATE_MS });
  await eventually(canaryAt);
  await running.redis.kill9();
  // Longer than a canary may be late.
  await new Promise((resolve) => setTimeout(resolve, LATE_MS + 1_000));
  await running.redis.restart();
  const before = Date.now();
  await eventually(async () => (await canaryAt().catch(() => 0)) > before);
  expect(logged('BullMQ hangs')).toEqual([]);
});

it.concurrent('a canary that a crash of Redis left in progress comes back before it is late', async (test) => {
  const { expect } = test;
  const { running, worker, canaryAt, logged } = await begin(test, { late: 20_000 });
  await eventually(canaryAt);
  // What is left of such a crash: in progress, and nobody works on it.
  const connection = { port: running.redis.port };
  const options = { connection, prefix: KEYS.bullmq, autorun: false, lockDuration: 1_000 };
  const crashed = new Worker(`canary-${worker.workerId}`, undefined, options);
  await eventually(() => crashed.getNextJob('crashed', { block: false }));
  const before = Date.now();
  await eventually(async () => (await canaryAt()) > before);
  await crashed.close();
  expect(logged('BullMQ hangs')).toEqual([]);
});

it.concurrent('a worker that hangs does not count as seen', async (test) => {
  const { expect } = test;
  const { running, canaryAt } = await begin(test);
  await eventually(canaryAt);
  expect(await workersSeen(running.core.redis, KEYS)).toBe(1);
  await running.raw.set(KEYS.worker('hangs'), '1');
  await running.raw.hset(KEYS.named('workers'), 'hangs', Date.now() - 120_000);
  expect(await workersSeen(running.core.redis, KEYS)).toBe(1);
});
