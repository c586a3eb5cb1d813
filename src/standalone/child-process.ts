import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/** A child that keeps dying is restarted after this, ms. */
const RESTART_MS = 1_000;
/** A child that was asked to stop is killed after this, ms: longer than the grace period of a worker. */
const END_MS = 14_000;

/** A `livestream` command in a process of its own, held by the IPC channel: it ends when its parent does. */
export class LivestreamChild {
  readonly #argv: string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #child: ChildProcess | null = null;
  #stopping = false;

  constructor(options: { argv: string[]; env: NodeJS.ProcessEnv; clock: Clock; logger: Logger }) {
    this.#argv = options.argv;
    this.#env = options.env;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Starts it and resolves with what it reports once it runs; rejects when it ends before. */
  async start(): Promise<Record<string, unknown>> {
    const child = fork(entryPoint(), this.#argv, {
      env: this.#env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A group of its own: Ctrl-C in a terminal reaches a whole group, and the order of the shutdown is the parent's.
      detached: true,
    });
    this.#child = child;
    const ended = once(child, 'exit').then(([code, signal]) => {
      // Its own message is in the output above.
      throw new Error(
        `livestream ${this.#argv[0]} did not start (${signal ?? `exit code ${code}`}); see its messages above`,
      );
    });
    const [report] = (await Promise.race([once(child, 'message'), ended])) as [Record<string, unknown>];
    ended.catch(() => {});
    child.once('exit', (code, signal) => void this.#restart(code, signal));
    return report;
  }

  /** Passes a signal on, if it runs. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Asks it to stop and waits; kills it if it does not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = new AbortController();
    void this.#clock
      .sleepUntil(this.#clock.now() + END_MS, timer.signal)
      .then(() => timer.signal.aborted || child.kill('SIGKILL'));
    await exited;
    timer.abort();
  }

  async #restart(code: number | null, signal: string | null): Promise<void> {
    if (this.#stopping) return;
    this.#logger.error({ code, signal }, `livestream ${this.#argv[0]} ended unexpectedly; restarting it`);
    await this.#clock.sleepUntil(this.#clock.now() + RESTART_MS);
    if (this.#stopping) return;
    await this.start().catch(() => this.#restart(null, null));
  }
}

/** Reports to a parent `LivestreamChild` that this process is ready. */
export function reportRunning(report: Record<string, unknown>): void {
  process.send?.(report);
}

/** The executable: its place relative to this file is the same in the sources and in the build. */
function entryPoint(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../cli/main.${ending}`, import.meta.url));
}
