import type { Logger } from 'pino';
import type { LibraryLogger } from './options.ts';

const nothing = () => {};
const SILENT: LibraryLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The program's logger as the parts take it, or silence: a library prints nothing by itself. */
export function loggerOf(given: LibraryLogger | undefined): Logger {
  // The parts use these four methods and no more of pino.
  return (given ?? SILENT) as Logger;
}
