import { Secret } from '../secrets/secret.ts';

export interface RedisNode {
  host: string;
  port: number;
}

interface RedisLogin {
  username: string | null;
  password: Secret | null;
}

/** Where Redis is, in the words of the setting `REDIS_URL`. */
export type RedisTarget = RedisLogin &
  (
    | { kind: 'single'; host: string; port: number; tls: boolean; db: number }
    | { kind: 'socket'; path: string; db: number }
    | {
        kind: 'sentinel';
        sentinels: RedisNode[];
        /** The master's name in the Sentinels' configuration. */
        name: string;
        tls: boolean;
        db: number;
        /** Login of the Sentinels themselves; the user and password of the URL are the master's. */
        sentinelLogin: RedisLogin;
      }
    | { kind: 'cluster'; nodes: RedisNode[]; tls: boolean }
  );

/** Its message says what was expected and never shows the password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

export const REDIS_URL_FORMS =
  'redis://host:6379/0, rediss://… (TLS), unix:///path.sock, ' +
  'redis+sentinel://host:26379,host2:26379/mymaster or redis+cluster://host:7000,host2:7001';

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;
const SCHEMES = new Set([
  'redis',
  'rediss',
  'unix',
  'redis+sentinel',
  'rediss+sentinel',
  'redis+cluster',
  'rediss+cluster',
]);
const QUERY_NAMES: Record<RedisTarget['kind'], string[]> = {
  single: ['db'],
  socket: ['db'],
  sentinel: ['db', 'sentinelUsername', 'sentinelPassword'],
  cluster: [],
};

interface Parts extends RedisLogin {
  scheme: string;
  tls: boolean;
  hosts: string;
  /** Without its leading slash, except for a socket. */
  path: string;
  query: URLSearchParams;
}

/**
 * Reads a Redis URL: `redis://[user[:password]@]host[:port][/db]` and, in the same manner, `rediss://`,
 * `unix:///path.sock[?db=n]`, `redis+sentinel://host,host2/mastername[/db]`, `redis+cluster://host,host2`; the last two
 * also with `rediss+…`. Throws `RedisUrlError`.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const parts = split(text);
  if (parts.scheme === 'unix') return socketTarget(parts);
  if (parts.scheme.endsWith('+sentinel')) return sentinelTarget(parts);
  if (parts.scheme.endsWith('+cluster')) return clusterTarget(parts);
  return singleTarget(parts);
}

/** How `redis-cli` reaches it, without a password; the name alone where no single server is named. */
export function redisCli(target: RedisTarget): string {
  const login = [
    ...(target.username === null ? [] : ['--user', target.username]),
    // redis-cli prompts for it: no secret may appear in a list of processes.
    ...(target.password === null ? [] : ['--askpass']),
  ];
  const words = (...more: string[]) => ['redis-cli', ...more, ...login].join(' ');
  switch (target.kind) {
    case 'single': {
      const more = [...(target.tls ? ['--tls'] : []), ...(target.db === 0 ? [] : ['-n', String(target.db)])];
      return words('-h', target.host, '-p', String(target.port), ...more);
    }
    case 'socket':
      return words('-s', target.path, ...(target.db === 0 ? [] : ['-n', String(target.db)]));
    case 'cluster': {
      const [{ host, port } = { host: '127.0.0.1', port: DEFAULT_PORT }] = target.nodes;
      return words('-c', '-h', host, '-p', String(port), ...(target.tls ? ['--tls'] : []));
    }
    case 'sentinel':
      return 'redis-cli';
  }
}

/** A target in a form fit for logs: no user, no password. */
export function describeRedisTarget(target: RedisTarget): string {
  const list = (nodes: RedisNode[]) => nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  if (target.kind === 'socket') return `unix://${target.path}`;
  const scheme = target.tls ? 'rediss' : 'redis';
  if (target.kind === 'single') return `${scheme}://${list([target])}/${target.db}`;
  if (target.kind === 'cluster') return `${scheme}+cluster://${list(target.nodes)}`;
  return `${scheme}+sentinel://${list(target.sentinels)}/${target.name}/${target.db}`;
}

/** Parsed by hand, because the platform's URL parser does not accept a list of hosts. */
function split(text: string): Parts {
  const match = /^([a-z+]+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(text.trim());
  const scheme = match?.[1]?.toLowerCase();
  if (!match || !scheme || !SCHEMES.has(scheme)) throw new RedisUrlError(`expected ${REDIS_URL_FORMS}`);
  const authority = match[2] ?? '';
  const at = authority.lastIndexOf('@');
  const path = match[3] ?? '';
  return {
    scheme,
    tls: scheme.startsWith('rediss'),
    ...login(authority.slice(0, Math.max(at, 0))),
    hosts: authority.slice(at + 1),
    path: scheme === 'unix' ? decode(path, 'path') : decode(path.replace(/^\//, ''), 'path'),
    query: new URLSearchParams(match[4] ?? ''),
  };
}

function login(text: string): RedisLogin {
  const colon = text.indexOf(':');
  const username = decode(colon < 0 ? text : text.slice(0, colon), 'user name');
  const password = colon < 0 ? '' : decode(text.slice(colon + 1), 'password');
  return { username: username || null, password: password ? new Secret(password) : null };
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError(`the ${what} has a % that is not part of a valid escape: write % as %25`);
  }
}

function singleTarget(parts: Parts): RedisTarget {
  checkQuery(parts, 'single');
  const nodes = nodeList(parts.hosts, DEFAULT_PORT);
  const node = nodes[0];
  if (nodes.length !== 1 || !node) {
    throw new RedisUrlError('expected one host; for several use redis+sentinel://… or redis+cluster://…');
  }
  const { username, password, tls } = parts;
  return { kind: 'single', ...node, tls, db: database(parts, parts.path), username, password };
}

function socketTarget(parts: Parts): RedisTarget {
  checkQuery(parts, 'socket');
  if (parts.hosts !== '' || parts.path.length < 2) {
    throw new RedisUrlError('expected the absolute path of a socket after three slashes: unix:///run/redis.sock');
  }
  const { username, password, path } = parts;
  return { kind: 'socket', path, db: database(parts, ''), username, password };
}

function sentinelTarget(parts: Parts): RedisTarget {
  checkQuery(parts, 'sentinel');
  const [name = '', db = '', ...rest] = parts.path.split('/');
  if (!name || rest.length > 0) {
    throw new RedisUrlError('expected the name of the master after the hosts: redis+sentinel://host:26379/mymaster');
  }
  const sentinelPassword = parts.query.get('sentinelPassword');
  const { username, password, tls } = parts;
  return {
    kind: 'sentinel',
    sentinels: nodeList(parts.hosts, DEFAULT_SENTINEL_PORT),
    name,
    tls,
    db: database(parts, db),
    username,
    password,
    sentinelLogin: {
      username: parts.query.get('sentinelUsername'),
      password: sentinelPassword ? new Secret(sentinelPassword) : null,
    },
  };
}

function clusterTarget(parts: Parts): RedisTarget {
  checkQuery(parts, 'cluster');
  if (parts.path !== '' && parts.path !== '0') throw new RedisUrlError('a Redis Cluster has only database 0');
  const { username, password, tls } = parts;
  return { kind: 'cluster', nodes: nodeList(parts.hosts, DEFAULT_PORT), tls, username, password };
}

function checkQuery(parts: Parts, kind: RedisTarget['kind']): void {
  const known = QUERY_NAMES[kind];
  const unknown = [...parts.query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RedisUrlError(`unknown parameter ${unknown}; valid here: ${known.join(', ') || 'none'}`);
  }
}

function database(parts: Parts, fromPath: string): number {
  const text = parts.query.get('db') ?? fromPath;
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw new RedisUrlError(`expected a database number such as /0, got /${text}`);
  return Number(text);
}

function nodeList(text: string, defaultPort: number): RedisNode[] {
  return text.split(',').map((entry) => {
    const match = /^(\[[0-9a-fA-F:.]+\]|[^:@[\]\s]+)(?::(\d{1,5}))?$/.exec(entry.trim());
    const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
    if (!match?.[1])
      throw new RedisUrlError(`expected host or host:port${entry ? ' for each entry of the list' : ', got none'}`);
    if (port < 1 || port > 65_535) throw new RedisUrlError(`expected a port of 1 to 65535, got ${port}`);
    return { host: match[1].replace(/^\[|\]$/g, ''), port };
  });
}
