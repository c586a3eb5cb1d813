import { describe, expect, it } from 'vitest';
import { connectRedis, disconnectRedis } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { newMeetingId } from '../../support/installation.ts';
import {
  has,
  startCluster,
  startSentinel,
  startTls,
  startValkey,
  type Topology,
} from '../../support/redis-topology.ts';
import { ask } from '../../support/sandbox-client.ts';
import { type RushReport, rush } from './rush.ts';
import { shareTheWork } from './shared-work.ts';

async function on(start: () => Promise<Topology>, work: (topology: Topology) => Promise<void>): Promise<void> {
  const topology = await start();
  try {
    await work(topology);
  } finally {
    await topology.stop();
  }
}

function expectAllRight({ broadcasts, accepted, unknown, early }: RushReport): void {
  expect(broadcasts.map(({ status, reason }) => (status === 'ended' ? status : `${status}: ${reason}`))).toEqual(
    broadcasts.map(() => 'ended'),
  );
  for (const [meetingId, actions] of accepted) {
    // Rule 7: one more start, where the first one's answer died with its worker.
    const starts = unknown.has(meetingId) ? actions.filter((action) => action === 'start').length : 1;
    expect([1, 2]).toContain(starts);
    expect([meetingId, actions]).toEqual([meetingId, [...Array(starts).fill('start'), 'stop']]);
  }
  expect(early).toBe(0);
}

/** On air longer than it takes until the jobs of a killed worker come back: 6.5 s. */
const SMOKE = { broadcasts: 20, spreadMs: 100, onAirMs: 12_000 };
/** Starts before, during and after the fault. */
const RUSH = { broadcasts: 20, spreadMs: 500, onAirMs: 15_000 };
const killWorker = async ([first]: { kill(signal: NodeJS.Signals): Promise<void> }[]) => first?.kill('SIGKILL');

describe.concurrent('the same on every kind of Redis: 20 go live and end, though a worker is killed', () => {
  it(
    'over TLS with a password',
    () => on(startTls, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
    120_000,
  );

  it(
    'Redis Cluster of three masters, which gives the slot of all our keys to another one meanwhile',
    () =>
      on(startCluster, async (topology) => {
        const report = await rush(topology, {
          ...SMOKE,
          fault: async (workers, url) => {
            await killWorker(workers);
            await moveWhileInUse(topology, url);
          },
        });
        process.stdout.write(`latest start ${report.latest.start} ms, latest stop ${report.latest.stop} ms late\n`);
        expectAllRight(report);
      }),
    120_000,
  );

  it(
    'Sentinel',
    () => on(startSentinel, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
    120_000,
  );

  // Debian 12 has no Valkey: where there is one, it is tested.
  if (has('valkey-server')) {
    it(
      'Valkey',
      () => on(startValkey, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
      120_000,
    );
  }
});

/** The slot moves while somebody goes on creating broadcasts: what is acknowledged is there afterwards. */
async function moveWhileInUse(topology: Topology, url: string): Promise<void> {
  const made: string[] = [];
  const moving = new AbortController();
  const moved = topology.moveSlot?.().finally(() => moving.abort());
  const [move, refused] = await Promise.all([moved, produce(url, moving.signal, made)]);
  process.stdout.write(
    `slot with ${move?.moved} keys moved in ${move?.tookMs} ms; meanwhile ${made.length} created, ${refused} refused\n`,
  );
  expect(move?.moved).toBeGreaterThan(50);
  for (const id of made) expect((await ask('GET', `${url}/v1/broadcasts/${id}`, undefined, {})).status).toBe(200);
}

/** One after another, until it is asked to end. Returns how many were refused: 503, for a while. */
async function produce(url: string, signal: AbortSignal, made: string[]): Promise<number> {
  let refused = 0;
  while (!signal.aborted) {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const plan = { meetingId: newMeetingId(), startAt, duration: 'PT1H' };
    const reply = await ask('POST', `${url}/v1/broadcasts`, plan, {});
    if (reply.status === 201) made.push(reply.body.id);
    else expect([reply.status, reply.text]).toEqual([503, expect.stringContaining('redis_unavailable')]);
    refused += reply.status === 503 ? 1 : 0;
  }
  return refused;
}

// Two minutes of real failovers: the long form, by TOPOLOGIES=all (docs/redis-topologies.md).
if (process.env.TOPOLOGIES === 'all') {
  it('three masters of a Cluster share the work of three shards (QUEUE_SHARDS)', shareTheWork, 180_000);

  describe('the master is killed in the middle of a rush', () => {
    it.each([
      ['Sentinel', startSentinel],
      ['Redis Cluster', startCluster],
    ])(
      '%s: its replica takes over and all end',
      async (name, start) => {
        await on(start, async (topology) => {
          const report = await rush(topology, { ...RUSH, fault: async () => topology.killMaster?.() });
          const { start: latestStart, stop: latestStop } = report.latest;
          process.stdout.write(
            `${name}: first live ${report.recoveryMs} ms after the master was killed; ` +
              `latest start ${latestStart} ms, latest stop ${latestStop} ms late\n`,
          );
          expectAllRight(report);
        });
      },
      180_000,
    );

    it(
      'Redis Cluster without a successor: what waits for an answer gets an error within seconds',
      () =>
        on(startCluster, async (topology) => {
          const client = await connectRedis(parseRedisUrl(topology.url), 'commands');
          await client.set('{0}:a', '1');
          await topology.killAll?.();
          const began = performance.now();
          await expect(Promise.all([client.get('{0}:a'), client.set('{0}:b', '2')])).rejects.toThrow();
          expect(performance.now() - began).toBeLessThan(8_000);
          await disconnectRedis(client);
        }),
      120_000,
    );
  });
}
