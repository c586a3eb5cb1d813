import type { LuaCommands } from './lua-scripts.ts';

/**
 * Maximum commits per call. With `appendfsync always` each writing call waits for the disk once, so that 70 claims of one moment
 * waited a dozen times. In smaller calls the first claims can leave while Redis decides on the next.
 */
const MAX_COMMITS = 16;
/** Maximum characters per call. A larger commit, such as a thousand new broadcasts, goes alone: Redis does nothing else during a call. */
const MAX_CHARS = 65_536;

interface Waiting {
  payload: string;
  resolve: (answer: string[]) => void;
  reject: (error: unknown) => void;
}

/** Sends the commits of one moment in one call of the script. Redis decides each on its own, in the order of arrival. */
export class CommitBatch {
  readonly #redis: Pick<LuaCommands, 'lsCommit'>;
  readonly #base: string;
  readonly #gather: (send: () => void) => void;
  #waiting: Waiting[] = [];
  #chars = 0;

  /** @param gather decides when to send the collected commits: calls `send` once, later or at once */
  constructor(redis: Pick<LuaCommands, 'lsCommit'>, base: string, gather: (send: () => void) => void = setImmediate) {
    this.#redis = redis;
    this.#base = base;
    this.#gather = gather;
  }

  /** The answer of `commit.lua` to this payload. @throws the error reply of Redis, or the connection's error */
  send(payload: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.#chars + payload.length > MAX_CHARS) this.#flush();
      this.#waiting.push({ payload, resolve, reject });
      this.#chars += payload.length;
      if (this.#waiting.length === MAX_COMMITS) this.#flush();
      else if (this.#waiting.length === 1) this.#gather(() => this.#flush());
    });
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    if (batch.length > 0) void this.#commit(batch);
  }

  async #commit(batch: Waiting[]): Promise<void> {
    try {
      const answers = await this.#redis.lsCommit(this.#base, ...batch.map(({ payload }) => payload));
      for (const [i, { resolve, reject }] of batch.entries()) {
        const answer = answers[i];
        if (Array.isArray(answer)) resolve(answer);
        else reject(answer ?? new Error('commit gave no answer'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
