import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { freePort } from './redis-server.ts';
import { moveSlot } from './slot-move.ts';
import { until } from './wait-for.ts';

/** One server of a topology, in a folder of its own. */
export interface Server {
  port: number;
  pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Several servers that end together. */
export interface Topology {
  /** REDIS_URL. */
  url: string;
  /** More settings of the processes. */
  env?: Record<string, string>;
  /** Kills the master, or one of several, as a power cut would. */
  killMaster?(): Promise<void>;
  /** Kills the masters and the replicas. */
  killAll?(): Promise<void>;
  /** Moves the slot of all our keys to another master, while they are in use. */
  moveSlot?(): Promise<{ moved: number; tookMs: number }>;
  stop(): Promise<void>;
}

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''];

/** The folder and the servers of one topology. */
export class ServerSet {
  readonly dir: string;
  readonly #children: ChildProcess[] = [];
  readonly #atExit = () => {
    for (const child of this.#children) child.kill('SIGKILL');
  };

  private constructor(dir: string) {
    this.dir = dir;
    process.once('exit', this.#atExit);
  }

  static async create(): Promise<ServerSet> {
    return new ServerSet(await mkdtemp(join(tmpdir(), 'livestream-topology-')));
  }

  /** A data server; `login` is how its PING is asked. */
  async data(args: string[], options: { port?: number; binary?: string; login?: RedisOptions } = {}): Promise<Server> {
    const port = options.port ?? (await freePort());
    const dir = await mkdtemp(join(this.dir, `${port}-`));
    const basics = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--hz', '100'];
    // A replica gets its first copy at once instead of after 5 s.
    basics.push('--repl-diskless-sync-delay', '0');
    return this.#launch(options.binary ?? 'redis-server', [...basics, ...DURABLE, ...args], port, options.login);
  }

  async sentinel(masterPort: number, name: string): Promise<Server> {
    const port = await freePort();
    const file = join(this.dir, `sentinel-${port}.conf`);
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${this.dir}`,
      `sentinel monitor ${name} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return this.#launch('redis-server', [file, '--sentinel'], port);
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#atExit);
    await Promise.all(this.#children.map((child) => end(child, 'SIGKILL')));
    await rm(this.dir, { recursive: true, force: true });
  }

  async #launch(binary: string, args: string[], port: number, login: RedisOptions = {}): Promise<Server> {
    const child = spawn(binary, args, { stdio: 'ignore' });
    this.#children.push(child);
    const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, ...login });
    client.on('error', () => {});
    try {
      await until(`${binary} on port ${port} answers`, async () => {
        if (child.exitCode !== null) throw new Error(`${binary} ${args.join(' ')} ended with ${child.exitCode}`);
        return client.status === 'ready' && (await client.ping()) === 'PONG';
      });
    } finally {
      client.disconnect();
    }
    return { port, pid: child.pid ?? 0, kill: (signal) => end(child, signal) };
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** Whether this machine has the program. */
export function has(binary: string): boolean {
  return spawnSync(binary, ['--version']).status === 0;
}

/** A master, a replica and three Sentinels that agree on a failover after one second. */
export async function startSentinel(): Promise<Topology> {
  const servers = await ServerSet.create();
  const master = await servers.data([]);
  const replica = await servers.data(['--replicaof', `127.0.0.1 ${master.port}`]);
  const sentinels = await Promise.all([1, 2, 3].map(() => servers.sentinel(master.port, 'mymaster')));
  const watch = new Redis({ port: sentinels[0]?.port ?? 0, host: '127.0.0.1' });
  const replicaWatch = new Redis({ port: replica.port, host: '127.0.0.1' });
  await until('the Sentinels know each other and the replica follows', async () => {
    const [state] = (await watch.call('SENTINEL', 'masters')) as string[][];
    const field = (name: string) => state?.[state.indexOf(name) + 1];
    const follows = (await replicaWatch.info('replication')).includes('master_link_status:up');
    return field('num-slaves') === '1' && field('num-other-sentinels') === '2' && follows;
  });
  watch.disconnect();
  replicaWatch.disconnect();
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mymaster`,
    killMaster: () => master.kill('SIGKILL'),
    stop: () => servers.stop(),
  };
}

/** Three masters, with one replica each if nothing else is said. `settings` are more lines of their command lines. */
export async function startCluster({
  replicas = 1,
  settings = [] as string[],
} = {}): Promise<Topology & { masters: Server[] }> {
  const servers = await ServerSet.create();
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1500', '--cluster-require-full-coverage', 'no'];
  const start = async () => servers.data([...args, ...settings], { port: await clusterPort() });
  const nodes = await Promise.all(Array.from({ length: 3 * (1 + replicas) }, start));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
  execFileSync('redis-cli', create, { stdio: 'ignore' });
  const watch = new Redis({ port: nodes[0]?.port ?? 0, host: '127.0.0.1' });
  await until('the cluster is whole', async () => {
    const ok = String(await watch.cluster('INFO')).includes('cluster_state:ok');
    const links = await Promise.all(nodes.map(({ port }) => replicationOf(port)));
    // A replica that has not its master's data yet takes nothing over.
    return ok && links.filter((info) => info.includes('master_link_status:up')).length === 3 * replicas;
  });
  const slot = Number(await watch.cluster('KEYSLOT', '{0}'));
  const [owner, other] = await ownersOf(watch, slot);
  watch.disconnect();
  return {
    url: `redis+cluster://${addresses.join(',')}`,
    // `redis-cli` makes the first three masters.
    masters: nodes.slice(0, 3),
    // The one that holds all our keys.
    killMaster: async () => nodes.find(({ port }) => port === owner)?.kill('SIGKILL'),
    killAll: async () => void (await Promise.all(nodes.map((node) => node.kill('SIGKILL')))),
    moveSlot: () => moveSlot({ from: owner, to: other }, slot),
    stop: () => servers.stop(),
  };
}

async function replicationOf(port: number): Promise<string> {
  const client = new Redis({ port, host: '127.0.0.1' });
  try {
    return await client.info('replication');
  } finally {
    client.disconnect();
  }
}

/** The ports of the master that has the slot, and of one that has not. */
async function ownersOf(watch: Redis, slot: number): Promise<[number, number]> {
  const slots = (await watch.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  const owns = ([from, to]: [number, number, ...unknown[]]) => from <= slot && slot <= to;
  const port = (range: (typeof slots)[number] | undefined) => range?.[2][1] ?? 0;
  return [port(slots.find(owns)), port(slots.find((range) => !owns(range)))];
}

/** The cluster bus takes the port 10,000 above. */
export async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}

/** TLS only, with a certificate of our own authority, and a password. */
export async function startTls(): Promise<Topology> {
  const servers = await ServerSet.create();
  const ca = makeCertificate(servers.dir);
  const file = (name: string) => join(servers.dir, name);
  const port = await freePort();
  const tls = [
    ...['--tls-port', String(port), '--port', '0', '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', file('server.crt'), '--tls-key-file', file('server.key'), '--tls-ca-cert-file', ca],
    ...['--requirepass', 'se:cr/et'],
  ];
  const login = { password: 'se:cr/et', tls: { rejectUnauthorized: false } };
  await servers.data(tls, { port, login });
  return {
    url: `rediss://:se%3Acr%2Fet@localhost:${port}`,
    env: { NODE_EXTRA_CA_CERTS: ca },
    stop: () => servers.stop(),
  };
}

/** An authority and a certificate of it for localhost, with openssl. Returns the file of the authority. */
function makeCertificate(dir: string): string {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '1'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test authority');
  openssl('req', ...key.slice(0, 3), '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  execFileSync('sh', ['-c', 'printf "subjectAltName=DNS:localhost,IP:127.0.0.1" > san.ext'], { cwd: dir });
  const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'san.ext'];
  openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.crt');
  return join(dir, 'ca.crt');
}

/** Valkey in place of Redis. */
export async function startValkey(): Promise<Topology> {
  const servers = await ServerSet.create();
  const { port } = await servers.data([], { binary: 'valkey-server' });
  return { url: `redis://127.0.0.1:${port}`, stop: () => servers.stop() };
}
