import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tryToWrite } from '../../../src/redis/write-probe.ts';
import { startWorker } from '../../../workers/start-worker.ts';
import { run } from '../../support/fake-terminal.ts';
import { freePort } from '../../support/redis-server.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { eventually, HANGS_MS } from '../../support/wait-for.ts';

interface Case {
  reply: string;
  /** A word of what is said about it. */
  says: RegExp;
  begin(redis: Redis, dir: string): Promise<unknown>;
  end(redis: Redis, dir: string): Promise<unknown>;
}

/** Real causes on a real Redis: each answers PING and reads as if nothing were wrong, but the third refuses PING, too. */
const CASES: Case[] = [
  {
    reply: 'OOM',
    says: /out of memory \(maxmemory\).*Raise maxmemory/,
    begin: (redis) => redis.config('SET', 'maxmemory', '1mb'),
    end: (redis) => redis.config('SET', 'maxmemory', '0'),
  },
  {
    reply: 'READONLY',
    says: /read-only replica.*REDIS_URL/,
    begin: async (redis) => redis.replicaof('127.0.0.1', await freePort()),
    end: (redis) => redis.replicaof('NO', 'ONE'),
  },
  {
    reply: 'MISCONF',
    says: /cannot save its data to disk.*disk/,
    begin: async (redis, dir) => {
      // Root may write anywhere, but nobody can put a file where a folder stands.
      mkdirSync(join(dir, 'dump.rdb', 'in-the-way'), { recursive: true });
      await redis.config('SET', 'save', '3600 1');
      await redis.bgsave();
      await eventually(async () => /rdb_last_bgsave_status:err/.test(await redis.info('persistence')));
    },
    end: async (redis, dir) => {
      rmSync(join(dir, 'dump.rdb'), { recursive: true, force: true });
      await redis.config('SET', 'save', '');
    },
  },
  {
    reply: 'NOREPLICAS',
    says: /too few replicas/,
    begin: (redis) => redis.config('SET', 'min-replicas-to-write', '1'),
    end: (redis) => redis.config('SET', 'min-replicas-to-write', '0'),
  },
];

interface Rig {
  service: Service;
  admin: Redis;
  close(): Promise<void>;
}

/** A Redis that can be made to refuse, with an API and a worker on it. */
async function openRig(): Promise<Rig> {
  const service = await startService();
  const worker = await startWorker(service.core);
  const admin = new Redis(service.redis.url);
  // So that `maxmemory 1mb` is less than what is used.
  await admin.set('ballast', 'x'.repeat(3_000_000));
  const close = async () => {
    admin.disconnect();
    await worker.close(1_000);
    await service.stop();
  };
  return { service, admin, close };
}

const readyz = async ({ service }: Rig) => {
  const answer = await service.request('GET', '/readyz');
  return { http: answer.status, ...((await answer.json()) as { detail?: string; missing?: string[] }) };
};
const metric = async ({ service }: Rig, name: string) => {
  const text = await (await service.request('GET', '/metrics')).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
};
const writesCheck = async ({ service }: Rig) => {
  const { code, stdout } = await run(['doctor', '--json'], { env: { REDIS_URL: service.redis.url } });
  const { checks } = JSON.parse(stdout) as {
    checks: { name: string; severity: string; message: string; fix: string }[];
  };
  return { code, ...checks.find(({ name }) => name === 'redis: writes') };
};
const plan = ({ service }: Rig) => {
  const startAt = new Date(Date.now() + 86_400_000).toISOString();
  return service.request('POST', '/v1/broadcasts', { meetingId: 955_000_001, startAt });
};

// Each has a Redis of its own: they wait side by side.
describe.concurrent.each(CASES)('a Redis that answers $reply', ({ reply, says, begin, end }) => {
  it('is not ready, and everything says why; afterwards all is well', async ({ expect, onTestFinished }) => {
    const rig = await openRig();
    onTestFinished(rig.close);
    const { service, admin } = rig;
    await eventually(async () => (await readyz(rig)).http === 200);
    expect(await metric(rig, 'livestream_redis_writable')).toBe(1);
    const { id } = await service.schedule();
    await begin(admin, service.redis.dir);
    try {
      // READONLY makes the client look for a new master: meanwhile there is no connection at all, and nothing else is said.
      await vi.waitFor(
        async () =>
          expect(await readyz(rig)).toMatchObject({
            ...{ http: 503, code: 'not_ready', redis: true, writes: false, refusal: reply },
            detail: expect.stringMatching(says),
            missing: expect.arrayContaining(['redis_writes']),
          }),
        HANGS_MS,
      );
      await eventually(async () => (await metric(rig, 'livestream_redis_up')) === 1);
      await eventually(async () => (await metric(rig, 'livestream_redis_writable')) === 0);
      expect(await writesCheck(rig)).toMatchObject({
        code: 1,
        severity: 'fault',
        message: expect.stringContaining(reply),
      });
      const refused = await vi.waitFor(async () => {
        const answer = await plan(rig);
        expect(await answer.json()).toMatchObject({
          ...{ status: 503, code: 'redis_refuses_writes', redis: reply },
          detail: expect.stringMatching(says),
        });
        return answer;
      }, HANGS_MS);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      await eventually(async () => {
        const canceled = await service.request('DELETE', `/v1/broadcasts/${id}`);
        return ((await canceled.json()) as { code?: string }).code === 'redis_refuses_writes';
      });
      await eventually(async () => (await service.request('GET', `/v1/broadcasts/${id}`)).status === 200);
      await eventually(() => service.log.some(({ redis, level }) => redis === reply && level === 50));
    } finally {
      await end(admin, service.redis.dir);
    }
    await eventually(async () => (await readyz(rig)).http === 200);
    // A connection that is being made anew after READONLY answers a moment later.
    await eventually(async () => (await service.request('DELETE', `/v1/broadcasts/${id}`)).status === 200);
    expect(await writesCheck(rig)).toMatchObject({ severity: 'ok' });
  });
});

describe('a Redis that takes writes', () => {
  let service: Service;
  let admin: Redis;
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig();
    ({ service, admin } = rig);
  });
  afterAll(() => rig?.close());

  it('doctor says when memory is nearly full', async () => {
    // So much that a connection more is no percent of it.
    await admin.set('more ballast', 'x'.repeat(30_000_000));
    // Redis gives the memory back in which it read that.
    const used = await eventually(async () => {
      const now = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
      return now < 40_000_000 && now;
    });
    await admin.config('SET', 'maxmemory', String(Math.round(used * 1.05)));
    const { stdout } = await run(['doctor', '--json'], { env: { REDIS_URL: service.redis.url } });
    await admin.config('SET', 'maxmemory', '0');
    const { checks } = JSON.parse(stdout) as { checks: { name: string; severity: string; message: string }[] };
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'redis: memory', severity: 'warning', message: expect.stringMatching(/9\d %/) }),
    );
  });

  it('a user of Redis who may not write gets that answer', async () => {
    await admin.call('ACL', 'SETUSER', 'reader', 'on', '>pass', '~*', '+@read', '+ping', '+eval', '+info');
    const reader = new Redis(service.redis.url, { username: 'reader', password: 'pass' });
    const refusal = await tryToWrite(reader, service.core.keys.named('probe'));
    reader.disconnect();
    expect(refusal).toMatchObject({ reply: 'NOPERM', readsWork: true, message: expect.stringMatching(/not allowed/) });
  });

  it('however many ask, Redis gets one write a second', async () => {
    await eventually(async () => (await service.core.writes.refusal()) === null);
    const before = Number(/cmdstat_set:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0);
    const began = Date.now();
    const asked = Array.from({ length: 200 }, () => service.core.writes.refusal());
    expect(new Set(await Promise.all(asked))).toEqual(new Set([null]));
    const probes = await admin
      .info('commandstats')
      .then((text) => Number(/cmdstat_set:calls=(\d+)/.exec(text)?.[1] ?? 0));
    // The worker's heartbeat and the API's own probe write as well, a few times a second at most.
    expect(probes - before).toBeLessThan(20 + (Date.now() - began) / 100);
  });
});
