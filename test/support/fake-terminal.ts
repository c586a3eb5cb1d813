import { type CliIo, main } from '../../src/cli/main.ts';
import type { Clock } from '../../src/clock.ts';

/** Wed 2 Dec 2026 12:00 in New York. */
export const NOON = Date.parse('2026-12-02T12:00:00-05:00');

export function clockAt(now: number): Clock {
  return { now: () => now, monotonic: () => now, sleepUntil: async () => {}, random: () => 0.5 };
}

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  isTTY?: boolean;
  columns?: number;
  clock?: Clock;
  /** Somebody sits there and can answer. */
  canAnswer?: boolean;
  openPage?: CliIo['openPage'];
  /** What it prints is added here, for those who watch it run. */
  printed?: string[];
}

/** Runs one command line in this process, in New York, at `NOON`. */
export async function run(argv: string[], options: RunOptions = {}): Promise<Run> {
  const out = options.printed ?? [];
  const err: string[] = [];
  const io: CliIo = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    stdin: (async function* () {
      yield options.stdin ?? '';
    })(),
    env: { TZ: 'America/New_York', ...options.env },
    isTTY: options.isTTY ?? false,
    columns: options.columns,
    ...(options.openPage ? { openPage: options.openPage } : {}),
    stdinIsTTY: options.canAnswer ?? false,
    clock: options.clock ?? clockAt(NOON),
  };
  const code = await main(argv, io);
  return { code, stdout: out.join(''), stderr: err.join('') };
}
