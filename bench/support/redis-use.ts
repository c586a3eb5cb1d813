import type { Redis } from 'ioredis';
import { until } from '../../test/support/wait-for.ts';

/** A gigabyte takes ten seconds on a quiet disk. */
const REWRITE_MS = 600_000;
const SCRIPTS = new Set(['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro']);

/** What a Redis was asked meanwhile. */
export interface RedisUse {
  scripts: number;
  /** Sent by clients, scripts not among them. */
  direct: number;
  /** By scripts. */
  inside: number;
}

/** Counts every command until it is ended, by `MONITOR`: it slows Redis down, so time nothing meanwhile. */
export async function watchCommands(redis: Redis): Promise<() => Promise<RedisUse>> {
  const monitor = await redis.monitor();
  const use: RedisUse = { scripts: 0, direct: 0, inside: 0 };
  monitor.on('monitor', (_at: string, [name = '']: string[], source: string) => {
    if (source === 'lua') use.inside += 1;
    else if (SCRIPTS.has(name.toLowerCase())) use.scripts += 1;
    else use.direct += 1;
  });
  return async () => {
    monitor.disconnect();
    return use;
  };
}

export interface Traffic {
  /** Bytes that clients have sent since the server started. */
  received: number;
  /** Connected, the one that asks not among them. */
  clients: number;
}

export async function redisTraffic(redis: Redis): Promise<Traffic> {
  const text = await redis.info();
  const numberOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1]);
  return { received: numberOf('total_net_input_bytes'), clients: numberOf('connected_clients') - 1 };
}

/** Fills a Redis without its file of every write, which would be several times the size of what is stored; the file has all of it afterwards. */
export async function withoutFile(redis: Redis, fill: () => Promise<void>): Promise<void> {
  await redis.config('SET', 'appendonly', 'no');
  await fill();
  await redis.config('SET', 'appendonly', 'yes');
  const isWritten = async () =>
    /aof_rewrite_in_progress:0\r?\naof_rewrite_scheduled:0/.test(await redis.info('persistence'));
  await until('Redis has written its file', isWritten, REWRITE_MS);
}

export interface RedisCounters {
  /** User and system time of the server, ms. */
  cpuMs: number;
  /** Of clients and of scripts. */
  commands: number;
  /** Scripts that clients have run. */
  scripts: number;
  /** Bytes that clients were sent. */
  sent: number;
}

/** What a Redis has done since it started. Costs it one command. */
export async function redisCounters(redis: Redis): Promise<RedisCounters> {
  const text = await redis.info('all');
  const numberOf = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
  const calls = [...text.matchAll(/^cmdstat_([^:|]+)\S*:calls=(\d+)/gm)];
  return {
    cpuMs: 1_000 * (numberOf('used_cpu_user') + numberOf('used_cpu_sys')),
    commands: numberOf('total_commands_processed'),
    scripts: calls.reduce((sum, [, name = '', count]) => sum + (SCRIPTS.has(name) ? Number(count) : 0), 0),
    sent: numberOf('total_net_output_bytes'),
  };
}
