/**
 * How many acknowledged broadcasts does a failover lose? An API writes to a master; the replica is fed through a line that is
 * slow, or cut, before the master is killed (SIGKILL) and the replica promoted. Counts what was acknowledged and is not there.
 *
 *   npm run build && node --import ./test/support/run-typescript.mjs bench/replication-loss.ts [--dist dist]
 *
 * The rows with WAIT write with a client of their own: the service does not send WAIT.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { freePort, startRedis, type TestRedis } from '../test/support/redis-server.ts';

const { values } = parseArgs({ options: { dist: { type: 'string', default: 'dist' } } });
const PREFIX = 'loss';
const AT_ONCE = 10;
const STEADY_MS = 2_000;
const CUT_MS = 5_000;
const GUARDED = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '1'];

/** The line from the master to its replica: everything arrives `lagMs` late, or not at all once it is cut. */
class Line {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #lost = false;

  constructor(masterPort: number, lagMs: number) {
    this.#server = createServer((replica) => {
      const master = connect(masterPort, '127.0.0.1');
      for (const socket of [replica, master]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          for (const one of [replica, master]) one.destroy();
        });
      }
      const forward = (to: Socket) => (chunk: Buffer) => {
        if (!this.#lost) setTimeout(() => this.#lost || to.write(chunk), lagMs);
      };
      master.on('data', forward(replica));
      replica.on('data', forward(master));
    });
  }

  async listen(): Promise<number> {
    const port = await freePort();
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return port;
  }

  /** Nothing arrives any more, and neither side is told. */
  cut(): void {
    this.#lost = true;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Writes one and resolves to its key once it is acknowledged; null when it is refused. */
type Write = () => Promise<string | null>;

async function throughApi(redis: TestRedis): Promise<{ write: Write; end: () => void }> {
  const env = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.url,
    REDIS_PREFIX: PREFIX,
    PORT: '0',
    LOG_LEVEL: 'fatal',
  };
  const child: ChildProcess = fork(resolve(values.dist, 'src/cli/main.js'), ['api'], { env, execArgv: [] });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  let meeting = 10_000_000_000;
  const write: Write = async () => {
    meeting += 1;
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = JSON.stringify({ meetingId: String(meeting), startAt, duration: 'PT1H' });
    const answer = await fetch(`${url}/v1/broadcasts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { id } = (await answer.json()) as { id?: string };
    return answer.status === 201 ? `${PREFIX}:{0}:b:${id}` : null;
  };
  return { write, end: () => child.kill('SIGKILL') };
}

async function withWait(redis: TestRedis): Promise<{ write: Write; end: () => void }> {
  const clients = Array.from({ length: AT_ONCE }, () => new Redis(redis.url, { maxRetriesPerRequest: 0 }));
  for (const client of clients) client.on('error', () => {});
  let n = 0;
  const write: Write = async () => {
    n += 1;
    const key = `wait:${n}`;
    // Of one connection: WAIT speaks of the writes of its own.
    const client = clients[n % AT_ONCE] as Redis;
    const [, replicas] = await Promise.all([client.set(key, '1'), client.call('WAIT', '1', '100')]);
    return Number(replicas) >= 1 ? key : null;
  };
  const end = () => {
    for (const client of clients) client.disconnect();
  };
  return { write, end };
}

interface Case {
  name: string;
  settings: string[];
  start: typeof throughApi;
  lagMs: number;
  cutMs: number;
}

async function run({ settings, start, lagMs, cutMs }: Case) {
  const master = await startRedis(settings);
  const line = new Line(master.port, lagMs);
  const replica = await startRedis([
    '--replicaof',
    `127.0.0.1 ${await line.listen()}`,
    '--repl-diskless-sync-delay',
    '0',
  ]);
  const reader = new Redis(replica.url);
  while (!(await reader.info('replication')).includes('master_link_status:up')) await sleep(50);
  // The first acknowledgement of the replica.
  await sleep(1_500);
  const { write, end } = await start(master);
  const acknowledged: string[] = [];
  const seen = { refused: 0, ended: false };
  const writer = async () => {
    while (!seen.ended) {
      const key = await write().catch(() => null);
      if (key) acknowledged.push(key);
      else seen.refused += 1;
    }
  };
  const writers = Array.from({ length: AT_ONCE }, writer);
  await sleep(STEADY_MS);
  if (cutMs > 0) line.cut();
  await sleep(cutMs);
  await master.kill9();
  line.cut();
  seen.ended = true;
  end();
  // What was under way when its client was closed is never answered.
  await Promise.race([Promise.all(writers), sleep(1_000)]);
  await reader.call('REPLICAOF', 'NO', 'ONE');
  const there = await Promise.all(acknowledged.map((key) => reader.exists(key)));
  reader.disconnect();
  line.close();
  await Promise.all([master.stop(), replica.stop()]);
  return {
    acknowledged: acknowledged.length,
    lost: there.filter((found) => found === 0).length,
    refused: seen.refused,
  };
}

const WAYS = [
  { name: 'as it is', settings: [], start: throughApi },
  { name: 'min-replicas-to-write 1', settings: GUARDED, start: throughApi },
  { name: 'WAIT 1 100 (own client)', settings: [], start: withWait },
];
const LINES = [
  { line: 'one machine', lagMs: 0, cutMs: 0 },
  { line: '50 ms away', lagMs: 50, cutMs: 0 },
  { line: `cut for ${CUT_MS / 1_000} s`, lagMs: 0, cutMs: CUT_MS },
];
for (const { line, lagMs, cutMs } of LINES) {
  for (const way of WAYS) {
    const { acknowledged, lost, refused } = await run({ ...way, lagMs, cutMs });
    const cells = [`${acknowledged} acknowledged`, `${lost} lost`, `${refused} refused`].map((cell) =>
      cell.padStart(20),
    );
    process.stdout.write(`${line.padEnd(14)}${way.name.padEnd(28)}${cells.join('')}\n`);
  }
}
