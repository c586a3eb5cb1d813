import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** One running `livestream api` or `livestream worker`. */
export interface Process {
  pid: number;
  /** What it reported to its parent once it ran: `{url}` of an API, `{workerId}` of a worker. */
  report: Record<string, unknown>;
  /** Sends a signal; resolves when the process is gone, if the signal ends it (not SIGSTOP, SIGCONT). */
  kill(signal?: NodeJS.Signals): Promise<void>;
  running(): boolean;
  /** Null while it runs and after a signal ended it. */
  exitCode(): number | null;
  /** Everything it wrote so far. */
  output(): string;
}

/** The command line of the build; of another than `dist` if wanted: a copy that nobody builds anew meanwhile. */
export const MAIN = resolve(process.env.ACCEPTANCE_DIST || 'dist', 'src/cli/main.js');
// Only what hangs: a dozen processes that start at once on two busy cores take a minute.
const START_TIMEOUT_MS = 100_000;

/** Resolves once it runs; it ends with this process, whatever happens. */
export async function startProcess(command: 'api' | 'worker', env: Record<string, string>): Promise<Process> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(MAIN, [command], {
    env: { PATH, HOME, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  const ended = once(child, 'exit');
  const lost = ended.then(([code, signal]) => {
    throw new Error(`livestream ${command} ended with ${signal ?? code} before it ran: ${said}`);
  });
  lost.catch(() => {});
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const [report] = (await Promise.race([once(child, 'message'), lost])) as [Record<string, unknown>];
  clearTimeout(timer);
  return processOf(child, report, ended, () => said);
}

function processOf(
  child: ChildProcess,
  report: Record<string, unknown>,
  ended: Promise<unknown>,
  output: () => string,
): Process {
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    report,
    running,
    exitCode: () => child.exitCode,
    output,
    kill: async (signal = 'SIGTERM') => {
      if (!running()) return;
      child.kill(signal);
      if (!['SIGSTOP', 'SIGCONT', 'SIGHUP'].includes(signal)) await ended;
    },
  };
}
