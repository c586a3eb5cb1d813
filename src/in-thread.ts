/** Runs what computes for long in a thread of its own, so that the event loop is free for what is due. */

import { extname } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';

export interface ThreadLimits {
  /** Of one task, ms. */
  timeoutMs: number;
  /** Of its heap, MB. */
  memoryMb: number;
}

/** What the thread sends back. `ready`: it is loaded, and takes tasks. */
export type ThreadAnswer = { kind: 'ready' } | { kind: 'done'; result: unknown } | { kind: 'failed'; message: string };

/** The task took too long, or too much memory: the thread was ended. The message is for people. */
export class ThreadLimitReached extends Error {}

/** A thread that has had nothing to do for this long is ended, ms. */
const IDLE_MS = 30_000;
/** Only a thread that hangs takes this long to load, ms. */
const LOADING_MS = 60_000;

/** How a thread starts. Tests run TypeScript, which Node 20 cannot load by itself. */
export const threadStart: { execArgv?: string[] } = {};

/** A file in the folder of the one with this URL, in the language that it runs in: TypeScript in tests, else JavaScript. */
export function threadFile(beside: string, name: string): URL {
  return new URL(`./${name}${extname(beside)}`, beside);
}

/**
 * One thread that does one task after the other. It starts with the first one, is ended by a task that breaks a limit, and starts anew
 * with the next. It does not keep the process alive.
 */
export class TaskThread {
  readonly #file: URL;
  readonly #limits: ThreadLimits;
  #worker: Worker | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(file: URL, limits: ThreadLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /** @param task can be cloned @throws ThreadLimitReached; Error with the message of what the task threw */
  run<Result>(task: unknown): Promise<Result> {
    const done = this.#queue.then(() => this.#one(task));
    this.#queue = done.catch(() => {});
    return done as Promise<Result>;
  }

  async #one(task: unknown): Promise<unknown> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    worker.ref();
    try {
      // What it takes to load is not the task's: a busy machine is not an endless calendar.
      if (this.#worker === null) await this.#next(worker, LOADING_MS);
      this.#worker = worker;
      return await this.#next(worker, this.#limits.timeoutMs, task);
    } finally {
      worker.unref();
      this.#idle = setTimeout(() => void this.#end(worker), IDLE_MS);
      this.#idle.unref();
    }
  }

  /** Sends the task, if there is one, and waits for what the thread sends next. */
  #next(worker: Worker, timeoutMs: number, task?: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      worker.removeAllListeners();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        worker.removeAllListeners();
        worker.on('error', () => void this.#end(worker));
        settle();
      };
      const fail = (error: Error) => {
        void this.#end(worker);
        end(() => reject(error));
      };
      const tooLong = () => fail(new ThreadLimitReached(`it took longer than ${timeoutMs / 1_000} s to read`));
      const timer = setTimeout(tooLong, timeoutMs);
      worker.once('message', (answer: ThreadAnswer) =>
        end(() => {
          if (answer.kind === 'failed') reject(new Error(answer.message));
          else resolve(answer.kind === 'done' ? answer.result : undefined);
        }),
      );
      worker.once('error', (error: NodeJS.ErrnoException) => fail(this.#inWords(error)));
      worker.once('exit', () => fail(new Error('the thread ended')));
      if (task !== undefined) worker.postMessage(task);
    });
  }

  #inWords(error: NodeJS.ErrnoException): Error {
    if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
    return new ThreadLimitReached(`it takes more than ${this.#limits.memoryMb} MB of memory to read`);
  }

  #start(): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: this.#limits.memoryMb };
    const { execArgv } = threadStart;
    return new Worker(this.#file, { resourceLimits, ...(execArgv && { execArgv }) });
  }

  async #end(worker: Worker): Promise<void> {
    if (this.#worker === worker) this.#worker = null;
    await worker.terminate();
  }
}

/** In a thread: runs each task and sends back its result. */
export function answerTasks<Task>(act: (task: Task) => unknown): void {
  parentPort?.on('message', (task: Task) => parentPort?.postMessage(answerOf(() => act(task))));
  parentPort?.postMessage({ kind: 'ready' } satisfies ThreadAnswer);
}

function answerOf(act: () => unknown): ThreadAnswer {
  try {
    return { kind: 'done', result: act() };
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message };
  }
}
