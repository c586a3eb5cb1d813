import { describe, expect, it } from 'vitest';
import { has, startCluster, startSentinel, startTls, startValkey, type Topology } from './redis-process.ts';
import { type RushReport, rush } from './rush.ts';

async function on(start: () => Promise<Topology>, work: (topology: Topology) => Promise<void>): Promise<void> {
  const topology = await start();
  try {
    await work(topology);
  } finally {
    await topology.stop();
  }
}

function expectAllRight({ broadcasts, accepted, early }: RushReport): void {
  expect(broadcasts.map(({ status, reason }) => (status === 'ended' ? status : `${status}: ${reason}`))).toEqual(
    broadcasts.map(() => 'ended'),
  );
  for (const [meetingId, actions] of accepted) expect([meetingId, actions]).toEqual([meetingId, ['start', 'stop']]);
  expect(early).toBe(0);
}

/** On air longer than it takes until the jobs of a killed worker come back: 6.5 s. */
const SMOKE = { broadcasts: 20, spreadMs: 100, onAirMs: 12_000 };
/** Starts before, during and after the fault; on air longer than the watchdog takes: 15 s after Redis is back. */
const RUSH = { broadcasts: 20, spreadMs: 500, onAirMs: 40_000 };
const killWorker = async ([first]: { kill(signal: NodeJS.Signals): Promise<void> }[]) => first?.kill('SIGKILL');

describe('the same on every kind of Redis: 20 go live and end, though a worker is killed', () => {
  it(
    'over TLS with a password',
    () => on(startTls, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
    90_000,
  );

  it(
    'Redis Cluster of three masters',
    () => on(startCluster, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
    120_000,
  );

  it(
    'Sentinel',
    () => on(startSentinel, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
    90_000,
  );

  // Debian 12 has no Valkey: where there is one, it is tested.
  if (has('valkey-server')) {
    it(
      'Valkey',
      () => on(startValkey, async (topology) => expectAllRight(await rush(topology, { ...SMOKE, fault: killWorker }))),
      90_000,
    );
  }
});

// Two minutes of real failovers: the long form, by TOPOLOGIES=all (docs/redis-topologies.md).
if (process.env.TOPOLOGIES === 'all') {
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
  });
}
