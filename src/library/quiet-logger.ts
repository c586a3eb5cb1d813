import type { Logger } from 'pino';
import type { LibraryLogger } from './options.ts';

const nothing = () => {};
const SILENT: LibraryLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The program's logger, or silence: a library prints nothing on its own. */
export function loggerOf(given: LibraryLogger | undefined): Logger {
  // The parts use only these four methods of pino.
  return (given ?? SILENT) as Logger;
}
