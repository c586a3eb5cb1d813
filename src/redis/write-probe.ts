import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';
import type { RedisClient } from './connection.ts';
import { type RedisRefusal, refusalOf } from './refusal.ts';

/** A result is good for this long, ms: probes of many supervisors cost one write a second. */
const GOOD_FOR_MS = 1_000;
/** As long as the lease of a worker, ms: when the lease ends, the log has said why. */
const WATCH_MS = 5_000;
/** The key of the probe expires after this, ms. */
const KEY_ENDS_MS = 10_000;

/**
 * Writes, and answers what Redis said to it. The error is caught inside the script: as the reply to a command of its own,
 * READONLY would make the client reconnect.
 */
const TRY_TO_WRITE = `
local done = redis.pcall('SET', KEYS[1], '1', 'PX', ARGV[1])
return done.err or ''`;

/** Tries to write one short-lived key. Null: Redis takes writes. Rejects when Redis does not answer. */
export async function tryToWrite(redis: RedisClient, key: string): Promise<RedisRefusal | null> {
  const error = (await redis.eval(TRY_TO_WRITE, 1, key, KEY_ENDS_MS).catch(replyText)) as string;
  if (error === '') return null;
  const [reply = ''] = error.split(' ', 1);
  const unknown = { reply, readsWork: true, message: `Redis refuses writes: ${error.slice(0, 200)}` };
  return refusalOf(error) ?? { ...unknown, advice: 'Check the Redis log.' };
}

/** What the server replied; a lost connection is not a reply. */
function replyText(error: Error): string {
  if (error.name === 'ReplyError') return error.message;
  throw error;
}

/** Whether Redis accepts writes; checked at most once a second, however many callers there are. */
export class RedisWrites {
  readonly #try: () => Promise<RedisRefusal | null>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #reported: string | undefined;
  #last: { at: number; result: Promise<RedisRefusal | null> } | null = null;

  /** @param keys one of each shard: each may lie on another master */
  constructor(redis: RedisClient, keys: readonly string[], clock: Pick<Clock, 'monotonic'>) {
    this.#try = async () => {
      const refusals = await Promise.all(keys.map((key) => tryToWrite(redis, key)));
      return refusals.find((refusal) => refusal !== null) ?? null;
    };
    this.#clock = clock;
  }

  /** Null: it accepts writes. Rejects when Redis does not answer at all. */
  refusal(): Promise<RedisRefusal | null> {
    const now = this.#clock.monotonic();
    if (this.#last === null || now - this.#last.at >= GOOD_FOR_MS) this.#last = { at: now, result: this.#try() };
    return this.#last.result;
  }

  /** Logs when Redis starts to refuse writes, and when it accepts them again. */
  watch(logger: Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>): Service {
    const problem = 'could not check whether Redis accepts writes; trying again';
    return new Loop({ name: 'write check', everyMs: WATCH_MS, logger, problem, runOnce: () => this.#report(logger) });
  }

  async #report(logger: Pick<Logger, 'error' | 'info'>): Promise<void> {
    const refusal = await this.refusal();
    if (refusal?.reply === this.#reported) return;
    if (refusal) logger.error({ redis: refusal.reply }, `${refusal.message}. ${refusal.advice}`);
    else if (this.#reported !== undefined) logger.info('Redis accepts writes again');
    this.#reported = refusal?.reply;
  }
}
