import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectRedis, disconnectRedis } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { clusterPort, ServerSet } from '../../support/redis-topology.ts';
import { type ShardedService, startSharded } from '../../support/sharded-service.ts';
import { until } from '../../support/wait-for.ts';

/** A Cluster whose node with all our keys announces a proxy: what is sent arrives, and the connection can end instead of the answer. */

let servers: ServerSet;
let proxy: Server;
let service: ShardedService;
let url: string;
const sockets = new Set<Socket>();
/** The connection that asks the next thing of this kind ends instead of being answered. */
let loses: ((asked: string) => boolean) | null = null;

function lead(client: Socket, port: number): void {
  const onwards = connect(port, '127.0.0.1');
  let isLost = false;
  for (const one of [client, onwards]) {
    sockets.add(one);
    one.on('error', () => {});
    one.on('close', () => {
      sockets.delete(one);
      client.destroy();
      onwards.destroy();
    });
  }
  client.on('data', (asked) => {
    if (loses?.(asked.toString('latin1'))) {
      isLost = true;
      loses = null;
    }
    onwards.write(asked);
  });
  onwards.on('data', (answer) => void (isLost ? client.destroy() : client.write(answer)));
}

/** @returns the port of a new node: another is tried when somebody took it, or the one of its bus, meanwhile */
async function startNode(args: string[] = []): Promise<number> {
  for (let left = 4; ; left -= 1) {
    const port = await clusterPort();
    try {
      await servers.data(['--cluster-enabled', 'yes', ...args], { port });
      return port;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

beforeAll(async () => {
  servers = await ServerSet.create();
  let port = 0;
  proxy = createServer((client) => lead(client, port)).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const announced = (proxy.address() as AddressInfo).port;
  const announce = ['--cluster-announce-ip', '127.0.0.1', '--cluster-announce-port', String(announced)];
  port = await startNode(announce);
  const other = await startNode();
  const [direct, second] = [port, other].map((one) => new Redis({ port: one, host: '127.0.0.1' })) as [Redis, Redis];
  await direct.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_382);
  await second.cluster('ADDSLOTS', 16_383);
  await direct.cluster('MEET', '127.0.0.1', other);
  for (const node of [direct, second]) {
    await until('all slots are served', async () => {
      const info = String(await node.cluster('INFO'));
      return info.includes('cluster_state:ok') && info.includes('cluster_slots_assigned:16384');
    });
  }
  direct.disconnect();
  second.disconnect();
  url = `redis+cluster://127.0.0.1:${announced}`;
  service = await startSharded(3, url);
}, 60_000);

afterAll(async () => {
  await service?.stop();
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await servers.stop();
});

beforeEach(() => {
  loses = null;
});

const plan = (account: string, meetingId: string) => {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  return { account, meetingId, startAt, duration: 'PT1H' };
};

it('a command whose answer was lost is carried out once, and fails', async () => {
  const client = await connectRedis(parseRedisUrl(url), 'commands');
  loses = (asked) => asked.includes('incr');
  await expect(client.incr('count')).rejects.toThrow('Connection is closed.');
  expect(loses).toBeNull();
  // What comes while the next connection is being made waits for it.
  const after = await Promise.all(Array.from({ length: 5 }, () => client.get('count')));
  expect(after).toEqual(Array(5).fill('1'));
  await disconnectRedis(client);
});

it('a broadcast that may be stored is not refused as another one', async () => {
  loses = (asked) => asked.includes('94000001');
  const { status, body } = await service.ask('POST', '/v1/broadcasts', plan('south', '94000001'));
  expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('redis_unavailable')]);
});

it('a batch over several shards is stored whole though the answer of a part was lost', async () => {
  loses = (asked) => asked.includes('94000012') && !asked.includes('"check":true');
  const broadcasts = [plan('south', '94000011'), plan('west', '94000012'), plan('north', '94000013')];
  const { status, body } = await service.ask('POST', '/v1/broadcasts/batch', { broadcasts });
  expect(loses).toBeNull();
  expect([status, body.broadcasts?.map((one: { status: string }) => one.status)]).toEqual([
    201,
    Array(3).fill('scheduled'),
  ]);
});

it('a claim whose answer was lost is given up, and the start is sent', async () => {
  await service.work();
  const startAt = new Date(Date.now() + 1_000).toISOString();
  loses = (asked) => asked.includes('"claim":') && asked.includes('94000021');
  const { id } = await service.schedule('north', { meetingId: '94000021', startAt });
  const statusOf = async () => (await service.ask('GET', `/v1/broadcasts/${id}`)).body.status;
  await until('it is live', async () => (await statusOf()) === 'live', 20_000);
  expect(loses).toBeNull();
  const starts = service.zoom.received.filter(({ method, path }) => method === 'PATCH' && path.includes('94000021'));
  expect(starts.filter(({ body }) => JSON.parse(body).action === 'start')).toHaveLength(1);
}, 40_000);
