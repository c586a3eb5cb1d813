import { startWorker } from '../../workers/worker-service.ts';
import type { RedisTarget } from '../queue/redis-url.ts';
import { openCore } from '../service/core.ts';
import { workerConfig } from './library-config.ts';
import type { WorkerOptions } from './options.ts';
import { loggerOf } from './quiet-logger.ts';

export interface LivestreamWorker {
  /** Names this worker in the history. */
  workerId: string;
  /** Finishes or hands back what is in hand, within `graceMs` (default 12,000). Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Starts a worker in this process: it sends Zoom's requests at their moments. Start as many as wanted, anywhere. It handles no
 * signals and never ends the process: call `close()` when yours ends.
 * @throws LivestreamError `validation_failed` with every wrong option, `redis_unavailable`
 */
export async function createWorker(options: WorkerOptions): Promise<LivestreamWorker> {
  const config = workerConfig(options);
  const core = await openCore(config, config.redis.target as RedisTarget, loggerOf(options.logger));
  const worker = await startWorker(core, options.onHanging ? { onHanging: options.onHanging } : {}).catch(
    async (error) => {
      await core.close();
      throw error;
    },
  );
  let closing: Promise<void> | null = null;
  const close = async (graceMs?: number) => {
    await worker.close(graceMs);
    await core.close();
  };
  return {
    workerId: worker.workerId,
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}
