/**
 * Names of all keys. They share one hash tag, so that one Lua script may touch a broadcast, its meeting and its account's
 * rate limit on a Redis Cluster.
 */
export interface Keys {
  /** `<prefix>:{0}:`, given to the scripts as KEYS[1]. */
  base: string;
  /** BullMQ's own `prefix`. */
  bullmq: string;
  broadcast(id: string): string;
  history(id: string): string;
  meeting(account: string, meetingId: string): string;
  /** Id → `startAt:endAt:status` of the unfinished broadcasts of a meeting; `ms:` beside it has them by start. */
  intervals(account: string, meetingId: string): string;
  index(name: string): string;
  worker(id: string): string;
  named(name: string): string;
}

/** @param prefix REDIS_PREFIX: the first part of every key */
export function keysOf(prefix: string): Keys {
  const base = `${prefix}:{0}:`;
  return {
    base,
    bullmq: `${base}q`,
    broadcast: (id) => `${base}b:${id}`,
    history: (id) => `${base}h:${id}`,
    meeting: (account, meetingId) => `${base}mt:${account}:${meetingId}`,
    intervals: (account, meetingId) => `${base}mi:${account}:${meetingId}`,
    index: (name) => `${base}ix:${name}`,
    worker: (id) => `${base}worker:${id}`,
    named: (name) => `${base}${name}`,
  };
}
