import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';

const INCLUDE = /^-- @include (\w+)$/gm;

function source(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
}

/** The text of a script with its shared parts put in (`-- @include name`). */
export function scriptText(name: string): string {
  return source(name).replace(INCLUDE, (_line, part: string) => source(part));
}

/** The scripts as commands of a connection; each takes the key base as its one key. */
export interface LuaCommands {
  lsCommit(base: string, payload: string): Promise<string[]>;
  lsLoad(base: string, id: string, now: string): Promise<[string, string[], string[], string, string, string] | null>;
  lsReserve(
    base: string,
    account: string,
    cls: string,
    interval: number,
    token: string,
    daily: number,
    now: string,
  ): Promise<string[]>;
}

/** Adds our scripts to a connection (EVALSHA, and EVAL once after a restart of Redis). */
export function withLua<Connection extends Redis | Cluster>(redis: Connection): Connection & LuaCommands {
  for (const name of ['commit', 'load', 'reserve']) {
    const command = `ls${name[0]?.toUpperCase()}${name.slice(1)}`;
    redis.defineCommand(command, { numberOfKeys: 1, lua: scriptText(name) });
  }
  return redis as Connection & LuaCommands;
}
