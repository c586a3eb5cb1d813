import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/wait-for.ts';

/** A PostgreSQL of this run: a cluster in a folder of its own, on a free port of loopback. */
export interface Postgres {
  pid: number;
  /** Makes a database anew and gives its URL. */
  database(name: string): string;
  /** The first column of the first line. */
  ask(name: string, sql: string): string;
  stop(): Promise<void>;
}

/** Where Debian and others keep the programs of a server; `initdb` is on no PATH there. */
const DEBIAN = '/usr/lib/postgresql';
const ROOT = 0;
/** PostgreSQL refuses to run as root. Debian's package makes this user. */
const USER = 'postgres';

/** Why there is no PostgreSQL here, or null. */
export function postgresMissing(): string | null {
  if (binaries() === null) return 'no PostgreSQL server found: on Debian and Ubuntu, apt-get install postgresql';
  if (process.getuid?.() === ROOT && userIds() === null)
    return `PostgreSQL does not run as root and there is no user ${USER}: run this as another user`;
  return null;
}

/** The folder with the server's programs, of the newest version. */
function binaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

function userIds(): { uid: number; gid: number } | null {
  const idOf = (flag: string) => spawnSync('id', [flag, USER], { encoding: 'utf8' });
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}

/** Every commit is on disk before it is acknowledged (PostgreSQL's default), as in the Redis of the others. */
export async function startPostgres(): Promise<Postgres> {
  const bin = binaries() ?? '';
  const as = process.getuid?.() === ROOT ? userIds() : null;
  const dir = mkdtempSync(join(tmpdir(), 'livestream-bench-postgres-'));
  if (as) chownSync(dir, as.uid, as.gid);
  const data = join(dir, 'data');
  run(join(bin, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale', 'C'], { ...as, cwd: dir });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`, 'max_connections=200'];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(bin, 'postgres'), args, { ...as, cwd: dir, stdio: 'ignore' });
  const atExit = () => server.kill('SIGQUIT');
  process.once('exit', atExit);
  const url = (name: string) => `postgres://${USER}@127.0.0.1:${port}/${name}`;
  const psql = (name: string, sql: string) =>
    run(join(bin, 'psql'), ['-X', '-A', '-t', '-q', '-c', sql, url(name)], { cwd: tmpdir() }).trim();
  const ready = () => spawnSync(join(bin, 'pg_isready'), ['-q', '-d', url('postgres')]).status === 0;
  await until('PostgreSQL is ready', () => ready() || ended(server));
  if (ended(server)) throw new Error('the temporary PostgreSQL ended at once');
  return {
    pid: server.pid ?? 0,
    ask: psql,
    database: (name) => {
      psql('postgres', `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      psql('postgres', `CREATE DATABASE "${name}"`);
      return url(name);
    },
    stop: async () => {
      process.removeListener('exit', atExit);
      server.kill('SIGINT');
      if (!ended(server)) await once(server, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function ended({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function run(program: string, args: string[], options: object): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
