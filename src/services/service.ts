/**
 * Anything that runs until it is stopped: a loop, a server, a connection. A constructor starts nothing; `start` does.
 * Whatever takes work in rounds also has a `runOnce`, which tests call instead of waiting for the loop.
 */
export interface Service {
  /** Names it in the log. */
  readonly name: string;
  /** Resolves when it runs. Safe to call twice. Rejects when it cannot start; `stop` then releases what it has opened. */
  start(): Promise<void> | void;
  /**
   * Takes no more work, gives work in progress up to `graceMs` to end, and releases what it holds. Safe to call twice, and
   * whatever became of `start`.
   */
  stop(graceMs: number): Promise<void>;
}

/** Something that is open already, and only has to be closed. */
export function onStop(name: string, close: (graceMs: number) => Promise<unknown>): Service {
  return { name, start: () => {}, stop: async (graceMs) => void (await close(graceMs)) };
}

/** Resolves when `work` has ended, well or not, and after `graceMs` at the latest. */
export async function endedWithin(work: Promise<unknown>, graceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([work.catch(() => {}), tooLong]);
  clearTimeout(timer);
}
