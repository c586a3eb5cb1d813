import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Queue } from 'bullmq';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

let running: RealCore;
let proxy: SilentProxy;
let worker: RunningWorker;
let hanging: number;

beforeEach(async () => {
  running = await startCore();
  proxy = await SilentProxy.to(running.redis.port);
  hanging = 0;
  const core = { ...running.core, target: parseRedisUrl(proxy.url) };
  worker = await startWorker(core, {
    watchdogTimes: { every: 100, late: 1_000, help: 3_000 },
    onHanging: () => {
      hanging += 1;
    },
  });
});
afterEach(async () => {
  await worker.close(1_000);
  proxy.stop();
  await running.stop();
});

const canaryAt = async () => Number(await running.raw.hget(KEYS.named('workers'), worker.workerId));
const canaryKeys = () => running.raw.keys(`${KEYS.bullmq}:canary-*`);
const logged = (text: string) => running.log.filter(({ msg }) => msg.includes(text));

it('a worker shows when its canary came back, and leaves nothing of it behind', async () => {
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
  expect(hanging).toBe(0);
});

it('workers whose connections have gone silent are built anew, and get their jobs', async () => {
  await eventually(canaryAt);
  proxy.silence();
  await eventually(() => logged('BullMQ hangs').length > 0);
  const { broadcast } = await running.scheduler.schedule({ meetingId: '123456789', startAt: 'now' }, { by: 'api' });
  await eventually(async () => (await running.scheduler.get(broadcast.id)).status === 'starting');
  // Helped: nobody gave up. On a busy machine a canary of the new ones may be late, too, and be told of again.
  expect(logged('giving up')).toEqual([]);
  expect(hanging).toBe(0);
});

it('gives up once when building anew does not help', async () => {
  await eventually(canaryAt);
  const queue = new Queue(`canary-${worker.workerId}`, { connection: running.raw, prefix: KEYS.bullmq });
  await queue.pause();
  await eventually(() => hanging > 0);
  expect(logged('BullMQ hangs')).not.toEqual([]);
  expect(logged('giving up')).toHaveLength(1);
  expect(hanging).toBe(1);
  await queue.obliterate({ force: true });
  await queue.close();
});

it('a Redis that is away is no reason', async () => {
  await eventually(canaryAt);
  await running.redis.kill9();
  // Longer than a canary may be late.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await running.redis.restart();
  const before = Date.now();
  await eventually(async () => (await canaryAt().catch(() => 0)) > before);
  expect(logged('BullMQ hangs')).toEqual([]);
});

it('a worker that hangs does not count as seen', async () => {
  await eventually(canaryAt);
  expect(await workersSeen(running.core.redis, KEYS)).toBe(1);
  await running.raw.set(KEYS.worker('hangs'), '1');
  await running.raw.hset(KEYS.named('workers'), 'hangs', Date.now() - 120_000);
  expect(await workersSeen(running.core.redis, KEYS)).toBe(1);
});
