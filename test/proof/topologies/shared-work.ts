import type { Cluster } from 'ioredis';
import { expect } from 'vitest';
import { changeShards } from '../../../src/installation/shard-count.ts';
import { startCluster } from '../../support/redis-topology.ts';
import { ACCOUNTS, PREFIX, type ShardedService, startSharded } from '../../support/sharded-service.ts';
import { until } from '../../support/wait-for.ts';

/** Scripts that each master has run so far. */
async function scriptsRun(cluster: Cluster): Promise<number[]> {
  const infos = await Promise.all(cluster.nodes('master').map((node) => node.info('commandstats')));
  return infos.map((info) => Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0));
}

async function goesOnAirAndOff(service: ShardedService, count: number): Promise<void> {
  const startAt = new Date(Date.now() + 3_000).toISOString();
  const stopAt = new Date(Date.now() + 6_000).toISOString();
  const made = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      service.schedule(ACCOUNTS[i % ACCOUNTS.length] as string, { startAt, stopAt, duration: undefined }),
    ),
  );
  for (const { id } of made)
    await until(`${id} has ended`, async () => {
      const { body } = await service.ask('GET', `/v1/broadcasts/${id}`);
      return body.status === 'ended';
    });
  for (const { meetingId } of made) {
    const sent = service.zoom.received.filter(({ path }) => path.includes(`/${meetingId}/livestream/status`));
    expect(sent.map(({ body }) => JSON.parse(body).action)).toEqual(['start', 'stop']);
  }
}

/** Three masters of a Cluster share the work of three shards, also after the number was changed. */
export async function shareTheWork(): Promise<void> {
  const cluster = await startCluster();
  const service = await startSharded(3, cluster.url);
  try {
    const raw = service.raw as unknown as Cluster;
    await service.work();
    await service.work();
    const before = await scriptsRun(raw);
    await goesOnAirAndOff(service, 18);
    const after = await scriptsRun(raw);
    for (const [i, count] of after.entries()) expect(count - (before[i] ?? 0)).toBeGreaterThan(50);
    process.stdout.write(`scripts run by each master: ${after.join(', ')}\n`);

    const waiting = await Promise.all(ACCOUNTS.map((account) => service.schedule(account)));
    for (const shards of [1, 3]) {
      await service.end();
      await raw.del(`${PREFIX}:{0}:processes`);
      expect((await changeShards(raw, PREFIX, shards)).moved.broadcasts).toBeGreaterThan(0);
      await service.begin(shards);
      const { body } = await service.ask('GET', '/v1/broadcasts?status=scheduled');
      expect(body.broadcasts.map(({ id }: { id: string }) => id).sort()).toEqual(waiting.map(({ id }) => id).sort());
    }
    await service.work();
    await goesOnAirAndOff(service, 6);
  } finally {
    await service.stop();
    await cluster.stop();
  }
}
