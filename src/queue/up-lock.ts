import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { processIdentity } from './process-identity.ts';

/** Another `up` runs on this folder. */
export class UpLockError extends Error {
  override readonly name = 'UpLockError';
  /** Process id of the one that runs. */
  readonly pid: number;
  /** When it took the lock (ms). */
  readonly since: number;

  constructor(holder: Holder, dataDir: string) {
    const since = new Date(holder.since).toISOString();
    super(
      `another \`livestream up\` already runs on ${dataDir}: process ${holder.pid}, since ${since}. ` +
        `End it first (kill ${holder.pid}), or give this one its own DATA_DIR.`,
    );
    this.pid = holder.pid;
    this.since = holder.since;
  }
}

export interface UpLock {
  /** Safe to call twice. */
  release(): void;
}

interface Holder {
  pid: number;
  /** See `processIdentity`: a later process with the same id is another one. */
  identity: string | null;
  since: number;
  /** Names this one holding. */
  token: string;
}

/** Lost races before giving up; each means that another process has just come or gone. */
const ATTEMPTS = 20;

/**
 * Lets one `up` at a time use a data folder (made when missing, for its owner only). The lock of a process that is gone,
 * also after a kill -9 or a reboot, is taken over. Throws `UpLockError` when another one runs.
 */
export function acquireUpLock(dataDir: string, clock: Clock): UpLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'up.lock');
  const mine: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid),
    since: clock.now(),
    token: randomUUID(),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (place(path, mine)) return { release: () => release(path, mine) };
    const holder = read(path);
    if (holder && lives(holder)) throw new UpLockError(holder, dataDir);
    removeStale(path, holder);
  }
  throw new Error(`the lock ${path} changes hands all the time`);
}

/** A link appears whole or not at all, and only where nothing is. */
function place(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}

function lives(holder: Holder): boolean {
  const identity = processIdentity(holder.pid);
  return identity !== null && identity === holder.identity;
}

/** Moves the stale lock away; when another process was quicker and what moved is its fresh lock, that goes back. */
function removeStale(path: string, stale: Holder | null): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    const moved = read(aside);
    if (moved && moved.token !== stale?.token) linkSync(aside, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(path: string, mine: Holder): void {
  if (read(path)?.token === mine.token) rmSync(path, { force: true });
}
