import { startWorker } from '../../workers/start-worker.ts';
import { openAppContext } from '../app/context.ts';
import { configuredZoomOf } from '../installation/configured-zoom.ts';
import type { RedisTarget } from '../redis/url.ts';
import { workerConfig } from './library-config.ts';
import type { WorkerOptions } from './options.ts';
import { loggerOf } from './quiet-logger.ts';

export interface LivestreamWorker {
  /** Names this worker in the history. */
  workerId: string;
  /** Finishes or hands back what is in progress, within `graceMs` (default 12,000). Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Starts a worker in this process: it sends Zoom's requests at their moments. Start as many as wanted, anywhere. It handles no
 * signals and never ends the process: call `close()` when yours ends.
 * @throws LivestreamError `validation_failed` with every wrong option, `redis_unavailable`, `other_installation`
 */
export async function createWorker(options: WorkerOptions): Promise<LivestreamWorker> {
  const config = workerConfig(options);
  let close: ((graceMs?: number) => Promise<void>) | null = null;
  const core = await openAppContext(config, config.redis.target as RedisTarget, loggerOf(options.logger), {
    zoom: configuredZoomOf(config, false),
    consent: { takeOver: options.takeOver === true, discardSandbox: false },
    onOther: () => void close?.(),
  });
  const worker = await startWorker(core, options.onHanging ? { onHanging: options.onHanging } : {}).catch(
    async (error) => {
      await core.close();
      throw error;
    },
  );
  let closing: Promise<void> | null = null;
  const end = async (graceMs?: number) => {
    await worker.close(graceMs);
    await core.close();
  };
  close = (graceMs) => {
    closing ??= end(graceMs);
    return closing;
  };
  return { workerId: worker.workerId, close };
}
