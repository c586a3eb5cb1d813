import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { SystemClock } from '../clock.ts';

/** Exit code after a second Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;
/** One Ctrl-C arrives twice within this, ms, when npm or `timeout` passes on what the terminal has sent already. */
const SAME_CTRL_C_MS = 1_000;
/** Exit code of a shutdown that did not finish. */
const NOT_FINISHED = 1;
/** Delay between two checks whether waiting still makes sense, ms. */
const POLL_MS = 200;
/** When Redis is away for this long, ms, it will not come back to a child whose parent has ended: the parent ran it. */
const REDIS_GONE_MS = 1_000;

/** Why a process ends; `the parent process has ended` only for a child of `up`. */
export type EndReason = 'SIGTERM' | 'SIGINT' | 'the terminal was closed' | 'the parent process has ended';

/**
 * Resolves when this process should end: on SIGTERM, SIGINT, when its terminal is closed, or, for a child of `up`, when its
 * parent has ended (also by kill -9). Any other SIGHUP reloads the accounts. A second Ctrl-C ends the process at once.
 */
export function shutdownRequested(): Promise<EndReason> {
  const clock = new SystemClock();
  const hadTerminal = isatty(0);
  return new Promise((resolve) => {
    let requestedAt = Number.NaN;
    const request = (why: EndReason) => {
      if (why === 'SIGINT' && clock.monotonic() - requestedAt > SAME_CTRL_C_MS) process.exit(INTERRUPTED);
      if (Number.isNaN(requestedAt)) requestedAt = clock.monotonic();
      // The open channel to the parent would keep this process running after its work is done.
      process.channel?.unref();
      resolve(why);
    };
    process.on('SIGTERM', () => request('SIGTERM'));
    process.on('SIGINT', () => request('SIGINT'));
    process.on('SIGHUP', () => hadTerminal && terminalGone() && request('the terminal was closed'));
    process.on('disconnect', () => request('the parent process has ended'));
  });
}

/** A closed terminal sends SIGHUP, too, and cannot be opened any more. */
function terminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/**
 * Limits a shutdown: after `ms` the process ends, whatever still runs. A child whose parent has ended, together with its Redis,
 * does not wait.
 */
export function forceExitAfter(ms: number, why: EndReason, isRedisThere: () => boolean): void {
  const clock = new SystemClock();
  const begun = clock.monotonic();
  let orphaned = why === 'the parent process has ended';
  process.on('disconnect', () => {
    orphaned = true;
  });
  let seenAt = begun;
  const timer = setInterval(() => {
    const now = clock.monotonic();
    if (isRedisThere()) seenAt = now;
    if (now - begun >= ms || (orphaned && now - seenAt >= REDIS_GONE_MS)) process.exit(NOT_FINISHED);
  }, POLL_MS);
  timer.unref();
}
