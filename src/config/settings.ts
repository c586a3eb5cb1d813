import type { z } from 'zod';
import { MAX_SHARDS } from '../broadcasts/store/keys.ts';
import type { Setting } from './setting.ts';
import {
  allowedHosts,
  apiKeys,
  duration,
  durationOrOff,
  host,
  httpUrl,
  integer,
  key32,
  keys32,
  matching,
  notifyUrl,
  oneOf,
  proxyUrl,
  redisUrl,
  secretText,
  share,
  smtpUrl,
  text,
  timezone,
  webhookSecret,
  webSocketUrl,
} from './setting.ts';

export const ZOOM_PLANS = ['free', 'pro', 'business'] as const;
export type ZoomPlan = (typeof ZOOM_PLANS)[number];

const PORTS = [0, 65_535] as const;
const DAY_MS = 86_400_000;

/** `Preset` keeps whether there is a default, so that `Config` knows which values may be null. */
function setting<Value, Preset extends string | null>(
  schema: z.ZodType<Value, string>,
  preset: Preset,
  meaning: string,
  more: { secret?: boolean; defaultShown?: string } = {},
): Setting<Value> & { default: Preset } {
  return { schema, default: preset, meaning, secret: more.secret ?? false, defaultShown: more.defaultShown };
}

const SECRET = { secret: true };

/** Every setting. A test compares it with docs/settings.md; the loader reads nothing else. */
export const DEFINITIONS = {
  REDIS_URL: setting(
    redisUrl(),
    null,
    'where Redis is: redis://, rediss://, unix:///path.sock, redis+sentinel://host:26379,host2:26379/mymaster, ' +
      'redis+cluster://host:7000,host2:7001',
    { defaultShown: 'embedded' },
  ),
  REDIS_PREFIX: setting(
    matching(/^[\w.:-]{1,64}$/, '1 to 64 letters, digits and . _ : -'),
    'livestream',
    'key prefix; use a different one for each installation that shares a Redis',
  ),
  DATA_DIR: setting(text('a folder'), '.data', 'where the embedded Redis keeps its files'),
  HOST: setting(host(), '127.0.0.1', 'address on which the API listens'),
  PORT: setting(integer(...PORTS), '3000', 'port of the API; 0 picks a free one'),
  LIVESTREAM_API_URL: setting(httpUrl(), 'http://127.0.0.1:3000', 'address at which the command line calls the API'),
  LIVESTREAM_API_KEY: setting(secretText(), null, 'the API key the command line sends', SECRET),
  LIVESTREAM_TIMEZONE: setting(
    timezone(),
    null,
    'IANA time zone in which the command line reads and prints local times',
    { defaultShown: "the machine's" },
  ),
  SANDBOX_HOST: setting(host(), '127.0.0.1', 'address on which the sandbox listens'),
  SANDBOX_PORT: setting(integer(...PORTS), '3001', 'port of the sandbox; 0 picks a free one'),
  API_KEYS: setting(
    apiKeys(),
    null,
    'name:role:key, comma-separated, role read, operate, write or admin; without keys the API serves only this machine',
    SECRET,
  ),
  API_RATE_LIMIT: setting(
    integer(1, 1_000_000_000),
    '120000',
    'requests per minute from one API key, or from one address without keys; more get 429',
  ),
  ZOOM_API_URL: setting(httpUrl(), 'https://api.zoom.us/v2', "Zoom's API"),
  ZOOM_OAUTH_URL: setting(httpUrl(), 'https://zoom.us/oauth/token', "Zoom's token endpoint"),
  ZOOM_ACCOUNT_ID: setting(text(), null, 'Server-to-Server OAuth credentials of the account named default'),
  ZOOM_CLIENT_ID: setting(text(), null, 'Server-to-Server OAuth credentials of the account named default'),
  ZOOM_CLIENT_SECRET: setting(
    secretText(),
    null,
    'Server-to-Server OAuth credentials of the account named default',
    SECRET,
  ),
  ZOOM_ACCESS_TOKEN: setting(secretText(), null, 'a fixed bearer token, instead of the three above', SECRET),
  ZOOM_PLAN: setting(oneOf(ZOOM_PLANS), 'pro', 'your Zoom plan (free, pro, business); sets the rate limits'),
  ZOOM_RATE_SHARE: setting(share(), '0.9', "share of the plan's rate limit this service may use"),
  ZOOM_ACCOUNTS_FILE: setting(text('the path of a file'), null, 'JSON file with several accounts'),
  ZOOM_WEBHOOK_SECRET_TOKEN: setting(secretText(), null, 'turns on POST /v1/zoom/webhooks', SECRET),
  ZOOM_WEBSOCKET_URL: setting(
    webSocketUrl(),
    null,
    "endpoint URL of Zoom's WebSocket subscription, for events without a public address",
  ),
  ZOOM_REQUEST_FORMAT: setting(
    oneOf(['json', 'multipart']),
    'json',
    'body format of the status request: json or multipart',
  ),
  HTTPS_PROXY: setting(
    proxyUrl(),
    null,
    'proxy for https:// and wss:// (Zoom, NOTIFY_URL); default HTTP_PROXY; https_proxy takes precedence',
    SECRET,
  ),
  HTTP_PROXY: setting(proxyUrl(), null, 'proxy for http:// and ws://; http_proxy takes precedence', SECRET),
  NO_PROXY: setting(
    text('host names'),
    null,
    'hosts reached without a proxy, comma-separated, with their subdomains; * means all; this machine is always reached directly',
  ),
  ZOOM_TIMEOUT_MS: setting(integer(1, 600_000), '10000', 'time limit of one request to Zoom, in ms'),
  START_RETRY_MS: setting(integer(1, DAY_MS), '30000', 'the 30-second rule, in ms; make it smaller only in tests'),
  START_WINDOW: setting(duration(), 'PT2H', 'how long after startAt a start is still tried if there is no stopAt'),
  WORKER_CONCURRENCY: setting(integer(1, 10_000), null, 'maximum concurrent jobs of one worker', {
    defaultShown: 'chosen from measurements',
  }),
  WORKER_HOST: setting(host(), '127.0.0.1', 'address on which a worker serves its probes, if WORKER_PORT is set'),
  WORKER_PORT: setting(
    integer(...PORTS),
    null,
    'port on which a worker serves /livez, /readyz and /metrics; 0 picks a free one; if unset, none are served',
  ),
  QUEUE_SHARDS: setting(
    integer(1, MAX_SHARDS),
    '1',
    'how many shards the accounts are spread over, so that the masters of a Redis Cluster share the work; the same in every process',
  ),
  SECRETS_KEY: setting(key32(), null, '32 bytes in base64; encrypts stream keys at rest', SECRET),
  SECRETS_KEY_FORMER: setting(
    keys32(),
    null,
    'earlier values of SECRETS_KEY, comma-separated, to read what they encrypted',
    SECRET,
  ),
  RETENTION: setting(duration(), 'P90D', 'how long finished broadcasts and their history are kept'),
  PREFLIGHT: setting(durationOrOff(), 'PT10M', 'how long before startAt a broadcast is checked, or off'),
  HEADS_UP: setting(
    durationOrOff(),
    'PT15M',
    'how long before a start and a stop broadcast.upcoming and broadcast.ending are sent, or off',
  ),
  NOTIFY_URL: setting(
    notifyUrl(),
    null,
    'where alerts and changes are sent; comma-separated https:// and mailto: addresses, see docs/notifications.md',
    SECRET,
  ),
  NOTIFY_SECRET: setting(webhookSecret(), null, 'signs what is posted to NOTIFY_URL (Standard Webhooks)', SECRET),
  CALENDAR_HOSTS: setting(
    allowedHosts(),
    null,
    'hosts that calendars may be fetched from, comma-separated; host! for one with a private or loopback address; unset: none',
  ),
  SMTP_URL: setting(
    smtpUrl(),
    null,
    'mail server for mailto: in NOTIFY_URL: smtp:// or smtps:// with user and password; ?from= sets the sender',
    SECRET,
  ),
  LOG_LEVEL: setting(
    oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'trace, debug, info, warn, error, fatal or silent',
  ),
  LOG_FORMAT: setting(oneOf(['pretty', 'json']), null, 'pretty or json', {
    defaultShown: 'pretty on a terminal, otherwise json',
  }),
  TRACING: setting(
    oneOf(['on', 'off']),
    'off',
    'on: traces by the OpenTelemetry SDK that you start with node --import, see docs/tracing.md',
  ),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof DEFINITIONS;

/** The parsed value of each setting, null where it is not set and has no default. */
export type SettingValues = { [Name in SettingName]: z.output<(typeof DEFINITIONS)[Name]['schema']> | null };

export interface SettingInfo {
  name: SettingName;
  /** As text; null: none. */
  default: string | null;
  meaning: string;
  secret: boolean;
}

/** The settings as data, in the order of docs/settings.md. */
export const SETTINGS: readonly SettingInfo[] = Object.entries(DEFINITIONS).map(([name, definition]) => ({
  name: name as SettingName,
  default: definition.defaultShown ?? definition.default,
  meaning: definition.meaning,
  secret: definition.secret,
}));
