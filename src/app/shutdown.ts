import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { SystemClock } from '../clock.ts';

/** Exit code after a second Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;
/** One Ctrl-C comes twice within this, ms, where npm or `timeout` hands on what the terminal has sent already. */
const SAME_CTRL_C_MS = 1_000;
/** Exit code of a shutdown that did not come to its end. */
const NOT_FINISHED = 1;
/** Distance of two looks whether waiting still makes sense, ms. */
const POLL_MS = 200;
/** Redis away for this long, ms, will not come back to a child whose parent is gone: the parent held it. */
const REDIS_GONE_MS = 1_000;

/** Why a process ends; `parent gone` only of a child of `up`. */
export type EndReason = 'SIGTERM' | 'SIGINT' | 'the terminal was closed' | 'the parent process has ended';

/**
 * Resolves when this process shall end: SIGTERM, SIGINT, its terminal closed, or, for a child of `up`, when its parent is gone
 * (also by kill -9). Any other SIGHUP does not end it: it asks to read the accounts again.
 * A second Ctrl-C of an impatient person ends it at once.
 */
export function shutdownRequested(): Promise<EndReason> {
  const clock = new SystemClock();
  const hadTerminal = isatty(0);
  return new Promise((resolve) => {
    let toldAt = Number.NaN;
    const tell = (why: EndReason) => {
      if (why === 'SIGINT' && clock.monotonic() - toldAt > SAME_CTRL_C_MS) process.exit(INTERRUPTED);
      if (Number.isNaN(toldAt)) toldAt = clock.monotonic();
      // Listened to, the channel to the parent would hold this process after all its work is done.
      process.channel?.unref();
      resolve(why);
    };
    process.on('SIGTERM', () => tell('SIGTERM'));
    process.on('SIGINT', () => tell('SIGINT'));
    process.on('SIGHUP', () => hadTerminal && terminalGone() && tell('the terminal was closed'));
    process.on('disconnect', () => tell('the parent process has ended'));
  });
}

/** A terminal that was closed sends SIGHUP, too; then it cannot be opened any more. */
function terminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/**
 * Bounds a shutdown: whatever still holds the process after `ms` ends with it. A child whose parent is gone, and whose Redis
 * went with it, waits for nothing.
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
