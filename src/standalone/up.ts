import { reloadAccountsOnHangup } from '../app/account-reload.ts';
import { type AppContext, openAppContext } from '../app/context.ts';
import { type RunningApi, startApi } from '../app/start-api.ts';
import { SystemClock } from '../clock.ts';
import { type Config, ConfigError } from '../config.ts';
import type { BelongingOptions } from '../installation/belonging.ts';
import { configuredZoomOf } from '../installation/configured-zoom.ts';
import type { Logger } from '../observability/logger.ts';
import type { RedisTarget } from '../redis/url.ts';
import { LivestreamChild } from './child-process.ts';
import { endDemonstrations } from './demonstration.ts';
import { startEmbeddedRedis } from './embedded-redis.ts';
import { acquireUpLock } from './up-lock.ts';

/** Credentials for the sandbox, which accepts any. */
const SANDBOX_TOKEN = 'sandbox';
const SANDBOX_WEBHOOK_SECRET = 'sandbox-webhook-secret';

export interface RunningUp {
  api: RunningApi;
  /** Null when Zoom itself is used. */
  sandboxUrl: string | null;
  close(): Promise<void>;
}

/**
 * Everything on one machine, in one process tree: Redis, Zoom or the sandbox, the API here, the worker as a child. What was
 * started is stopped in the opposite order, also when a later part fails to start.
 */
export async function startUp(
  config: Config,
  load: (overrides: Record<string, string>) => Config,
  env: NodeJS.ProcessEnv,
  logger: Logger,
  more: Pick<BelongingOptions, 'consent' | 'onOther'> = {},
): Promise<RunningUp> {
  const clock = new SystemClock();
  const stops: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse())
      await stop().catch((error) => logger.error({ err: error }, 'shutdown failed'));
  };
  requireShardsToGain(config);
  try {
    const lock = await acquireUpLock(config.dataDir, clock, {
      onWait: (waitMs) =>
        logger.info(
          { waitMs },
          `waiting to see whether another \`livestream up\` is still running on ${config.dataDir}`,
        ),
      onLost: () => {
        logger.fatal(
          { dataDir: config.dataDir },
          'another `livestream up` has taken over this data folder: shutting down',
        );
        // Its Redis ends with the process: two on one append-only file would ruin it.
        process.exit(1);
      },
    });
    stops.push(async () => lock.release());
    const target = config.redis.target ?? (await embedded(config, clock, logger, stops));
    const sandboxSettings: Record<string, string> = config.zoom.configured
      ? {}
      : {
          ZOOM_ACCESS_TOKEN: SANDBOX_TOKEN,
          ZOOM_WEBHOOK_SECRET_TOKEN: config.zoom.webhookSecretToken?.reveal() ?? SANDBOX_WEBHOOK_SECRET,
        };
    const core = await openAppContext(config.zoom.configured ? config : load(sandboxSettings), target, logger, {
      ...more,
      zoom: configuredZoomOf(config, !config.zoom.configured),
      own: config.redis.target === null,
    });
    stops.push(() => core.close());
    const api = await startApi(core, config.api, { sandbox: !config.zoom.configured, quiet: true });
    stops.push(() => api.close());

    let sandboxUrl: string | null = null;
    if (!config.zoom.configured) {
      // Before a worker runs, which would mark it as missed.
      await endDemonstrations(api.scheduler);
      sandboxUrl = await sandbox(api.url, sandboxSettings.ZOOM_WEBHOOK_SECRET_TOKEN ?? '', env, clock, logger, stops);
      sandboxSettings.ZOOM_API_URL = `${sandboxUrl}/v2`;
      sandboxSettings.ZOOM_OAUTH_URL = `${sandboxUrl}/oauth/token`;
    }
    const childEnv = { ...env, ...sandboxSettings, REDIS_URL: urlOf(target, env), REDIS_URL_FILE: '' };
    const argv = config.zoom.configured ? ['worker'] : ['worker', '--sandbox'];
    const worker = new LivestreamChild({ argv, env: childEnv, clock, logger });
    // Listening before the worker runs: a SIGHUP meanwhile reaches it once it does.
    const hangups = config.zoom.configured ? reloadOnHangup(core, () => load({}), worker) : null;
    if (hangups) stops.push(hangups.end);
    await worker.start();
    stops.push(() => worker.stop());
    if (hangups) hangups.workerRuns();
    else process.on('SIGHUP', () => logger.info('there are no accounts to reload in the sandbox; restart to use Zoom'));
    return { api, sandboxUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** SIGHUP: API and worker read the accounts again. */
function reloadOnHangup(core: AppContext, load: () => Config, worker: LivestreamChild) {
  const off = reloadAccountsOnHangup(core, load);
  let runs = false;
  let missed = false;
  const handOn = () => {
    if (runs) worker.signal('SIGHUP');
    else missed = true;
  };
  process.on('SIGHUP', handOn);
  return {
    workerRuns: () => {
      runs = true;
      if (missed) worker.signal('SIGHUP');
    },
    end: async () => {
      off();
      process.off('SIGHUP', handOn);
    },
  };
}

/** @throws ConfigError several shards in the one Redis that `up` starts itself */
function requireShardsToGain({ redis: { target, shards } }: Config): void {
  if (target !== null || shards === 1) return;
  const message = `must be 1 without REDIS_URL, got ${shards}: the Redis that \`livestream up\` starts is one server, and shards gain nothing there`;
  throw new ConfigError([{ name: 'QUEUE_SHARDS', message }]);
}

async function embedded(
  config: Config,
  clock: SystemClock,
  logger: Logger,
  stops: (() => Promise<void>)[],
): Promise<RedisTarget> {
  const redis = await startEmbeddedRedis(config.dataDir, {
    clock,
    onCrash: (detail) => logger.error({ detail }, 'the embedded Redis ended; restarting it'),
  });
  stops.push(() => redis.stop());
  return redis.target;
}

async function sandbox(
  apiUrl: string,
  secret: string,
  env: NodeJS.ProcessEnv,
  clock: SystemClock,
  logger: Logger,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const argv = ['sandbox', '--webhook-url', `${apiUrl}/v1/zoom/webhooks`, '--webhook-secret', secret];
  const child = new LivestreamChild({ argv, env, clock, logger });
  const { url } = await child.start();
  stops.push(() => child.stop());
  return String(url);
}

/** The child's REDIS_URL: the given one, or the socket of the embedded server. */
function urlOf(target: RedisTarget, env: NodeJS.ProcessEnv): string {
  if (target.kind === 'socket') return `unix://${target.path}`;
  return env.REDIS_URL ?? '';
}
