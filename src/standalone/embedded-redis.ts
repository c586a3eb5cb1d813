import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, closeSync, openSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { RedisTarget } from '../redis/url.ts';
import { makeFolder } from './make-folder.ts';
import { commandLine, isAlive, workingFolder } from './process-identity.ts';
import { findRedisServer } from './redis-on-path.ts';

export interface EmbeddedRedis {
  target: RedisTarget;
  /** Stops Redis with everything on disk; resolves when it has exited. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmbeddedRedisOptions {
  clock: Clock;
  /** Redis exited although nobody stopped it, and is being restarted. */
  onCrash?: (detail: string) => void;
}

/** Limit of a socket's path: 108 bytes on Linux, 104 on macOS, with the closing zero. */
const MAX_SOCKET_PATH = 100;
/** Loading a large append-only file takes its time. */
const READY_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 15_000;
const POLL_MS = 20;
const RESTART_DELAY_MS = 250;

/**
 * Holds the pipe from our process: when that closes, however our process ended, Redis is stopped. Runs in its own
 * process group and ignores Ctrl-C, because Redis must outlive the workers' shutdown.
 */
const WRAPPER = `
trap '' INT HUP
exec 3<&0
"$@" </dev/null 3<&- &
redis=$!
( while read -r _ <&3; do :; done; kill -TERM "$redis" 2>/dev/null ) &
watcher=$!
exec 3<&-
trap 'kill -TERM "$redis" 2>/dev/null' TERM
wait "$redis"; status=$?
while kill -0 "$redis" 2>/dev/null; do wait "$redis"; status=$?; done
kill "$watcher" 2>/dev/null
exit "$status"
`;

/**
 * Starts a private Redis (or Valkey) on a Unix socket, with its files in `dataDir/redis`, every write on disk before it
 * is acknowledged. Resolves when it has loaded its data. It cannot outlive this process, is started again when it
 * crashes, and takes the place of one that an earlier crash left behind: hold the `up` lock of `dataDir` before.
 */
export async function startEmbeddedRedis(dataDir: string, options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const paths = prepareFolder(dataDir);
  const binary = findRedisServer();
  let stopping = false;
  let relaunching: Promise<void> = Promise.resolve();
  let child = await launch(binary, paths, options.clock);

  const supervise = () => {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      options.onCrash?.(`the embedded Redis ended (${signal ?? `exit code ${code}`}), see ${paths.log}`);
      relaunching = relaunch();
    });
  };
  const relaunch = async () => {
    await options.clock.sleepUntil(options.clock.now() + RESTART_DELAY_MS);
    if (stopping) return;
    try {
      child = await launch(binary, paths, options.clock);
      if (stopping) await end(child);
      else supervise();
    } catch (error) {
      options.onCrash?.(`the embedded Redis could not be restarted: ${(error as Error).message}`);
      return relaunch();
    }
  };
  supervise();

  return {
    target: socketTarget(paths.socket),
    stop: async () => {
      stopping = true;
      // One that is just being restarted would outlive us.
      await relaunching;
      await end(child);
      if (paths.socketFolder !== paths.folder) rmSync(paths.socketFolder, { recursive: true, force: true });
    },
  };
}

/** The one that runs in this `dataDir` now, or null; makes nothing. For a look from outside: no `up` lock is needed. */
export async function runningEmbeddedRedis(dataDir: string): Promise<RedisTarget | null> {
  const path = join(socketFolderOf(join(dataDir, 'redis')), 'redis.sock');
  return (await answersPing(path)) ? socketTarget(path) : null;
}

function socketTarget(path: string): RedisTarget {
  return { kind: 'socket', path, db: 0, username: null, password: null };
}

interface Paths {
  folder: string;
  socketFolder: string;
  socket: string;
  pid: string;
  log: string;
  config: string;
}

function prepareFolder(dataDir: string): Paths {
  const folder = join(dataDir, 'redis');
  makeFolder(folder);
  chmodSync(folder, 0o700);
  const socketFolder = socketFolderOf(folder);
  if (socketFolder !== folder) makeShortFolder(socketFolder);
  const inFolder = (name: string) => join(folder, name);
  return {
    folder,
    socketFolder,
    socket: join(socketFolder, 'redis.sock'),
    pid: inFolder('redis.pid'),
    log: inFolder('redis.log'),
    config: inFolder('redis.conf'),
  };
}

/** The folder itself, or where its path is too long for a socket, the same short one for it each time. */
function socketFolderOf(folder: string): string {
  if (Buffer.byteLength(join(folder, 'redis.sock')) <= MAX_SOCKET_PATH) return folder;
  return join(tmpdir(), `livestream-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

/** In a folder that everybody can write to, it must be ours. */
function makeShortFolder(short: string): void {
  makeFolder(short);
  const owner = statSync(short).uid;
  if (owner !== process.getuid?.())
    throw new Error(`${short} belongs to another user (${owner}); set a shorter DATA_DIR`);
  chmodSync(short, 0o700);
}

function writeConfig(paths: Paths): void {
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const lines = [
    'port 0',
    `unixsocket ${quoted(paths.socket)}`,
    'unixsocketperm 700',
    `dir ${quoted(paths.folder)}`,
    `pidfile ${quoted(paths.pid)}`,
    'daemonize no',
    'save ""',
    'appendonly yes',
    'appendfsync always',
    // Records and jobs stay compact: a sixth less memory for each broadcast (`npm run bench -- --only memory`). Redis 7 knows it by this older name, too.
    'hash-max-ziplist-value 2048',
    'maxmemory-policy noeviction',
    // Blocking commands time out on this tick: with the default of 10 a due job is up to 100 ms late.
    'hz 100',
  ];
  writeFileSync(paths.config, `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function launch(binary: string, paths: Paths, clock: Clock): Promise<ChildProcess> {
  await endOrphan(paths, clock);
  writeConfig(paths);
  const log = openSync(paths.log, 'w', 0o600);
  const args = ['-c', WRAPPER, 'livestream-redis', binary, paths.config];
  const child = spawn('/bin/sh', args, { stdio: ['pipe', log, log], detached: true, cwd: paths.folder });
  closeSync(log);
  // The pipe breaks when Redis ends first.
  child.stdin?.on('error', () => {});
  const deadline = clock.monotonic() + READY_TIMEOUT_MS;
  while (!(await answersPing(paths.socket))) {
    if (child.exitCode !== null || child.signalCode !== null || clock.monotonic() > deadline) {
      await end(child);
      throw new Error(`the embedded Redis did not start; ${paths.log} ends with:\n${lastLines(paths.log)}`);
    }
    await pause(clock);
  }
  return child;
}

/** Closes the pipe, which ends Redis as SHUTDOWN would; kills the whole group when that takes too long. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), END_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** A Redis left by an earlier crash in this folder: two on one append-only file would ruin it. */
async function endOrphan(paths: Paths, clock: Clock): Promise<void> {
  const pid = orphanPid(paths);
  if (pid === null) return endUnseen(paths, clock);
  signal(pid, 'SIGTERM');
  const deadline = clock.monotonic() + END_TIMEOUT_MS;
  while (orphanPid(paths) === pid) {
    if (clock.monotonic() > deadline) signal(pid, 'SIGKILL');
    await pause(clock);
  }
  rmSync(paths.pid, { force: true });
}

/** One in another container, whose process id means nothing here: it is stopped through its socket. */
async function endUnseen(paths: Paths, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + END_TIMEOUT_MS;
  while (await listens(paths.socket)) {
    if (clock.monotonic() > deadline)
      throw new Error(`another Redis is using ${paths.folder} and does not stop; stop it, or set another DATA_DIR`);
    await pause(clock);
  }
}

/** Asks the Redis that listens there to shut down, with everything saved to disk. */
function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write('SHUTDOWN\r\n'));
    let isThere = false;
    socket.once('connect', () => {
      isThere = true;
    });
    // An answer means it refused: ask again.
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', () => socket.destroy());
    socket.once('error', () => {});
    socket.once('close', () => resolve(isThere));
  });
}

function orphanPid(paths: Paths): number | null {
  try {
    const pid = Number(readFileSync(paths.pid, 'utf8').trim());
    if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
    // The id may belong to another process by now, even to another Redis.
    const folder = workingFolder(pid);
    const elsewhere = folder !== null && folder !== realpathSync(paths.folder);
    return !elsewhere && /redis|valkey/.test(commandLine(pid) ?? '') ? pid : null;
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just exited.
  }
}

function pause(clock: Clock): Promise<void> {
  return clock.sleepUntil(clock.now() + POLL_MS);
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}

/** Redis answers `-LOADING` until it has read its files. */
function answersPing(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write('PING\r\n'));
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('data', (chunk) => done(String(chunk).startsWith('+PONG')));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
