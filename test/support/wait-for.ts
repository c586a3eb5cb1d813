import { SystemClock } from '../../src/clock.ts';

/**
 * Asks again after a twentieth of the time that it has waited: quick at first, and never a large part of the wait. Thirty cases side by
 * side that ask an API every 50 ms take half a core from what they wait for, and most wait for many seconds.
 */
const pollMs = (waitedMs: number) => Math.min(Math.max(waitedMs / 20, 20), 200);
/** Only what hangs is waited for this long, ms. */
export const HANGS_MS = 100_000;

type Condition<Value> = () => Promise<Value | null | undefined | false> | Value | null | undefined | false;

/** Resolves as soon as `condition` gives something truthy, and with that; throws after `ms`, saying `what` never was. */
export async function until<Value>(what: string, condition: Condition<Value>, ms = HANGS_MS): Promise<Value> {
  for (const began = performance.now(); ; ) {
    const value = await condition();
    if (value) return value;
    const waited = performance.now() - began;
    if (waited > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, pollMs(waited)));
  }
}

/** Resolves at this moment (ms since the epoch), never before: what a test has planned for it comes then. */
export async function untilMoment(at: number): Promise<void> {
  await new SystemClock().sleepUntil(at);
}

/** The same where the condition says well enough what is waited for. */
export function eventually<Value>(condition: Condition<Value>, ms?: number): Promise<Value> {
  return until(String(condition), condition, ms);
}
