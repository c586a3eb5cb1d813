/** Exit code after a second Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;

/**
 * Resolves when this process shall end: SIGTERM, SIGINT, or, for a child of `up`, when its parent is gone (also by kill -9).
 * A second Ctrl-C of an impatient person ends it at once.
 */
export function untilToldToEnd(): Promise<string> {
  return new Promise((resolve) => {
    let told = false;
    const tell = (why: string) => {
      if (told && why === 'SIGINT' && !process.connected) process.exit(INTERRUPTED);
      told = true;
      resolve(why);
    };
    process.on('SIGTERM', () => tell('SIGTERM'));
    process.on('SIGINT', () => tell('SIGINT'));
    process.on('disconnect', () => tell('parent gone'));
  });
}
