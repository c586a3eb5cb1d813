import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../src/clock.ts';
import { connectRedis, disconnectRedis } from '../../src/redis/connection.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/standalone/embedded-redis.ts';
import { commandLine, isAlive } from '../../src/standalone/process-identity.ts';
import { findRedisServer } from '../../src/standalone/redis-on-path.ts';
import { acquireUpLock } from '../../src/standalone/up-lock.ts';

const clock = new SystemClock();
const LOADER = join(import.meta.dirname, '../support/run-typescript.mjs');
const PARENT = join(import.meta.dirname, 'embedded-redis-parent.ts');
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A PID namespace of its own, as a container has it. */
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;
const CAN_UNSHARE = spawnSync(UNSHARE[0], [...UNSHARE.slice(1), 'true']).status === 0;

let dataDir: string;
let cleanUp: (() => unknown)[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'livestream-embedded-'));
  cleanUp = [];
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(dir = dataDir, onCrash?: (detail: string) => void): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis(dir, onCrash ? { clock, onCrash } : { clock });
  cleanUp.push(() => redis.stop());
  return redis;
}

async function client(redis: EmbeddedRedis): Promise<Redis> {
  const connection = await connectRedis(redis.target, 'commands');
  cleanUp.push(() => disconnectRedis(connection));
  return connection as Redis;
}

function serverPid(dir = dataDir): number {
  return Number(readFileSync(join(dir, 'redis/redis.pid'), 'utf8'));
}

/** From /proc where there is one: a bare Debian has no `ps`. */
function processColumn(pid: number, column: 'ppid' | 'pgid'): number {
  if (process.platform !== 'linux')
    return Number(execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }));
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[column === 'ppid' ? 1 : 2]);
}

/** Gone, or dead and not collected yet. */
function isGone(pid: number): boolean {
  return !isAlive(pid) || commandLine(pid) === null;
}

async function spawnParent(wrapper: string[] = []): Promise<{ child: ChildProcess; output: () => string }> {
  const [command = '', ...args] = [...wrapper, process.execPath, '--import', LOADER, PARENT, dataDir];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  cleanUp.push(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  await vi.waitUntil(() => /^ready$/m.test(said) || child.exitCode !== null, PATIENCE);
  return { child, output: () => said };
}

describe('startEmbeddedRedis', () => {
  it('is durable, private and on a socket only', async () => {
    const redis = await start();
    const connection = await client(redis);
    const settings = await connection.config('GET', '*');
    const of = (name: string) => (settings as string[])[(settings as string[]).indexOf(name) + 1];
    expect(['appendonly', 'appendfsync', 'maxmemory-policy', 'save', 'hz', 'port'].map(of)).toEqual([
      'yes',
      'always',
      'noeviction',
      '',
      '100',
      '0',
    ]);
    expect(statSync(join(dataDir, 'redis')).mode & 0o777).toBe(0o700);
    const socket = redis.target.kind === 'socket' ? redis.target.path : '';
    expect(statSync(socket).mode & 0o077).toBe(0);
  });

  it('ends with its process, also after kill -9, and keeps what was acknowledged', async () => {
    const { child } = await spawnParent();
    const pid = serverPid();
    const socket = {
      kind: 'socket',
      path: join(dataDir, 'redis/redis.sock'),
      db: 0,
      username: null,
      password: null,
    } as const;
    const before = await connectRedis(socket, 'commands');
    await (before as Redis).set('broadcast', 'kept');
    before.disconnect();
    child.kill('SIGKILL');
    await vi.waitUntil(() => isGone(pid), PATIENCE);

    const again = await client(await start());
    expect(await again.get('broadcast')).toBe('kept');
  });

  it('lives through a Ctrl-C and ends when it is stopped', async () => {
    const { child } = await spawnParent();
    const pid = serverPid();
    // What a terminal does: the signal goes to the whole process group, of which Redis must be no part.
    expect(processColumn(pid, 'pgid')).not.toBe(processColumn(child.pid ?? 0, 'pgid'));
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(isGone(pid)).toBe(true);
    expect(existsSync(join(dataDir, 'up.lock'))).toBe(false);
  });

  it('comes back by itself with its data when Redis is killed', async () => {
    const crashes: string[] = [];
    const connection = await client(await start(dataDir, (detail) => crashes.push(detail)));
    await connection.set('broadcast', 'kept');
    const killed = serverPid();
    process.kill(killed, 'SIGKILL');
    await vi.waitUntil(() => existsSync(join(dataDir, 'redis/redis.pid')) && serverPid() !== killed, PATIENCE);
    await vi.waitUntil(async () => (await connection.get('broadcast').catch(() => null)) === 'kept', PATIENCE);
    expect(crashes).toHaveLength(1);
  });

  it('ends one that was left behind before it opens the files', async () => {
    await start();
    const first = serverPid();
    // Its wrapper is gone: nobody but the next start can end this one.
    process.kill(processColumn(first, 'ppid'), 'SIGKILL');
    await vi.waitUntil(() => isGone(first) && existsSync(join(dataDir, 'redis/redis.pid')), PATIENCE);
    await vi.waitUntil(() => serverPid() !== first, PATIENCE);
  });

  it('takes a short socket path when the folder is deep', async () => {
    const deep = join(dataDir, 'd'.repeat(120));
    const redis = await start(deep);
    if (redis.target.kind !== 'socket') throw new Error(redis.target.kind);
    expect(redis.target.path.length).toBeLessThan(100);
    expect(await (await client(redis)).ping()).toBe('PONG');
  });

  it('says for each platform how to get a server when there is none', () => {
    expect(() => findRedisServer(dataDir)).toThrow(/Debian.*Fedora.*Alpine.*macOS/s);
  });
});

describe('acquireUpLock', () => {
  it('refuses a second one and says which, where and since when', async () => {
    const { child } = await spawnParent();
    await expect(acquireUpLock(dataDir, clock)).rejects.toThrow(
      new RegExp(`${dataDir}.*process ${child.pid}, since \\w{3} \\d+ \\w{3} 20\\d\\d \\d\\d:\\d\\d`),
    );
    const second = await spawnParent();
    expect(second.output()).toContain('UpLockError');
    expect(second.child.exitCode).toBe(1);
  });

  it('takes over from a process that was killed', async () => {
    const { child } = await spawnParent();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    (await acquireUpLock(dataDir, clock)).release();
  });

  it('takes over when the id belongs to another process by now, and from a lock that makes no sense', async () => {
    const holder = { pid: process.pid, identity: 'an earlier boot', since: 0, token: 'x' };
    for (const content of [JSON.stringify(holder), '', '{']) {
      writeFileSync(join(dataDir, 'up.lock'), content);
      const lock = await acquireUpLock(dataDir, clock);
      await expect(acquireUpLock(dataDir, clock)).rejects.toThrow(/already running/);
      lock.release();
      lock.release();
    }
  });

  it('refuses one in another container on the same folder, and takes over when that was killed, its Redis too', async () => {
    // Without the right to make a namespace both run in this one, where the same must hold.
    const { child } = await spawnParent(CAN_UNSHARE ? [...UNSHARE] : []);
    const second = await spawnParent();
    expect(second.output()).toMatch(CAN_UNSHARE ? /another container or machine/ : /UpLockError/);
    expect(second.child.exitCode).toBe(1);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const third = await spawnParent();
    expect(third.output()).toMatch(/^ready$/m);
  });

  it('a holder whose process id means nothing here lives while its kernel answers for it, also when it is stopped', async () => {
    const { child } = await spawnParent();
    pretend({ pid: 4_194_303, namespace: 'another container' });
    child.kill('SIGSTOP');
    await expect(acquireUpLock(dataDir, clock)).rejects.toThrow(/another container or machine/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const begun = performance.now();
    (await acquireUpLock(dataDir, clock)).release();
    // At once: its kernel, which is ours, knows.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('a holder on another machine lives while it touches its lock; one that lost it ends', async () => {
    const { child } = await spawnParent();
    pretend({ pid: 4_194_303, namespace: 'another machine', boot: 'another kernel' });
    let waits = 0;
    const onWait = () => {
      waits += 1;
    };
    await expect(acquireUpLock(dataDir, clock, { onWait })).rejects.toThrow(/another container or machine/);
    child.kill('SIGSTOP');
    const lock = await acquireUpLock(dataDir, clock, { onWait });
    expect(waits).toBe(2);
    child.kill('SIGCONT');
    expect((await once(child, 'exit'))[0]).toBe(9);
    lock.release();
  }, 60_000);

  it('of several at once, exactly one gets it', async () => {
    writeFileSync(join(dataDir, 'up.lock'), '{"pid": 4194303, "token": "x", "since": 0, "identity": "gone"}');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireUpLock(dataDir, clock)));
    const held = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(held).toHaveLength(1);
    held[0]?.value.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('works in a folder too deep for a socket', async () => {
    const deep = join(dataDir, 'x'.repeat(120));
    const lock = await acquireUpLock(deep, clock);
    expect(JSON.parse(readFileSync(join(deep, 'up.lock'), 'utf8')).socket).toEqual(expect.any(String));
    await expect(acquireUpLock(deep, clock)).rejects.toThrow(/already running/);
    lock.release();
  });
});

/** Makes the lock that a process holds look as it does from elsewhere; the file stays the one that it touches. */
function pretend(holder: Record<string, unknown>): void {
  const path = join(dataDir, 'up.lock');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...holder }));
}
