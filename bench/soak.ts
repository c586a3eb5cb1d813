/**
 * Do memory, keys and connections stay flat? Sends many broadcasts through their whole life and prints what API, worker and
 * Redis take, before, meanwhile, and after the retention has removed them.
 *
 *   npm run build && node --import ./test/support/run-typescript.mjs bench/soak.ts [--broadcasts 20000] [--dist dist]
 *
 * One in a hundred goes live and ends in the sandbox, the others are created and canceled.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startSandbox } from '../sandbox/sandbox.ts';
import { startRedis } from '../test/support/redis-server.ts';

const { values } = parseArgs({
  options: { broadcasts: { type: 'string', default: '20000' }, dist: { type: 'string', default: 'dist' } },
});
const TOTAL = Number(values.broadcasts);
const BATCH = 500;
const LIVE_SHARE = 100;
const RETENTION_S = 5;
const PREFIX = 'soak';

const redis = await startRedis(['--appendfsync', 'everysec']);
const client = new Redis(redis.url);
const sandbox = await startSandbox({ plan: 'none' });
const children: ChildProcess[] = [];

async function start(command: string): Promise<{ child: ChildProcess; report: { url?: string } }> {
  const env = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.url,
    REDIS_PREFIX: PREFIX,
    PORT: '0',
    ZOOM_API_URL: sandbox.apiUrl,
    ZOOM_OAUTH_URL: sandbox.oauthUrl,
    ZOOM_ACCESS_TOKEN: 'any',
    ZOOM_PLAN: 'business',
    RETENTION: `PT${RETENTION_S}S`,
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
  };
  const child = fork(resolve(values.dist, 'src/cli/main.js'), [command], { env, execArgv: [] });
  children.push(child);
  const [report] = (await once(child, 'message')) as [{ url?: string }];
  return { child, report };
}

/** Resident memory, MB. */
function rss({ pid }: ChildProcess): string {
  return (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024).toFixed(0);
}

/** Open files and sockets of a process, where the system shows them. */
function openFiles({ pid }: ChildProcess): string {
  const dir = `/proc/${pid}/fd`;
  return existsSync(dir) ? String(readdirSync(dir).length) : '-';
}

/** How many connections Redis has, and of which names (`livestream-commands` …). */
async function connections(): Promise<{ count: number; names: string }> {
  const lines = String(await client.client('LIST'))
    .trim()
    .split('\n');
  const counts = new Map<string, number>();
  for (const line of lines) {
    const name = / name=(\S*)/.exec(line)?.[1] || 'unnamed';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts].sort().map(([name, count]) => `${name} ${count}`);
  return { count: lines.length, names: names.join(', ') };
}

/** What Redis still holds, by kind: ids and numbers in the names left out. */
async function keysByKind(): Promise<string> {
  const counts = new Map<string, number>();
  for await (const page of client.scanStream({ count: 1_000 })) {
    for (const key of page as string[]) {
      const kind = key.replace(`${PREFIX}:{0}:`, '').replace(/bc_\w+|\d{6,}|canary-[^:]+/g, '*');
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  return [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
}

async function usedByRedis(): Promise<string> {
  const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
  return (Number(used) / 2 ** 20).toFixed(1);
}

async function post(url: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { broadcasts: { id: string }[] };
}

function plans(from: number) {
  return Array.from({ length: BATCH }, (_, i) => {
    const live = (from + i) % LIVE_SHARE === 0;
    const startAt = Date.now() + (live ? 1_500 : 3_600_000);
    const iso = (at: number) => new Date(at).toISOString();
    const meetingId = String(10_000_000_000 + from + i);
    return { meetingId, startAt: iso(startAt), stopAt: iso(startAt + (live ? 1_000 : 60_000)), labels: { n: `${i}` } };
  });
}

try {
  const [api, worker] = [await start('api'), await start('worker')];
  const url = api.report.url ?? '';
  const line = async (what: string) => {
    const memory = [rss(api.child), rss(worker.child), await usedByRedis(), String(await client.dbsize())];
    const { count } = await connections();
    const cells = [...memory, String(count), openFiles(api.child), openFiles(worker.child)];
    process.stdout.write(`${what.padEnd(22)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  };
  const heads = ['API MB', 'worker MB', 'Redis MB', 'keys', 'connections', 'API files', 'wkr files'];
  process.stdout.write(`${''.padEnd(22)}${heads.map((head) => head.padStart(12)).join('')}\n`);
  await line('at the start');
  const before = await connections();
  for (let done = 0; done < TOTAL; done += BATCH) {
    const { broadcasts } = await post(url, 'POST', '/v1/broadcasts/batch', { broadcasts: plans(done) });
    const canceled = broadcasts.filter((_one, i) => (done + i) % LIVE_SHARE !== 0);
    for (let i = 0; i < canceled.length; i += 50) {
      await Promise.all(canceled.slice(i, i + 50).map(({ id }) => post(url, 'DELETE', `/v1/broadcasts/${id}`)));
    }
    if (((done + BATCH) * 10) % TOTAL < BATCH * 10) await line(`${done + BATCH} broadcasts`);
  }
  const until = Date.now() + 600_000;
  while ((await client.zcard(`${PREFIX}:{0}:ix:all`)) > 0 && Date.now() < until) {
    await new Promise((done) => setTimeout(done, 500));
  }
  await line('after the retention');
  const after = await connections();
  process.stdout.write(`connections before: ${before.names}\nconnections after:  ${after.names}\n`);
  process.stdout.write(`keys after: ${await keysByKind()}\n`);
  process.stdout.write(`records left: ${await client.zcard(`${PREFIX}:{0}:ix:all`)}\n`);
} finally {
  for (const child of children) child.kill('SIGKILL');
  client.disconnect();
  await sandbox.close();
  await redis.stop();
}
