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

const SANDBOX_TOKEN = 'sandbox';
const SANDBOX_WEBHOOK_SECRET = 'sandbox-webhook-secret';

export interface RunningUp {
  api: RunningApi;
  /** Null when Zoom itself is used. */
  sandboxUrl: string | null;
  close(): Promise<void>;
}

/** What each part is started with. It adds to `stops` how it is stopped. */
interface Starting {
  config: Config;
  load: (overrides: Record<string, string>) => Config;
  env: NodeJS.ProcessEnv;
  logger: Logger;
  clock: SystemClock;
  stops: (() => Promise<void>)[];
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
  requireShardsToGain(config);
  const stops: Starting['stops'] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse())
      await stop().catch((error) => logger.error({ err: error }, 'shutdown failed'));
  };
  try {
    return { ...(await startParts({ config, load, env, logger, clock: new SystemClock(), stops }, more)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  starting: Starting,
  more: Pick<BelongingOptions, 'consent' | 'onOther'>,
): Promise<Omit<RunningUp, 'close'>> {
  const { config, logger, stops } = starting;
  await lockDataFolder(starting);
  const target = config.redis.target ?? (await startRedis(starting));
  const credentials = config.zoom.configured ? null : sandboxCredentials(config);
  const core = await openAppContext(credentials ? starting.load(credentials) : config, target, logger, {
    ...more,
    zoom: configuredZoomOf(config, credentials !== null),
    own: config.redis.target === null,
  });
  stops.push(() => core.close());
  const api = await startApi(core, config.api, { sandbox: credentials !== null, quiet: true });
  stops.push(() => api.close());
  const sandbox = credentials && (await startSandbox(starting, api, credentials));
  await startWorker(starting, core, target, sandbox?.settings ?? null);
  return { api, sandboxUrl: sandbox?.url ?? null };
}

async function lockDataFolder({ config, clock, logger, stops }: Starting): Promise<void> {
  const lock = await acquireUpLock(config.dataDir, clock, {
    onWait: (waitMs) =>
      logger.info({ waitMs }, `waiting to see whether another \`livestream up\` is still running on ${config.dataDir}`),
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
}

/** The sandbox accepts any token; the secret signs its events. */
function sandboxCredentials({ zoom }: Config) {
  return {
    ZOOM_ACCESS_TOKEN: SANDBOX_TOKEN,
    ZOOM_WEBHOOK_SECRET_TOKEN: zoom.webhookSecretToken?.reveal() ?? SANDBOX_WEBHOOK_SECRET,
  };
}

/** `sandbox`: its settings; null: the worker uses Zoom itself, and a SIGHUP reloads the accounts of worker and API. */
async function startWorker(
  { load, env, clock, logger, stops }: Starting,
  core: AppContext,
  target: RedisTarget,
  sandbox: Record<string, string> | null,
): Promise<void> {
  const worker = new LivestreamChild({
    argv: sandbox ? ['worker', '--sandbox'] : ['worker'],
    env: { ...env, ...sandbox, REDIS_URL: urlOf(target, env), REDIS_URL_FILE: '' },
    clock,
    logger,
  });
  const started = worker.start();
  if (sandbox) {
    process.on('SIGHUP', () => logger.info('there are no accounts to reload in the sandbox; restart to use Zoom'));
  } else {
    const endReload = reloadAccountsOnHangup(core, () => load({}));
    // A SIGHUP that comes before the worker runs reaches it once it does.
    const passOn = () => void started.then(() => worker.signal('SIGHUP')).catch(() => {});
    process.on('SIGHUP', passOn);
    stops.push(async () => {
      endReload();
      process.off('SIGHUP', passOn);
    });
  }
  await started;
  stops.push(() => worker.stop());
}

/** @throws ConfigError several shards in the one Redis that `up` starts itself */
function requireShardsToGain({ redis: { target, shards } }: Config): void {
  if (target !== null || shards === 1) return;
  const message = `must be 1 without REDIS_URL, got ${shards}: the Redis that \`livestream up\` starts is one server, and shards gain nothing there`;
  throw new ConfigError([{ name: 'QUEUE_SHARDS', message }]);
}

async function startRedis({ config, clock, logger, stops }: Starting): Promise<RedisTarget> {
  const redis = await startEmbeddedRedis(config.dataDir, {
    clock,
    onCrash: (detail) => logger.error({ detail }, 'the embedded Redis ended; restarting it'),
  });
  stops.push(() => redis.stop());
  return redis.target;
}

/** @returns its URL, and the settings that lead a worker there */
async function startSandbox(
  { env, clock, logger, stops }: Starting,
  api: RunningApi,
  credentials: ReturnType<typeof sandboxCredentials>,
) {
  // Before a worker runs, which would mark them as missed.
  await endDemonstrations(api.scheduler);
  const webhooks = ['--webhook-url', `${api.url}/v1/zoom/webhooks`];
  const argv = ['sandbox', ...webhooks, '--webhook-secret', credentials.ZOOM_WEBHOOK_SECRET_TOKEN];
  const child = new LivestreamChild({ argv, env, clock, logger });
  const url = String((await child.start()).url);
  stops.push(() => child.stop());
  return { url, settings: { ...credentials, ZOOM_API_URL: `${url}/v2`, ZOOM_OAUTH_URL: `${url}/oauth/token` } };
}

/** The child's REDIS_URL: the given one, or the socket of the embedded server. */
function urlOf(target: RedisTarget, env: NodeJS.ProcessEnv): string {
  if (target.kind === 'socket') return `unix://${target.path}`;
  return env.REDIS_URL ?? '';
}
