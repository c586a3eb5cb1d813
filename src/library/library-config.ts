/** The library's options as the settings that the services have: one reading, one set of checks. */

import { type Config, ConfigError, type ConfiguredAccount, loadConfig, Secret } from '../config.ts';
import { isObject } from '../json.ts';
import { Issues } from '../validation/issues.ts';
import { redisTargetOf } from './redis-option.ts';

type Given = Record<string, unknown>;

/** Option → setting. */
const COMMON = {
  prefix: 'REDIS_PREFIX',
  shards: 'QUEUE_SHARDS',
  secretsKey: 'SECRETS_KEY',
  startWindow: 'START_WINDOW',
  tracing: 'TRACING',
} as const;
const OF_WORKER = {
  ...COMMON,
  concurrency: 'WORKER_CONCURRENCY',
  retention: 'RETENTION',
  preflight: 'PREFLIGHT',
  startRetryMs: 'START_RETRY_MS',
} as const;
const OF_ACCOUNT = {
  accountId: 'ZOOM_ACCOUNT_ID',
  clientId: 'ZOOM_CLIENT_ID',
  clientSecret: 'ZOOM_CLIENT_SECRET',
  accessToken: 'ZOOM_ACCESS_TOKEN',
  plan: 'ZOOM_PLAN',
  rateShare: 'ZOOM_RATE_SHARE',
  webhookSecretToken: 'ZOOM_WEBHOOK_SECRET_TOKEN',
  webSocketUrl: 'ZOOM_WEBSOCKET_URL',
} as const;
const OF_ZOOM = {
  ...OF_ACCOUNT,
  apiUrl: 'ZOOM_API_URL',
  oauthUrl: 'ZOOM_OAUTH_URL',
  requestFormat: 'ZOOM_REQUEST_FORMAT',
  timeoutMs: 'ZOOM_TIMEOUT_MS',
} as const;

const ACCOUNT_NAME = /^[\w.-]{1,64}$/;
/** A scheduler never speaks to Zoom. */
const NO_CREDENTIALS = { kind: 'token', accessToken: new Secret('') } as const;

/** Settings of a scheduler. Throws `validation_failed` with every issue, by option name. */
export function schedulerConfig(options: unknown): Config {
  const issues = new Issues();
  const given = objectOf(options, '', issues);
  refuseUnknown(given, [...Object.keys(COMMON), 'redis', 'logger', 'accounts', 'by'], '', issues);
  const config = read(COMMON, given, '', redisEnvironment(given, issues), issues);
  const names = given['accounts'] ?? ['default'];
  const fits = Array.isArray(names) && names.length > 0 && names.every(isAccountName);
  if (!fits) issues.add('accounts', 'must be a list of account names of 1 to 64 letters, digits and . _ -');
  if (fits && new Set(names).size < names.length) issues.add('accounts', 'must not name an account twice');
  issues.throwIfAny();
  return withAccounts(config as Config, given, (names as string[]).map(bareAccount));
}

/** Settings of a worker. Throws `validation_failed` with every issue, by option name. */
export function workerConfig(options: unknown): Config {
  const issues = new Issues();
  const given = objectOf(options, '', issues);
  refuseUnknown(
    given,
    [...Object.keys(OF_WORKER), 'redis', 'logger', 'zoom', 'accounts', 'onHanging', 'takeOver'],
    '',
    issues,
  );
  const { onHanging, takeOver } = given;
  if (takeOver !== undefined && typeof takeOver !== 'boolean') issues.add('takeOver', 'must be true or false');
  if (onHanging !== undefined && typeof onHanging !== 'function') issues.add('onHanging', 'must be a function');
  const environment = redisEnvironment(given, issues);
  const zoom = given['zoom'] === undefined ? {} : objectOf(given['zoom'], 'zoom', issues);
  refuseUnknown(zoom, Object.keys(OF_ZOOM), 'zoom', issues);
  // Read together, so that the settings of `zoom` stand where the environment's would.
  const own = read(OF_ZOOM, zoom, 'zoom', {}, issues);
  const common = read(OF_WORKER, given, '', { ...environment, ...proxyEnvironment(process.env) }, issues);
  const others = accountList(given['accounts'], issues);
  const accounts = [...(own?.zoom.accounts ?? []), ...others];
  if (accounts.length === 0 && issues.list.length === 0) issues.add('zoom', 'must have the credentials of an account');
  const twice = accounts.find(({ name }, i) => accounts.findIndex((other) => other.name === name) !== i);
  if (twice) issues.add('accounts', `must have unique names, got ${twice.name} twice`);
  issues.throwIfAny();
  return withAccounts({ ...(common as Config), zoom: (own as Config).zoom }, given, accounts);
}

function accountList(list: unknown, issues: Issues): ConfiguredAccount[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    issues.add('accounts', 'must be a list of accounts');
    return [];
  }
  return list.flatMap((entry: unknown, index) => {
    const path = `accounts[${index}]`;
    const { name, ...settings } = objectOf(entry, path, issues);
    if (!isAccountName(name)) issues.add('name', 'must be 1 to 64 letters, digits and . _ -', path);
    refuseUnknown(settings, Object.keys(OF_ACCOUNT), path, issues);
    const account = read(OF_ACCOUNT, settings, path, {}, issues)?.zoom.accounts[0];
    if (!account && issues.list.length === 0) issues.add('', 'must have credentials', path);
    return account ? [{ ...account, name: String(name) }] : [];
  });
}

/** The options as settings, read by the loader of the settings; null when something is wrong. */
function read(
  names: Record<string, string>,
  given: Given,
  path: string,
  more: Record<string, string>,
  issues: Issues,
): Config | null {
  const environment = { ...more };
  for (const [option, setting] of Object.entries(names)) {
    if (given[option] !== undefined) environment[setting] = textOf(given[option]);
  }
  try {
    return loadConfig(environment, { terminal: false });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const optionOf = new Map(Object.entries(names).map(([option, setting]) => [setting, option]));
    for (const { name, message } of error.problems)
      issues.add(optionOf.get(name) ?? (name.endsWith('_PROXY') ? name : 'redis'), message, path);
    return null;
  }
}

/** The way out of the network is that of the machine. */
function proxyEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function redisEnvironment(given: Given, issues: Issues): Record<string, string> {
  const { redis } = given;
  if (typeof redis === 'string' && redis.trim() !== '') return { REDIS_URL: redis };
  if (typeof redis !== 'object' || redis === null) issues.add('redis', 'must be a URL or an object with host and port');
  else for (const { path, message } of issuesOf(redisTargetOf(redis))) issues.add(path, message);
  return {};
}

function issuesOf(result: ReturnType<typeof redisTargetOf>) {
  return 'issues' in result ? result.issues : [];
}

function withAccounts(config: Config, given: Given, accounts: ConfiguredAccount[]): Config {
  const parts = typeof given['redis'] === 'object' ? redisTargetOf(given['redis']) : null;
  const target = parts && 'target' in parts ? parts.target : config.redis.target;
  return {
    ...config,
    redis: { ...config.redis, target },
    zoom: { ...config.zoom, accounts, configured: accounts.length > 0 },
  };
}

function bareAccount(name: string): ConfiguredAccount {
  const rates = { plan: 'pro', rateShare: 0.9 } as const;
  return { name, accountId: null, credentials: NO_CREDENTIALS, ...rates, webhookSecretToken: null, webSocketUrl: null };
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
}

function isAccountName(name: unknown): boolean {
  return typeof name === 'string' && ACCOUNT_NAME.test(name);
}

function objectOf(value: unknown, path: string, issues: Issues): Given {
  if (isObject(value)) return value;
  issues.add('', 'must be an object', path);
  return {};
}

function refuseUnknown(given: Given, known: string[], path: string, issues: Issues): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) issues.add(name, `is not a known option; valid options: ${known.join(', ')}`, path);
  }
}
