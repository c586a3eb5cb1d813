import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private Redis of one test file: its own folder, its own port, every write on disk before it is acknowledged. */
export interface TestRedis {
  url: string;
  port: number;
  /** Of the server that was started first. */
  pid: number;
  /** Its folder; gone after `stop`. */
  dir: string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** SIGKILL, as the machine's power cut would do it; `restart` brings it back with its data, on the same port. */
  kill9(): Promise<void>;
  restart(): Promise<void>;
}

/** Only what hangs. */
const READY_TIMEOUT_MS = 60_000;
const RETRY_MS = 20;

/** Starts a private Redis and resolves when it answers PING. `settings` are more lines of its command line, `env` more of its environment. */
export async function startRedis(settings: string[] = [], env: Record<string, string> = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'livestream-test-redis-'));
  const port = await freePort();
  let server = await launch(dir, port, settings, env);

  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  // A test runner that dies must not leave a server behind.
  const atExit = () => server.kill('SIGKILL');
  process.once('exit', atExit);

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: server.pid ?? 0,
    dir,
    kill9: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      server = await launch(dir, port, settings, env);
    },
    stop: async () => {
      process.removeListener('exit', atExit);
      await end('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * A port that nobody listened on a moment ago, from 10,000 to 31,999. The kernel gives those from 32,768 on to outgoing connections
 * (Linux, `ip_local_port_range`): to a stranger's while a server is restarted, or to a client's own that looks for it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

let binary: string | undefined;

function serverBinary(): string {
  binary ??= ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!binary) throw new Error('no redis-server and no valkey-server on the PATH: run the tests with `npm test`');
  return binary;
}

async function launch(
  dir: string,
  port: number,
  settings: string[],
  env: Record<string, string>,
): Promise<ChildProcess> {
  const options = ['--bind', '127.0.0.1', '--dir', dir, '--save', '', '--hz', '100'];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
  const args = ['--port', String(port), ...options, ...durable, ...settings];
  const server = spawn(serverBinary(), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
  }
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answersPing(port))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`the test Redis on port ${port} did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return server;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('data', (chunk) => done(/^(\+PONG|-NOAUTH)/.test(String(chunk))));
    socket.once('error', () => done(false));
  });
}
