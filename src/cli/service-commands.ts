import { startSandbox } from '../../sandbox/sandbox.ts';
import { startWorker } from '../../workers/start-worker.ts';
import { reloadAccountsOnHangup } from '../app/account-reload.ts';
import { type AppContext, openAppContext } from '../app/context.ts';
import { forceExitAfter, shutdownRequested } from '../app/shutdown.ts';
import { startApi } from '../app/start-api.ts';
import { SystemdNotifier } from '../app/systemd.ts';
import { createWorkerProbes } from '../app/worker-probes.ts';
import type { BroadcastStatus } from '../broadcasts/broadcast.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { ERROR_CODES, LivestreamError } from '../errors.ts';
import type { Consent } from '../installation/configured-zoom.ts';
import { configuredZoomOf } from '../installation/configured-zoom.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { redisError } from '../redis/refusal.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { reportRunning } from '../standalone/child-process.ts';
import { demonstrate, isEmpty, planDemonstration } from '../standalone/demonstration.ts';
import { startUp } from '../standalone/up.ts';
import { CliFailure, EXIT, usageFailure } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { systemErrorText } from './text/system-error.ts';
import { plain } from './text/terminal-text.ts';

/** Options of `up`, `api`, `worker` and `sandbox` from commander. */
export interface ServiceOptions {
  host?: string;
  port?: string;
  /** `worker`: maximum concurrent jobs. */
  concurrency?: string;
  /** `up`: plan a demonstration broadcast when it uses the sandbox. */
  demo?: boolean;
  /** Consent to change records stored for another Zoom. */
  discardSandbox?: boolean;
  takeOver?: boolean;
  /** `worker`: started by an `up` that runs the sandbox. */
  sandbox?: boolean;
  /** `sandbox`: where to send its events, and the secret that signs them. */
  webhookUrl?: string;
  webhookSecret?: string;
}

/** Maximum duration of a shutdown, ms: a supervisor may kill after 15 s. */
const SHUTDOWN_TIMEOUT_MS = 14_000;
/** Maximum broadcasts on air to name when `up` ends. */
const MAX_ON_AIR_LISTED = 20;

/** `up`: runs everything until it is stopped. */
export async function runUp(options: ServiceOptions, io: CliIo): Promise<number> {
  const load = (more: Record<string, string> = {}) => configOf(io, { ...named(options, 'HOST', 'PORT'), ...more });
  const config = load();
  checkPorts(config);
  const logger = createLogger(config, { process: 'up' });
  const ending = new AbortController();
  const message = shutdownRequested().then((why) => ending.abort(why));
  const env = { ...process.env, ...named(options, 'HOST', 'PORT') };
  const more = { consent: consentOf(options), onOther: endSelf };
  const running = await orExit(startUp(config, load, env, logger, more));
  const systemd = systemdNotifier(logger);
  try {
    const { api, sandboxUrl } = running;
    const print = (line: string) => void io.stdout.write(`${line}\n`);
    print(zoomLine(config, sandboxUrl));
    const isDemonstrated = options.demo && sandboxUrl && (await isEmpty(api.scheduler));
    const plan = isDemonstrated ? await planDemonstration(api.scheduler, io.clock, print) : null;
    // Printed last, so that people see it once everything runs.
    if (options.demo && api.url !== 'http://127.0.0.1:3000')
      print(`commands       export LIVESTREAM_API_URL=${api.url}`);
    print(`page           ${api.url}  (API documentation: ${api.url}/docs; Ctrl-C ends everything)`);
    if (plan && sandboxUrl) {
      const shown = demonstrate(plan, {
        ...{ scheduler: api.scheduler, sandboxUrl, apiUrl: api.url },
        ...{ clock: io.clock, print, signal: ending.signal },
      });
      // Even when it is stopped, it first cancels what it has planned.
      await shown.catch((error) => logger.error({ err: error }, 'demonstration'));
    }
    await systemd.start();
    await message;
    await systemd.stop();
    await printOnAir(running.api.scheduler, io);
  } finally {
    await running.close();
  }
  return EXIT.ok;
}

function zoomLine({ zoom }: Config, sandboxUrl: string | null): string {
  return sandboxUrl
    ? `zoom           simulated by the sandbox at ${sandboxUrl}: nothing is really streamed`
    : `zoom           real Zoom (${new URL(zoom.apiUrl).host})`;
}

/** API and worker share this machine. With the same port, one of them would crash and restart again and again. */
function checkPorts({ api, worker, sandbox, zoom }: Config): void {
  const others = [['PORT', api.port] as const, ...(zoom.configured ? [] : [['SANDBOX_PORT', sandbox.port] as const])];
  const clash = others.find(([, port]) => port !== 0 && port === worker.port);
  if (!clash) return;
  const problem = { code: 'settings', title: '1 invalid setting' };
  throw new CliFailure(EXIT.failed, problem, [`WORKER_PORT: must differ from ${clash[0]}, which is also ${clash[1]}`]);
}

/** Lists what stays on air when no process is left to stop it; prints nothing if Redis does not answer. */
async function printOnAir(scheduler: Scheduler, io: CliIo): Promise<void> {
  const query = { status: ['live', 'stopping'] as BroadcastStatus[], limit: MAX_ON_AIR_LISTED };
  const { broadcasts } = await scheduler.list(query).catch(() => ({ broadcasts: [] }));
  if (broadcasts.length === 0) return;
  const lines = broadcasts.map(({ id, kind, meetingId, title, stopAt }) => {
    const stop = stopAt === null ? 'no stop planned' : `was to stop at ${new Date(stopAt).toISOString()}`;
    return `               ${id}  ${kind} ${meetingId}${title === null ? '' : `  ${plain(title)}`}  (${stop})\n`;
  });
  const count = broadcasts.length === MAX_ON_AIR_LISTED ? 'these and maybe more' : broadcasts.length;
  io.stdout.write(
    `still on air   ${count}; they stay on air while this is not running. Start it again, then:\n` +
      `               livestream stop <id>  (or end the live stream in Zoom)\n${lines.join('')}`,
  );
}

/** `api`: the HTTP API and dashboard. */
export async function runApi(options: ServiceOptions, io: CliIo): Promise<number> {
  const config = configOf(io, named(options, 'HOST', 'PORT'));
  const logger = createLogger(config, { process: 'api' });
  const message = shutdownRequested();
  const core = await orExit(openShared(config, logger, options), 'api');
  const api = await orExit(startApi(core, config.api)).catch(async (error) => {
    await core.close();
    throw error;
  });
  reloadAccountsOnHangup(core, () => loadConfig({ ...io.env, ...named(options, 'HOST', 'PORT') }));
  reportRunning({ url: api.url });
  const systemd = systemdNotifier(logger);
  await systemd.start();
  forceExitAfter(SHUTDOWN_TIMEOUT_MS, await message, () => core.redis.status === 'ready');
  await systemd.stop();
  await api.close();
  await core.close();
  return EXIT.ok;
}

/** `worker`: one worker process. */
export async function runWorker(options: ServiceOptions, io: CliIo): Promise<number> {
  const config = configOf(io, options.concurrency === undefined ? {} : { WORKER_CONCURRENCY: options.concurrency });
  if (!config.zoom.configured) {
    throw new CliFailure(
      EXIT.failed,
      { code: 'no_credentials', title: 'No Zoom credentials', detail: 'the worker needs a Zoom account' },
      [
        'Set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or ZOOM_ACCESS_TOKEN, or ZOOM_ACCOUNTS_FILE.',
        'To try things out without Zoom: livestream up.',
      ],
    );
  }
  const logger = createLogger(config, { process: 'worker' });
  const message = shutdownRequested();
  const core = await orExit(openShared(config, logger, options), 'worker');
  const probes = createWorkerProbes(core);
  const alongside = probes ? [probes] : [];
  // Its supervisor starts it again.
  const worker = await orExit(startWorker(core, { alongside, onHanging: () => process.exit(EXIT.failed) }));
  reloadAccountsOnHangup(core, () => loadConfig(io.env));
  reportRunning({ workerId: worker.workerId });
  const systemd = systemdNotifier(logger);
  await systemd.start();
  const why = await message;
  await systemd.stop();
  forceExitAfter(SHUTDOWN_TIMEOUT_MS, why, () => core.redis.status === 'ready');
  logger.info({ why }, 'worker stops: finishing the current jobs');
  await worker.close();
  await core.close();
  // A half-open socket must not keep the process alive.
  setTimeout(() => process.exit(EXIT.ok), 500).unref();
  return EXIT.ok;
}

/** A child of `up` inherits its NOTIFY_SOCKET, but only `up` may report to it. */
function systemdNotifier(logger: Logger): SystemdNotifier {
  return new SystemdNotifier(process.send ? {} : process.env, logger);
}

/** `sandbox`: the Zoom simulator. */
export async function runSandbox(options: ServiceOptions, io: CliIo): Promise<number> {
  const config = configOf(io, named(options, 'SANDBOX_HOST', 'SANDBOX_PORT'));
  const logger = createLogger(config, { process: 'sandbox' });
  const message = shutdownRequested();
  const { webhookUrl, webhookSecret } = options;
  const sandbox = await orExit(
    startSandbox({
      ...config.sandbox,
      logger,
      ...(webhookUrl ? { webhookUrl } : {}),
      ...(webhookSecret ? { webhookSecret } : {}),
    }),
  );
  // A child of `up` reports its address, and `up` prints it.
  if (!process.send)
    io.stdout.write(
      `sandbox        ${sandbox.url}  (ZOOM_API_URL=${sandbox.apiUrl} ZOOM_OAUTH_URL=${sandbox.oauthUrl})\n`,
    );
  reportRunning({ url: sandbox.url });
  await message;
  await sandbox.close();
  return EXIT.ok;
}

function named(options: ServiceOptions, host: string, port: string): Record<string, string> {
  return { ...(options.host ? { [host]: options.host } : {}), ...(options.port ? { [port]: options.port } : {}) };
}

/** Reads the settings, and reports all errors at once. */
function configOf(io: CliIo, overrides: Record<string, string>): Config {
  try {
    return loadConfig({ ...io.env, ...overrides });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.problems.map(({ name, message }) => `${name}: ${message}`);
    throw new CliFailure(
      EXIT.failed,
      { code: 'settings', title: `${lines.length} invalid setting${lines.length === 1 ? '' : 's'}` },
      lines,
    );
  }
}

function openShared(config: Config, logger: Logger, options: ServiceOptions): Promise<AppContext> {
  const belonging = {
    zoom: configuredZoomOf(config, options.sandbox === true),
    consent: consentOf(options),
    onOther: endSelf,
  };
  if (config.redis.target) return openAppContext(config, config.redis.target, logger, belonging);
  throw new CliFailure(EXIT.failed, { code: 'no_redis', title: 'No Redis', detail: 'REDIS_URL is not set' }, [
    'Set REDIS_URL, for instance redis://127.0.0.1:6379. Only `livestream up` starts its own Redis.',
  ]);
}

function consentOf({ takeOver, discardSandbox }: ServiceOptions): Consent {
  if (takeOver && discardSandbox) {
    throw usageFailure('--take-over and --discard-sandbox cannot be used together');
  }
  return { takeOver: takeOver === true, discardSandbox: discardSandbox === true };
}

/** The store belongs to another Zoom now: finish current jobs or hand them back, and say so in the exit code. */
function endSelf(): void {
  process.once('exit', () => {
    process.exitCode = EXIT.failed;
  });
  process.kill(process.pid, 'SIGTERM');
}

/** Prints why a start failed in one line, not as a stack trace. */
async function orExit<T>(starting: Promise<T>, command: 'up' | 'api' | 'worker' = 'up'): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    if (error instanceof LivestreamError && (error.code === 'other_installation' || error.code === 'other_shards')) {
      const { title } = ERROR_CODES[error.code];
      const isNpmStart = command === 'up' && process.env['npm_lifecycle_event'] === 'start';
      const how = isNpmStart ? 'npm start --' : `livestream ${command}`;
      const advice = (error.extra.advice as string[]).map((line) => line.replace('COMMAND', how));
      throw new CliFailure(EXIT.failed, { code: error.code, title, detail: error.message, advice }, advice);
    }
    const known = redisError(error) ?? error;
    const system = systemErrorText(known);
    const detail = system?.detail ?? (known instanceof Error ? known.message : String(known));
    throw new CliFailure(EXIT.failed, { code: 'start_failed', title: 'Could not start', detail }, system?.advice);
  }
}
