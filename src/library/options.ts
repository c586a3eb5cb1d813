import type { RedisServerOptions } from './redis-option.ts';

/** What a logger must have: pino, Fastify's `app.log`, or anything of that shape. */
export interface LibraryLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Server-to-Server OAuth, or a fixed bearer token. */
export type ZoomCredentialOptions =
  | { accountId: string; clientId: string; clientSecret: string; accessToken?: undefined }
  | { accessToken: string; accountId?: string; clientId?: undefined; clientSecret?: undefined };

interface ZoomAccountSettings {
  /** Sets the rate limits; default `pro`. */
  plan?: 'free' | 'pro' | 'business';
  /** Share of the plan's rate limit that this service may use: above 0, up to 1; default 0.9. */
  rateShare?: number;
  /** Set it if an API process receives Zoom's events: then a start that Zoom does not confirm raises an alert. */
  webhookSecretToken?: string;
  /** Endpoint URL of Zoom's WebSocket subscription: events without a public address. */
  webSocketUrl?: string;
}

/** One of several accounts; broadcasts name it in `account`. */
export type ZoomAccountOptions = { name: string } & ZoomCredentialOptions & ZoomAccountSettings;

/** How to reach Zoom, and the account `default` if credentials are set. */
export type ZoomOptions = (ZoomCredentialOptions | { accountId?: undefined; accessToken?: undefined }) &
  ZoomAccountSettings & {
    /** Default https://api.zoom.us/v2. */
    apiUrl?: string;
    /** Default https://zoom.us/oauth/token. */
    oauthUrl?: string;
    /** Body of the status request; default `json`. */
    requestFormat?: 'json' | 'multipart';
    /** How long one request may take, ms; default 10,000. */
    timeoutMs?: number;
  };

export interface CommonOptions {
  /** As the setting `REDIS_URL` (Sentinel and Cluster too), or one server by its parts. */
  redis: string | RedisServerOptions;
  /** Prefix of every Redis key; must be the same for schedulers, workers and APIs of one installation. Default `livestream`. */
  prefix?: string;
  /** As the setting `QUEUE_SHARDS`; must be the same for schedulers, workers and APIs of one installation. Default 1. */
  shards?: number;
  /** 32 bytes, as base64 or bytes: encrypts stream keys at rest. Without it a broadcast with a stream key is refused. */
  secretsKey?: string | Uint8Array;
  /** ISO 8601 duration: how long after `startAt` a start may still be tried without a `stopAt`. Default PT2H. */
  startWindow?: string;
  /** `on`: spans for the OpenTelemetry SDK that your program has registered (docs/tracing.md). Default `off`. */
  tracing?: 'on' | 'off';
  /** Default: nothing is logged. */
  logger?: LibraryLogger;
}

export interface SchedulerOptions extends CommonOptions {
  /** Names of the Zoom accounts that broadcasts may name. Default `['default']`. */
  accounts?: string[];
  /** The author shown in the history, unless a call names another; default `library`. */
  by?: string;
}

export interface WorkerOptions extends CommonOptions {
  zoom?: ZoomOptions;
  /** Further accounts; at least one account is needed, here or in `zoom`. */
  accounts?: ZoomAccountOptions[];
  /** Maximum concurrent jobs, 1 to 10,000. */
  concurrency?: number;
  /** ISO 8601 duration: how long finished broadcasts are kept. Default P90D. */
  retention?: string;
  /** ISO 8601 duration before `startAt` at which a broadcast is checked, or `off`. Default PT10M. */
  preflight?: string;
  /** The 30-second rule, ms; smaller only for tests. */
  startRetryMs?: number;
  /** Keep broadcasts stored for another Zoom (the sandbox, another host or account), and run them with this one. */
  takeOver?: boolean;
  /** The worker gets no more jobs, and rebuilding its BullMQ workers did not help: your process should exit. */
  onHanging?: () => void;
}
