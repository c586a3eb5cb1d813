import { resolve } from 'node:path';
import type { ConfiguredAccount } from './config/accounts.ts';
import { zoomAccounts } from './config/accounts.ts';
import { fileText } from './config/file-text.ts';
import type { NotifyTarget } from './config/notify-url.ts';
import type { ConfigProblem } from './config/problems.ts';
import { ConfigError, describeValue } from './config/problems.ts';
import type { AllowedHost, ApiKey, Setting } from './config/setting.ts';
import { isLoopback } from './config/setting.ts';
import type { SettingName, SettingValues, ZoomPlan } from './config/settings.ts';
import { DEFINITIONS, SETTINGS } from './config/settings.ts';
import type { SmtpServer } from './config/smtp-url.ts';
import type { ProxySettings } from './outbound/proxy.ts';
import type { RedisTarget } from './redis/url.ts';
import type { Secret } from './secrets/secret.ts';

export type { ConfiguredAccount, ZoomCredentials } from './config/accounts.ts';
export type { NotifyTarget } from './config/notify-url.ts';
export type { ConfigProblem } from './config/problems.ts';
export { ConfigError } from './config/problems.ts';
export type { AllowedHost, ApiKey } from './config/setting.ts';
export type { ZoomPlan } from './config/settings.ts';
export { SETTINGS } from './config/settings.ts';
export type { SmtpServer } from './config/smtp-url.ts';
export { Secret } from './secrets/secret.ts';

/** All settings, checked. Immutable; durations in ms; null means not set. Secrets do not print. */
export interface Config {
  redis: {
    /** Null: the embedded Redis. */
    target: RedisTarget | null;
    prefix: string;
    /** QUEUE_SHARDS. */
    shards: number;
  };
  /** Absolute. */
  dataDir: string;
  /** `rateLimit`: requests a minute of one caller. */
  api: { host: string; port: number; keys: ApiKey[]; rateLimit: number };
  /** Where the command line finds the API. */
  client: { url: string; key: Secret | null };
  sandbox: { host: string; port: number };
  zoom: {
    apiUrl: string;
    oauthUrl: string;
    /** There is at least one account with credentials. */
    configured: boolean;
    /** The account of the environment (`default`), if any, then those of the file. */
    accounts: ConfiguredAccount[];
    /** Plan, share and webhook secret of the environment, also when it names no account (sandbox). */
    plan: ZoomPlan;
    rateShare: number;
    webhookSecretToken: Secret | null;
    requestFormat: 'json' | 'multipart';
    timeoutMs: number;
  };
  /** For Zoom and NOTIFY_URL; Redis and the command line's own API are reached directly. */
  proxies: ProxySettings;
  startRetryMs: number;
  startWindowMs: number;
  retentionMs: number;
  /** Null: `off`. */
  preflightMs: number | null;
  /** Null: `off`. */
  headsUpMs: number | null;
  /** `port`: of the probes; null: there are none. */
  worker: { concurrency: number | null; host: string; port: number | null };
  /** 32 bytes. */
  secretsKey: Secret<Buffer> | null;
  /** Earlier ones: they only decrypt what they encrypted. */
  formerSecretsKeys: Secret<Buffer>[];
  /** `smtp` sends the mails of targets with a `mailTo`. */
  notify: { targets: NotifyTarget[]; secret: Secret | null; smtp: SmtpServer | null };
  /** CALENDAR_HOSTS: where files may be fetched from; empty: from nowhere. */
  calendarHosts: AllowedHost[];
  log: { level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'; format: 'pretty' | 'json' };
  /** TRACING is on. */
  tracing: boolean;
}

export interface LoadOptions {
  /** Whether logs go to a terminal: decides LOG_FORMAT. Default: whether stdout is one. */
  terminal?: boolean;
  /** What a relative DATA_DIR starts from. Default: the working folder. */
  cwd?: string;
}

type Environment = Record<string, string | undefined>;

/**
 * Reads and checks every setting; a setting `NAME` may come from the file that `NAME_FILE` names, and an empty one
 * counts as not set. Throws `ConfigError` with every problem at once.
 */
export function loadConfig(env: Environment, options: LoadOptions = {}): Config {
  const problems: ConfigProblem[] = [];
  const values = readValues(env, problems);
  const accounts = zoomAccounts(values, problems);
  if (
    values.HOST &&
    !isLoopback(values.HOST) &&
    !values.API_KEYS &&
    !problems.some(({ name }) => name.startsWith('API_KEYS'))
  ) {
    const message = `expected 127.0.0.1, ::1 or localhost while API_KEYS is not set, got ${describeValue(values.HOST, false)}`;
    problems.push({ name: 'HOST', message });
  }
  if (values.NOTIFY_URL?.some(({ mailTo }) => mailTo !== null) && !values.SMTP_URL && !problems.some(isAboutSmtp)) {
    const message =
      'expected a mail server such as smtp://user:password@mail.example.org:587, because NOTIFY_URL has a mailto: address, got nothing';
    problems.push({ name: 'SMTP_URL', message });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // Without problems every setting that has a default has a value.
  return freeze(assemble(values as CompleteValues, accounts, options));
}

const isAboutSmtp = ({ name }: ConfigProblem) => name.startsWith('SMTP_URL');

/** Settings without a default: `null` where they are not set. */
type Optional = {
  [Name in SettingName]: (typeof DEFINITIONS)[Name]['default'] extends null ? Name : never;
}[SettingName];
type WithDefault = Exclude<SettingName, Optional>;
type CompleteValues = { [Name in WithDefault]: NonNullable<SettingValues[Name]> } & Pick<SettingValues, Optional>;

function assemble(values: CompleteValues, accounts: ConfiguredAccount[], options: LoadOptions): Config {
  const terminal = options.terminal ?? process.stdout.isTTY === true;
  return {
    redis: { target: values.REDIS_URL, prefix: values.REDIS_PREFIX, shards: values.QUEUE_SHARDS },
    dataDir: resolve(options.cwd ?? process.cwd(), values.DATA_DIR),
    api: { host: values.HOST, port: values.PORT, keys: values.API_KEYS ?? [], rateLimit: values.API_RATE_LIMIT },
    client: { url: values.LIVESTREAM_API_URL, key: values.LIVESTREAM_API_KEY },
    sandbox: { host: values.SANDBOX_HOST, port: values.SANDBOX_PORT },
    zoom: {
      apiUrl: values.ZOOM_API_URL,
      oauthUrl: values.ZOOM_OAUTH_URL,
      configured: accounts.length > 0,
      accounts,
      plan: values.ZOOM_PLAN,
      rateShare: values.ZOOM_RATE_SHARE,
      webhookSecretToken: values.ZOOM_WEBHOOK_SECRET_TOKEN,
      requestFormat: values.ZOOM_REQUEST_FORMAT,
      timeoutMs: values.ZOOM_TIMEOUT_MS,
    },
    proxies: { http: values.HTTP_PROXY, https: values.HTTPS_PROXY, noProxy: values.NO_PROXY ?? '' },
    startRetryMs: values.START_RETRY_MS,
    startWindowMs: values.START_WINDOW,
    retentionMs: values.RETENTION,
    preflightMs: values.PREFLIGHT.ms,
    headsUpMs: values.HEADS_UP.ms,
    worker: { concurrency: values.WORKER_CONCURRENCY, host: values.WORKER_HOST, port: values.WORKER_PORT },
    secretsKey: values.SECRETS_KEY,
    formerSecretsKeys: values.SECRETS_KEY_FORMER ?? [],
    notify: { targets: values.NOTIFY_URL ?? [], secret: values.NOTIFY_SECRET, smtp: values.SMTP_URL },
    calendarHosts: values.CALENDAR_HOSTS ?? [],
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
    tracing: values.TRACING === 'on',
  };
}

function readValues(env: Environment, problems: ConfigProblem[]): SettingValues {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const { name } of SETTINGS) values[name] = readValue(name, env, problems);
  return values as SettingValues;
}

function readValue(name: SettingName, env: Environment, problems: ConfigProblem[]): unknown {
  const definition: Setting<unknown> = DEFINITIONS[name];
  const given = givenText(name, env, problems);
  const text = given ?? definition.default;
  if (text === null) return null;
  const result = definition.schema.safeParse(text);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    problems.push({ name, message: `${issue.message}, got ${describeValue(text, definition.secret)}` });
  }
  return null;
}

/** The text of a setting, from the variable or from the file in `NAME_FILE`; null when neither is set. */
function givenText(name: SettingName, env: Environment, problems: ConfigProblem[]): string | null {
  // By convention, the lower-case name of a proxy variable comes first.
  const own = name.endsWith('_PROXY') && env[name.toLowerCase()]?.trim() ? env[name.toLowerCase()] : env[name];
  const direct = own?.trim() ? own : null;
  const fileSetting = `${name}_FILE`;
  // ZOOM_ACCOUNTS_FILE is a setting of its own and comes from the environment only.
  const path = name === 'ZOOM_ACCOUNTS_FILE' ? undefined : env[fileSetting];
  if (!path?.trim()) return direct;
  if (direct !== null) {
    problems.push({ name, message: `expected either ${name} or ${fileSetting}, got both` });
    return null;
  }
  try {
    const content = fileText(path).replace(/\r?\n$/, '');
    if (content.trim()) return content;
    // Taken for "not set", an empty file of keys would leave the API without any.
    problems.push({
      name: fileSetting,
      message: `expected a file that holds ${name}, got an empty one: ${describeValue(path, false)}`,
    });
    return null;
  } catch (error) {
    problems.push({
      name: fileSetting,
      message: `expected a readable file, got ${describeValue(path, false)}: ${(error as Error).message}`,
    });
    return null;
  }
}

/** Freezes plain objects recursively; a `Secret` protects itself. */
function freeze<Value>(value: Value): Value {
  const plain =
    Array.isArray(value) ||
    (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);
  if (plain) Object.values(Object.freeze(value) as object).forEach(freeze);
  return value;
}
