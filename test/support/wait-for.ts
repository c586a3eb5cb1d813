/** Quick at first; then no more than a file with thirty cases side by side can ask of an API without slowing down what it waits for. */
const POLL_MS = { first: 20, afterASecond: 50 };
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
    await new Promise((done) => setTimeout(done, waited < 1_000 ? POLL_MS.first : POLL_MS.afterASecond));
  }
}

/** The same where the condition says well enough what is waited for. */
export function eventually<Value>(condition: Condition<Value>, ms?: number): Promise<Value> {
  return until(String(condition), condition, ms);
}
