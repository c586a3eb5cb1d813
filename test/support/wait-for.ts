const POLL_MS = 20;
/** Only what hangs is waited for this long, ms. */
export const HANGS_MS = 60_000;

type Condition<Value> = () => Promise<Value | null | undefined | false> | Value | null | undefined | false;

/** Resolves as soon as `condition` gives something truthy, and with that; throws after `ms`, saying `what` never was. */
export async function until<Value>(what: string, condition: Condition<Value>, ms = HANGS_MS): Promise<Value> {
  for (const deadline = performance.now() + ms; ; ) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** The same where the condition says well enough what is waited for. */
export function eventually<Value>(condition: Condition<Value>, ms?: number): Promise<Value> {
  return until(String(condition), condition, ms);
}
