import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { SystemClock } from '../clock.ts';

/** Exit code after a second Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;
/** `npm` and `timeout` pass on a Ctrl-C that the terminal has already sent: a second one within this is the same, ms. */
const SAME_CTRL_C_MS = 1_000;
/** Exit code of an incomplete shutdown. */
const NOT_FINISHED = 1;
/** Interval of the checks whether waiting still makes sense, ms. */
const POLL_MS = 200;
/** After this long without Redis, it will not come back to a child whose parent has ended, because the parent ran it, ms. */
const REDIS_GONE_MS = 1_000;

/** Why a process ends; only a child of `up` can get `the parent process has ended`. */
export type EndReason = 'SIGTERM' | 'SIGINT' | 'the terminal was closed' | 'the parent process has ended';

/**
 * Resolves when this process should end: on SIGTERM, SIGINT, a closed terminal or, for a child of `up`, the end of its parent (also by
 * kill -9). Any other SIGHUP reloads the accounts. A second Ctrl-C ends the process at once.
 */
export function shutdownRequested(): Promise<EndReason> {
  const clock = new SystemClock();
  const hadTerminal = isatty(0);
  return new Promise((resolve) => {
    let requestedAt = Number.NaN;
    const request = (why: EndReason) => {
      if (why === 'SIGINT' && clock.monotonic() - requestedAt > SAME_CTRL_C_MS) process.exit(INTERRUPTED);
      if (Number.isNaN(requestedAt)) requestedAt = clock.monotonic();
      // The open channel to the parent would keep this process alive after its work is done.
      process.channel?.unref();
      resolve(why);
    };
    process.on('SIGTERM', () => request('SIGTERM'));
    process.on('SIGINT', () => request('SIGINT'));
    process.on('SIGHUP', () => hadTerminal && terminalGone() && request('the terminal was closed'));
    process.on('disconnect', () => request('the parent process has ended'));
  });
}

/** A closed terminal also sends SIGHUP, but can no longer be opened. */
function terminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/** Limits a shutdown: after `ms` the process ends, whatever still runs. A child does not wait when both its parent and Redis are gone. */
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
