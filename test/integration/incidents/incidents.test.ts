import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessList } from '../../../src/queue/process-list.ts';
import type { LocalZoom } from '../../support/local-zoom.ts';
import { freePort, startRedis } from '../../support/redis-server.ts';
import { startSteppingRedis } from '../../support/stepping-redis.ts';
import { until } from '../../support/wait-for.ts';
import { type Rig, startRig, startTroubledZoom, troubledAccounts } from './rig.ts';
import { INCIDENTS, type Incident } from './table.ts';

type Name = keyof typeof INCIDENTS;
const caused = new Set<Name>();

/** Waits until all that `table.ts` promises is there. @param of the broadcast whose alert it is; left out: of the installation */
async function expectAll(name: Name, rig: Rig, of: string | null = null): Promise<void> {
  const { log, metric, alert, doctor }: Incident = INCIDENTS[name];
  await until(`${name}: log`, () => rig.log.some(({ level, msg }) => level >= 40 && log.test(msg)));
  await until(`${name}: metric ${metric}`, async () => metric.test(await rig.metrics()));
  if ('code' in alert) {
    const found = await until(`${name}: alert ${alert.code}`, async () =>
      (await rig.alerts()).find((one) => one.code === alert.code && (of === null || one.broadcastId === of)),
    );
    expect(found.advice).toMatch(alert.advice);
  }
  expect((await rig.doctor())[doctor.check]).toMatch(doctor.says);
  caused.add(name);
}

const HOUR_MS = 3_600_000;
const inTenMinutes = () => new Date(Date.now() + HOUR_MS / 6).toISOString();

describe.concurrent('what a person finds when', () => {
  describe('Zoom is the trouble', () => {
    let zoom: LocalZoom;
    let rig: Rig;
    beforeAll(async () => {
      zoom = await startTroubledZoom();
      const redis = await startRedis();
      rig = await startRig({ redis, env: troubledAccounts(zoom.url, redis.dir) });
    });
    afterAll(async () => {
      await rig?.close();
      await zoom?.close();
    });
    let meeting = 81_000_000_000;
    const start = (account: string) => {
      meeting += 1;
      return rig.schedule({ meetingId: String(meeting), account });
    };

    it('wrong token', async () => expectAll('wrong token', rig, await start('wrong')));
    it('scope missing', async () => expectAll('scope missing', rig, await start('scopeless')));
    it('daily limit', async () => {
      await start('daily');
      await expectAll('daily limit', rig);
    });
    it.each([
      ['host late', 'late'],
      ['429 storm', 'storm'],
      ['DNS down', 'dns'],
    ] as const)('%s', async (name, account) => {
      const id = await start(account);
      await until('it is tried', async () => (await rig.core.store.get(id)).status !== 'scheduled');
      await rig.age(id, 31_000);
      await expectAll(name, rig, id);
    });

    // One after the other: a refused event explains the silence.
    it('events silent, and webhook secret wrong', async () => {
      const id = await start('good');
      await until('it is live', async () => (await rig.core.store.get(id)).status === 'live');
      await rig.age(id, 61_000);
      await expectAll('events silent', rig, id);
      const wrong = {
        'content-type': 'application/json',
        'x-zm-request-timestamp': '1',
        'x-zm-signature': `v0=${'0'.repeat(64)}`,
      };
      const answer = await fetch(`${rig.url}/v1/zoom/webhooks`, { method: 'POST', headers: wrong, body: '{}' });
      expect(answer.status).toBe(401);
      await expectAll('webhook secret wrong', rig, id);
    });
  });

  it('Redis is full, read-only, or its disk is full', async ({ onTestFinished }) => {
    const rig = await startRig();
    onTestFinished(() => rig.close());
    const { raw, redis } = rig;
    await raw.set('ballast', 'x'.repeat(3_000_000));
    await raw.config('SET', 'maxmemory', '1mb');
    await expectAll('Redis full', rig);
    await raw.config('SET', 'maxmemory', '0');
    // Root may write anywhere, but nobody can put a file where a folder stands.
    mkdirSync(join(redis.dir, 'dump.rdb', 'in-the-way'), { recursive: true });
    await raw.config('SET', 'save', '3600 1');
    await raw.bgsave();
    await expectAll('disk full', rig);
    rmSync(join(redis.dir, 'dump.rdb'), { recursive: true, force: true });
    await raw.config('SET', 'save', '');
    await raw.replicaof('127.0.0.1', await freePort());
    await expectAll('Redis read-only', rig);
  });

  it('the clock is off', async ({ onTestFinished }) => {
    const redis = await startSteppingRedis();
    const rig = await startRig({ redis });
    onTestFinished(() => rig.close());
    redis.step(HOUR_MS);
    await expectAll('clock off', rig);
  });

  it('the worker is dead', async ({ onTestFinished }) => {
    const rig = await startRig();
    onTestFinished(() => rig.close());
    await rig.schedule({ meetingId: '82000000001', startAt: inTenMinutes() });
    await rig.worker?.close(0);
    await expectAll('worker dead', rig);
  });

  it('the worker is wedged', async ({ onTestFinished }) => {
    const rig = await startRig({ worker: { watchdogTimes: { every: 100, late: 1_000, help: 300_000 } } });
    onTestFinished(() => rig.close());
    const { raw, core, worker } = rig;
    await until('a canary', async () => Number(await raw.hget(core.keys.named('workers'), worker?.workerId ?? '')) > 0);
    const queue = new Queue(`canary-${worker?.workerId}`, { connection: raw, prefix: core.keys.bullmq });
    await queue.pause();
    onTestFinished(() => queue.close());
    await expectAll('worker wedged', rig);
  });

  it('two versions run at once', async ({ onTestFinished }) => {
    const rig = await startRig();
    const older = { ...rig.core, id: 'older', host: 'elsewhere', version: '0.0.9', mixedAlertMs: 0 };
    const other = new ProcessList(older);
    onTestFinished(() => rig.close());
    other.start();
    await expectAll('two versions at once', rig);
    await other.stop(0);
  });
});

describe('the table of incidents', () => {
  const pages = readFileSync('docs/troubleshooting.md', 'utf8');
  const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8').split('- alert: ').slice(1);
  const cases = Object.entries(INCIDENTS) as [Name, Incident][];

  it.each(cases)('%s has an entry in docs/troubleshooting.md where a person would search', (_name, { entry }) => {
    const section = pages.split(/^## /m).find((one) => one.startsWith(`${entry.heading}`)) ?? '';
    expect(section.replaceAll('\n', ' ')).toMatch(entry.says);
  });

  it.each(cases.flatMap(([name, { alert }]) => ('rule' in alert ? [[name, alert.rule]] : [])))(
    '%s has the rule %s with an advice',
    (_name, rule) => {
      expect(rules.find((one) => one.startsWith(`${rule}\n`))).toMatch(/\n +advice: \S/);
    },
  );

  it('was caused in full', () => {
    expect([...caused].sort()).toEqual(Object.keys(INCIDENTS).sort());
  });
});
