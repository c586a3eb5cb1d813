import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import type { KeyName } from './keys.ts';

const COMMANDS = {
  lsCommit: 'commit',
  lsLoad: 'load',
  lsRecords: 'records',
  lsAffected: 'affected',
  lsIndexMeeting: 'index_meeting',
  lsPage: 'page',
  lsSearch: 'search',
  lsReserve: 'reserve',
  lsQuarantine: 'quarantine',
  lsRewrite: 'rewrite',
  lsRaise: 'raise',
  lsAlert: 'alert',
  lsPause: 'pause',
  lsNotifyBatch: 'notify_batch',
};
const INCLUDE = /^-- @include (\w+)$/gm;

function source(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
}

/** The text of a store script as Redis gets it. */
export function scriptText(name: string): string {
  return whole(source(name));
}

/** Defines the script in a file as a command of the connection, with the key base as its only key. */
export function defineScript<Commands>(
  redis: Redis | Cluster,
  command: keyof Commands & string,
  file: URL,
): (Redis | Cluster) & Commands {
  // A pipeline that ioredis has opened in this tick does not know a command added now: the call would throw, and the answers of the
  // commands beside it would go to the wrong callers.
  goesAlone(redis, command);
  redis.defineCommand(command, { numberOfKeys: 1, lua: whole(readFileSync(file, 'utf8')) });
  return redis as (Redis | Cluster) & Commands;
}

/** Keeps a command out of the automatic pipelines of ioredis. */
function goesAlone({ options }: Redis | Cluster, command: string): void {
  options.autoPipeliningIgnoredCommands = [...new Set([...(options.autoPipeliningIgnoredCommands ?? []), command])];
}

/** Inserts the shared parts (`-- @include name`); the script fails unless all our keys are on one node (TRYAGAIN). */
function whole(lua: string): string {
  return source('whole_slot') + lua.replace(INCLUDE, (_line, part: string) => source(part));
}

/** The scripts as commands of a connection; each takes the key base as its only key. */
export interface LuaCommands {
  /** One answer, or error, per payload. */
  lsCommit(base: string, ...payloads: string[]): Promise<(string[] | Error)[]>;
  lsLoad(base: string, id: string, now: string): Promise<LoadAnswer | null>;
  /** Fields `d` (0: no such record), `v`, `a` and `m` of each record, in one list. */
  lsRecords(base: string, ...ids: string[]): Promise<(string | 0 | null)[]>;
  lsAffected(base: string, query: string): Promise<[meeting: string[], next: string, ids: string[]]>;
  lsIndexMeeting(base: string, meeting: string): Promise<number>;
  lsPage(base: string, page: string): Promise<string[][]>;
  lsSearch(base: string, search: string): Promise<string[]>;
  lsReserve(base: string, rule: string): Promise<string[]>;
  lsQuarantine(
    base: string,
    id: string,
    data: string,
    version: string,
    indexes: string,
    damage: string,
    event: string,
    alert: string,
  ): Promise<'moved' | 'gone' | 'changed'>;
  lsRewrite(base: string, id: string, before: string, after: string): Promise<number>;
  lsRaise(base: string, name: KeyName, to: number): Promise<number>;
  lsAlert(base: string, what: string): Promise<number>;
  lsPause(base: string, what: string): Promise<string[]>;
  lsNotifyBatch(base: string, what: string): Promise<string[]>;
}

/** `data` and the last three as stored; the two lists are flat hashes. */
type LoadAnswer = [
  data: string | null,
  meeting: string[],
  intervals: string[],
  pausedUntil: string,
  lease: string,
  now: string,
  pauses: string[],
  version: string | null,
  account: string | null,
  meetingId: string | null,
];

/** Adds our scripts to a connection (EVALSHA, and EVAL once after a restart of Redis). */
export function withLua<Connection extends Redis | Cluster>(redis: Connection): Connection & LuaCommands {
  // A pipeline answers only after its last command: a claim would wait for every other command in it.
  goesAlone(redis, 'lsCommit');
  for (const [command, name] of Object.entries(COMMANDS)) {
    redis.defineCommand(command, { numberOfKeys: 1, lua: scriptText(name) });
  }
  return redis as Connection & LuaCommands;
}
