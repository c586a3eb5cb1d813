import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { Clock } from '../clock.ts';
import { makeFolder } from './make-folder.ts';
import { bootId, pidNamespace, processIdentity } from './process-identity.ts';
import { beatOf, isShowingLife, type ProofOfLife, showLife } from './proof-of-life.ts';

/** Another `up` runs on this folder. */
export class UpLockError extends Error {
  override readonly name = 'UpLockError';
  /** Process id of the one that runs, where that runs. */
  readonly pid: number;
  /** When it took the lock (ms). */
  readonly since: number;

  constructor(holder: Holder, dataDir: string) {
    const since = DateTime.fromMillis(holder.since, { locale: 'en-US' }).toFormat('ccc d LLL yyyy HH:mm:ss ZZZZ');
    const isHere = holder.namespace === undefined || holder.namespace === pidNamespace();
    const who = isHere
      ? `process ${holder.pid}`
      : `process ${holder.pid} of another container or machine (${holder.host ?? 'unknown'})`;
    super(
      `another \`livestream up\` is already running on ${dataDir}: ${who}, since ${since}. ` +
        `Stop it first${isHere ? ` (kill ${holder.pid})` : ''}, or set another DATA_DIR for this one.`,
    );
    this.pid = holder.pid;
    this.since = holder.since;
  }
}

export interface UpLock {
  /** Safe to call twice. */
  release(): void;
}

export interface UpLockOptions {
  /** Another process took over the lock, because this one gave no sign of life for too long: it must exit at once. */
  onLost?: () => void;
  /** Called once before waiting for a sign of life of a holder that cannot be seen from here. */
  onWait?: (waitMs: number) => void;
}

interface Holder {
  pid: number;
  /** See `processIdentity`: a later process with the same id is another one. */
  identity: string | null;
  since: number;
  /** Names this one holding. */
  token: string;
  /** Left out by earlier builds. `namespace`: where `pid` means something; `boot`: the kernel that runs it. */
  namespace?: string | null;
  boot?: string | null;
  host?: string;
  /** Name of its socket in the folder; null when it could have none. */
  socket?: string | null;
}

/** Lost races before giving up; each means that another process has just started or stopped. */
const ATTEMPTS = 20;
/** The holder gives a sign of life this often, ms … */
const BEAT_MS = 1_000;
/** … and counts as dead when it cannot be seen and gives none for this long, ms: a busy machine may miss some beats. */
const SILENT_MS = 10_000;
const POLL_MS = 100;

/**
 * Lets one `up` at a time use a data folder (made when missing, for its owner only), also from several containers and
 * machines that share it. If the process that holds the lock is dead (kill -9, reboot), the next one gets it: at once if
 * this kernel knows that it is gone, otherwise after 10 s without a sign of life. Clocks of two machines are never compared.
 * @throws UpLockError when another one runs
 */
export async function acquireUpLock(dataDir: string, clock: Clock, options: UpLockOptions = {}): Promise<UpLock> {
  makeFolder(dataDir);
  const path = join(dataDir, 'up.lock');
  const token = randomUUID();
  const draft = `${path}.${token}`;
  // The proof exists before the lock: whoever sees the lock finds it.
  const proof = await showLife(dataDir, `up-${token.slice(0, 8)}.sock`, draft);
  try {
    const mine: Holder = {
      pid: process.pid,
      identity: processIdentity(process.pid),
      since: clock.now(),
      token,
      namespace: pidNamespace(),
      boot: bootId(),
      host: hostname(),
      socket: proof.socket,
    };
    writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (place(draft, path)) return hold(path, mine, proof, clock, options);
      const holder = read(path);
      if (holder && (await lives(holder, dataDir, path, clock, options))) throw new UpLockError(holder, dataDir);
      removeStale(path, holder);
      if (holder?.socket) rmSync(join(dataDir, holder.socket), { force: true });
    }
    throw new Error(`the lock ${path} keeps changing hands`);
  } catch (error) {
    proof.end();
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A link appears whole or not at all, and only where nothing is. */
function place(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Beats until it is released, and checks at each beat that the lock is still ours. */
function hold(path: string, mine: Holder, proof: ProofOfLife, clock: Clock, { onLost }: UpLockOptions): UpLock {
  const timer = setInterval(() => {
    proof.beat(clock.now());
    const holder = read(path);
    if (!holder || holder.token === mine.token) return;
    clearInterval(timer);
    onLost?.();
  }, BEAT_MS);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (read(path)?.token === mine.token) rmSync(path, { force: true });
      proof.end();
    },
  };
}

function read(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}

async function lives(
  holder: Holder,
  dataDir: string,
  path: string,
  clock: Clock,
  { onWait }: UpLockOptions,
): Promise<boolean> {
  const identity = processIdentity(holder.pid);
  const isSame = identity !== null && identity === holder.identity;
  // A process id has a meaning only within one namespace: elsewhere it belongs to no process, or to another one.
  if (holder.namespace === undefined || holder.namespace === pidNamespace()) return isSame;
  if (holder.boot && holder.boot === bootId() && holder.socket) {
    const answer = await isShowingLife(dataDir, holder.socket);
    if (answer !== 'unknown') return answer === 'yes';
  }
  return beats(path, holder, clock, onWait);
}

/** Another kernel, or no socket: whether the file is touched while we watch. */
async function beats(path: string, holder: Holder, clock: Clock, onWait: UpLockOptions['onWait']): Promise<boolean> {
  onWait?.(SILENT_MS);
  const first = beatOf(path);
  for (const until = clock.monotonic() + SILENT_MS; clock.monotonic() < until; ) {
    await clock.sleepUntil(clock.now() + POLL_MS);
    // Gone, or taken by another process: the next attempt will show.
    if (read(path)?.token !== holder.token) return false;
    if (beatOf(path) !== first) return true;
  }
  return false;
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
