import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import { SystemClock } from '../clock.ts';
import { machineZoneOf, resolvedZone } from '../time/machine-zone.ts';

/** Everything outside that the command line uses, so that a test can replace the terminal. */
export interface CliIo {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Read only if an option says so (`--stream-key -`). */
  stdin: AsyncIterable<string | Uint8Array>;
  env: Record<string, string | undefined>;
  /** Stdout is a terminal: use colours. */
  isTTY: boolean;
  /** Width of the terminal in characters; undefined: unlimited. */
  columns: number | undefined;
  /** Height of the terminal in lines; undefined: unlimited. */
  rows?: number | undefined;
  /** Stdin is a terminal: a person can answer a question. */
  stdinIsTTY?: boolean;
  /** Opens a page in the browser; false: there is none. Omitted: the system's own. */
  openPage?: (url: string, env: CliIo['env']) => Promise<boolean>;
  clock: Clock;
  /** The command's name for `--help`. Default: `livestream`. */
  name?: string;
}

/** The names that package.json gives the executable. */
const NAMES = ['livestream', 'livestream-scheduler'];

/** The real process. */
export function systemIo(): CliIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    isTTY: process.stdout.isTTY === true,
    stdinIsTTY: process.stdin.isTTY === true,
    // Read each time, because a window can be resized.
    get columns() {
      return process.stdout.columns;
    },
    get rows() {
      return process.stdout.rows;
    },
    clock: new SystemClock(),
    name: NAMES.find((name) => name === basename(process.argv[1] ?? '').replace(/\.cmd$/, '')) ?? 'livestream',
  };
}

/** The zone in which this machine reads local times: `TZ` if it names an IANA zone, else the system's, else UTC. */
export function machineZone(env: CliIo['env']): string {
  return machineZoneOf(env.TZ, resolvedZone()).zone;
}
