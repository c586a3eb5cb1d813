import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { createScheduler, createWorker, type LivestreamScheduler, type LivestreamWorker } from '../../src/index.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

export interface RunningLibrary {
  redis: TestRedis;
  sandbox: Sandbox;
  scheduler: LivestreamScheduler;
  worker: LivestreamWorker;
  stop(): Promise<void>;
}

export const PREFIX = 'lib';
export const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64');

/** Scheduler and worker of the library in this process, with a private Redis and the Zoom simulator. */
export async function runLibrary(): Promise<RunningLibrary> {
  const redis = await startRedis();
  const sandbox = await startSandbox();
  const common = { redis: redis.url, prefix: PREFIX, secretsKey: SECRETS_KEY };
  const scheduler = await createScheduler(common);
  const { apiUrl, oauthUrl } = sandbox;
  const worker = await createWorker({
    ...common,
    zoom: { accountId: 'acc', clientId: 'id', clientSecret: 'secret', apiUrl, oauthUrl },
    concurrency: 50,
    preflight: 'off',
  });
  return {
    ...{ redis, sandbox, scheduler, worker },
    async stop() {
      await worker.close();
      await scheduler.close();
      await sandbox.close();
      await redis.stop();
    },
  };
}
