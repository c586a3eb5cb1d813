/** What it means when Redis refuses, or does not answer: one table for the API, the probes, `doctor` and the log. */

import { LivestreamError } from '../errors.ts';

export interface RedisRefusal {
  /** First word of Redis' reply, such as `OOM`; `GONE` when there was no reply. */
  reply: string;
  /** Whether it still answers reads: only writes are refused. */
  readsWork: boolean;
  /** One sentence on what is wrong, without a full stop. */
  message: string;
  /** What to do about it. */
  advice: string;
}

type Meaning = Omit<RedisRefusal, 'reply'>;

const refusesWrites = (why: string, advice: string): Meaning => ({
  readsWork: true,
  message: `Redis refuses writes: ${why}`,
  advice,
});
const cannotServe = (message: string, advice: string): Meaning => ({ readsWork: false, message, advice });

const LOGIN = cannotServe('Redis rejects the login', 'Set the correct user and password in REDIS_URL.');

const MEANINGS: Record<string, Meaning> = {
  OOM: refusesWrites(
    'out of memory (maxmemory)',
    'Raise maxmemory, or remove other data from this Redis: redis-cli config set maxmemory 2gb.',
  ),
  MISCONF: refusesWrites(
    'it cannot save its data to disk',
    'Free disk space on the Redis machine, or make its folder writable; the Redis log names the file.',
  ),
  READONLY: refusesWrites(
    'it is a read-only replica',
    'Point REDIS_URL at the master, or name the Sentinels or the Cluster in it.',
  ),
  NOREPLICAS: refusesWrites(
    'too few replicas are connected (min-replicas-to-write)',
    'Bring the replicas back, or lower min-replicas-to-write.',
  ),
  NOPERM: refusesWrites(
    'the user in REDIS_URL is not allowed to run a required command',
    'Allow that user all commands on the keys of this service: ACL SETUSER name ~<REDIS_PREFIX>:* &* +@all.',
  ),
  LOADING: cannotServe('Redis is loading its data from disk', 'Wait: it answers when loading is done.'),
  MASTERDOWN: cannotServe(
    'Redis is a replica that has lost its master',
    'Bring the master back, or point REDIS_URL at the new one.',
  ),
  CLUSTERDOWN: cannotServe('the Redis Cluster is down', 'Check it with: redis-cli cluster info.'),
  TRYAGAIN: cannotServe('the Redis Cluster is moving the keys of this service', 'Try again in a moment.'),
  BUSY: cannotServe('Redis is busy with a script', 'Wait, or end it with: redis-cli script kill.'),
  NOAUTH: LOGIN,
  WRONGPASS: LOGIN,
};
const GONE = cannotServe('Redis does not answer', 'Start Redis, or correct REDIS_URL; livestream doctor checks it.');

const REPLY = new RegExp(`^-?(${Object.keys(MEANINGS).join('|')})\\b`);
/** Redis 6 wraps the reply that a script ran into. */
const INSIDE_SCRIPT = new RegExp(`@user_script: ?\\d+: -?(${Object.keys(MEANINGS).join('|')})\\b`);
const NO_PERMISSION = /can't run this command|no permissions to (run|access)|can't access at least one of the keys/i;

/** What this error text of Redis means; null when it is not about the state of the server. */
export function refusalOf(text: string): RedisRefusal | null {
  const reply =
    REPLY.exec(text)?.[1] ?? INSIDE_SCRIPT.exec(text)?.[1] ?? (NO_PERMISSION.test(text) ? 'NOPERM' : undefined);
  const meaning = reply === undefined ? undefined : MEANINGS[reply];
  return reply !== undefined && meaning ? { reply, ...meaning } : null;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
]);
/** A missing folder (mkdir, open) has the same code as a missing socket: only these are about a connection. */
const NETWORK_CALLS = new Set(['connect', 'read', 'write', 'shutdown', 'getaddrinfo']);
const CLIENT_MESSAGES = new RegExp(
  [
    "Connection is closed|Connection is in closing|Connection lost|isn't writeable|Command timed out",
    'sentinels are unreachable|Socket timeout|slots cache|Too many Cluster redirections',
  ].join('|'),
  'i',
);

/** What a thrown error means about Redis (ioredis 6); null when Redis is not the cause. */
export function redisRefusal(error: unknown): RedisRefusal | null {
  if (!(error instanceof Error)) return null;
  const { name, message, code, syscall } = error as NodeJS.ErrnoException;
  if (name === 'ReplyError') return refusalOf(message) ?? refusalOfTransaction(error);
  const gone: RedisRefusal = { reply: 'GONE', ...GONE };
  if (name === 'MaxRetriesPerRequestError' || name === 'ClusterAllFailedError') return gone;
  if (syscall !== undefined && code !== undefined)
    return NETWORK_CALLS.has(syscall) && NETWORK_CODES.has(code) ? gone : null;
  return CLIENT_MESSAGES.test(message) ? gone : null;
}

/** The same as a `LivestreamError`; null when Redis is not the cause. */
export function redisError(error: unknown): LivestreamError | null {
  const refusal = redisRefusal(error);
  if (!refusal) return null;
  const { reply, readsWork, message, advice } = refusal;
  const more = { cause: error, extra: { redis: reply } };
  if (readsWork) return new LivestreamError('redis_refuses_writes', `${message}. Nothing was stored. ${advice}`, more);
  return new LivestreamError('redis_unavailable', `${message}. Only what was acknowledged is stored. ${advice}`, more);
}

/** EXEC only says that an earlier command was refused; ioredis keeps which one. */
function refusalOfTransaction(error: Error): RedisRefusal | null {
  const { previousErrors } = error as { previousErrors?: Error[] };
  for (const { message } of previousErrors ?? []) {
    const refusal = refusalOf(message);
    if (refusal) return refusal;
  }
  return null;
}
