import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessList } from '../../../src/queue/process-list.ts';
import type { LocalZoom } from '../../support/local-zoom.ts';
import { freePort, startRedis } from '../../support/redis-server.ts';
import { startSteppingRedis } from '../../support/stepping-redis.ts';
import { until } from '../../support/wait-for.ts';
import { INCIDENTS, type Incident } from './table.ts';
import { openWorld, startTroubledZoom, troubledAccounts, type World } from './world.ts';

type Name = keyof typeof INCIDENTS;
const played = new Set<Name>();

/** Waits until all that `table.ts` promises is there. @param of the broadcast whose alert it is; left out: of the installation */
async function expectAll(name: Name, world: World, of: string | null = null): Promise<void> {
  const { log, metric, alert, doctor }: Incident = INCIDENTS[name];
  await until(`${name}: log`, () => world.log.some(({ level, msg }) => level >= 40 && log.test(msg)));
  await until(`${name}: metric ${metric}`, async () => metric.test(await world.metrics()));
  if ('code' in alert) {
    const found = await until(`${name}: alert ${alert.code}`, async () =>
      (await world.alerts()).find((one) => one.code === alert.code && (of === null || one.broadcastId === of)),
    );
    expect(found.advice).toMatch(alert.advice);
  }
  expect((await world.doctor())[doctor.check]).toMatch(doctor.says);
  played.add(name);
}

const HOUR_MS = 3_600_000;
const inTenMinutes = () => new Date(Date.now() + HOUR_MS / 6).toISOString();

describe.concurrent('what a person finds when', () => {
  describe('Zoom is the trouble', () => {
    let zoom: LocalZoom;
    let world: World;
    beforeAll(async () => {
      zoom = await startTroubledZoom();
      const redis = await startRedis();
      world = await openWorld({ redis, env: troubledAccounts(zoom.url, redis.dir) });
    });
    afterAll(async () => {
      await world?.close();
      await zoom?.close();
    });
    let meeting = 81_000_000_000;
    const start = (account: string) => {
      meeting += 1;
      return world.schedule({ meetingId: String(meeting), account });
    };

    it('wrong token', async () => expectAll('wrong token', world, await start('wrong')));
    it('scope missing', async () => expectAll('scope missing', world, await start('scopeless')));
    it('daily limit', async () => {
      await start('daily');
      await expectAll('daily limit', world);
    });
    it.each([
      ['host late', 'late'],
      ['429 storm', 'storm'],
      ['DNS down', 'dns'],
    ] as const)('%s', async (name, account) => {
      const id = await start(account);
      await until('it is tried', async () => (await world.core.store.get(id)).status !== 'scheduled');
      await world.age(id, 31_000);
      await expectAll(name, world, id);
    });

    // One after the other: a refused event explains the silence.
    it('events silent, and webhook secret wrong', async () => {
      const id = await start('good');
      await until('it is live', async () => (await world.core.store.get(id)).status === 'live');
      await world.age(id, 61_000);
      await expectAll('events silent', world, id);
      const wrong = {
        'content-type': 'application/json',
        'x-zm-request-timestamp': '1',
        'x-zm-signature': `v0=${'0'.repeat(64)}`,
      };
      const answer = await fetch(`${world.url}/v1/zoom/webhooks`, { method: 'POST', headers: wrong, body: '{}' });
      expect(answer.status).toBe(401);
      await expectAll('webhook secret wrong', world, id);
    });
  });

  it('Redis is full, read-only, or its disk is full', async ({ onTestFinished }) => {
    const world = await openWorld();
    onTestFinished(() => world.close());
    const { raw, redis } = world;
    await raw.set('ballast', 'x'.repeat(3_000_000));
    await raw.config('SET', 'maxmemory', '1mb');
    await expectAll('Redis full', world);
    await raw.config('SET', 'maxmemory', '0');
    // Root may write anywhere, but nobody can put a file where a folder stands.
    mkdirSync(join(redis.dir, 'dump.rdb', 'in-the-way'), { recursive: true });
    await raw.config('SET', 'save', '3600 1');
    await raw.bgsave();
    await expectAll('disk full', world);
    rmSync(join(redis.dir, 'dump.rdb'), { recursive: true, force: true });
    await raw.config('SET', 'save', '');
    await raw.replicaof('127.0.0.1', await freePort());
    await expectAll('Redis read-only', world);
  });

  it('the clock is off', async ({ onTestFinished }) => {
    const redis = await startSteppingRedis();
    const world = await openWorld({ redis });
    onTestFinished(() => world.close());
    redis.step(HOUR_MS);
    await expectAll('clock off', world);
  });

  it('the worker is dead', async ({ onTestFinished }) => {
    const world = await openWorld();
    onTestFinished(() => world.close());
    await world.schedule({ meetingId: '82000000001', startAt: inTenMinutes() });
    await world.worker?.close(0);
    await expectAll('worker dead', world);
  });

  it('the worker is wedged', async ({ onTestFinished }) => {
    const world = await openWorld({ worker: { watchdogTimes: { every: 100, late: 1_000, help: 300_000 } } });
    onTestFinished(() => world.close());
    const { raw, core, worker } = world;
    await until('a canary', async () => Number(await raw.hget(core.keys.named('workers'), worker?.workerId ?? '')) > 0);
    const queue = new Queue(`canary-${worker?.workerId}`, { connection: raw, prefix: core.keys.bullmq });
    await queue.pause();
    onTestFinished(() => queue.close());
    await expectAll('worker wedged', world);
  });

  it('two versions run at once', async ({ onTestFinished }) => {
    const world = await openWorld();
    const older = { ...world.core, id: 'older', host: 'elsewhere', version: '0.0.9', mixedAlertMs: 0 };
    const other = new ProcessList(older);
    onTestFinished(() => world.close());
    other.start();
    await expectAll('two versions at once', world);
    await other.stop(0);
  });
});

describe('the table of incidents', () => {
  const pages = readFileSync('docs/troubleshooting.md', 'utf8');
  const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8').split('- alert: ').slice(1);
  const cases = Object.entries(INCIDENTS) as [Name, Incident][];

  it.each(cases)('%s has an entry in docs/troubleshooting.md where a person looks', (_name, { entry }) => {
    const section = pages.split(/^## /m).find((one) => one.startsWith(`${entry.heading}`)) ?? '';
    expect(section.replaceAll('\n', ' ')).toMatch(entry.says);
  });

  it.each(cases.flatMap(([name, { alert }]) => ('rule' in alert ? [[name, alert.rule]] : [])))(
    '%s has the rule %s with an advice',
    (_name, rule) => {
      expect(rules.find((one) => one.startsWith(`${rule}\n`))).toMatch(/\n +advice: \S/);
    },
  );

  it('was played in full', () => {
    expect([...played].sort()).toEqual(Object.keys(INCIDENTS).sort());
  });
});
