import type { FastifyInstance } from 'fastify';
import { listAlerts } from '../alerts/alert-listing.ts';
import type { ZoomReads } from '../broadcasts/zoom-port.ts';
import { createCalendars } from '../calendars/create-calendars.ts';
import type { Config } from '../config.ts';
import { FeedStore } from '../feeds/feed-store.ts';
import type { ApiRoutes } from '../http/api-context.ts';
import { alertRoutes } from '../http/routes/alert-routes.ts';
import { calendarRoutes } from '../http/routes/calendar-routes.ts';
import { dashboardRoutes } from '../http/routes/dashboard-routes.ts';
import { documentRoutes } from '../http/routes/document-routes.ts';
import { feedRoutes } from '../http/routes/feed-routes.ts';
import { pauseRoutes } from '../http/routes/pause-routes.ts';
import { type PreflightChecks, preflightRoutes } from '../http/routes/preflight-routes.ts';
import { seriesRoutes } from '../http/routes/series-routes.ts';
import { sourceRoutes } from '../http/routes/source-routes.ts';
import { summaryRoutes } from '../http/routes/summary-routes.ts';
import { webhookRoutes } from '../http/routes/webhook-routes.ts';
import { createApiServer } from '../http/server.ts';
import { createNotifications } from '../notifications/notification-feed.ts';
import { PlanPreflight } from '../preflight/plan-preflight.ts';
import { preflightNow } from '../preflight/preflight-on-demand.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { requireInside } from '../scheduling/within-limits.ts';
import { createSeries } from '../series/create-series.ts';
import { ServiceList } from '../services/service-list.ts';
import { isoDuration } from '../time/human-duration.ts';
import { packageVersion } from '../version.ts';
import { hasCredentials } from '../zoom/accounts.ts';
import { accountsSignedFor } from '../zoom/events/event-accounts.ts';
import { storeEvent } from '../zoom/events/inbox.ts';
import { RefusedEvents } from '../zoom/events/refused-events.ts';
import { type Access, openAccess } from './access.ts';
import { type AppContext, webhookSecret } from './context.ts';
import { createDocuments } from './create-documents.ts';
import { createScheduler } from './create-scheduler.ts';
import { createSources } from './create-sources.ts';
import { createEventStream, type Outgoing } from './event-stream.ts';
import { HttpService, healthOf } from './listen.ts';
import { type NoWorkerTimes, NoWorkerWatch } from './no-worker-alert.ts';
import { accountsOf, summaryOf } from './summary.ts';
import { openZoomReads } from './zoom-reads.ts';

/** On close, requests and notifications in progress get this long to finish, ms: longer than one notification (10 s). */
const GRACE_MS = 12_000;

export interface RunningApi {
  /** `http://host:port` */
  url: string;
  scheduler: Scheduler;
  /** Accepts no new requests, and finishes those in progress. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Builds the HTTP API and listens. `sandbox`: Zoom is the sandbox, and the dashboard says so; `quiet`: the caller prints
 * the address.
 */
export async function startApi(
  core: AppContext,
  address: { host: string; port: number },
  more: { sandbox?: boolean; quiet?: boolean; noWorkerTimes?: NoWorkerTimes } = {},
): Promise<RunningApi> {
  const scheduler = createScheduler(core);
  const access = openAccess(core);
  const outgoing = createEventStream(core, access.authority);
  const zoom = openZoomReads(core);
  const app = buildApp(core, { scheduler, access, outgoing, zoom: zoom.reads }, more.sandbox === true);
  const say = (url: string) => core.logger[more.quiet ? 'debug' : 'info'](`API listens at ${url}`);
  const server = new HttpService('API', app, { ...address, setting: 'PORT or --port' }, say);
  const watch = new NoWorkerWatch(core, () => createNotifications(core), more.noWorkerTimes);
  const services = new ServiceList({
    ...core,
    name: 'API',
    services: [...outgoing.services, zoom.connections, watch, server],
  });
  await services.start();
  return { url: server.url, scheduler, close: () => services.stop(GRACE_MS) };
}

interface ApiParts {
  scheduler: Scheduler;
  access: Access;
  outgoing: Outgoing;
  zoom: ZoomReads;
}

function buildApp(core: AppContext, parts: ApiParts, sandbox: boolean): FastifyInstance {
  const app = createApiServer({
    scheduler: parts.scheduler,
    config: core.config.api,
    authority: parts.access.authority,
    clock: core.clock,
    // A child logger, so that Fastify's level does not change ours.
    logger: core.logger.child({}) as never,
    version: packageVersion(),
    health: healthOf(core),
    metrics: parts.outgoing.metrics,
    tracing: core.tracing,
    routes: routesOf(core, parts, sandbox),
  });
  parts.outgoing.measure(app);
  return app;
}

function routesOf(core: AppContext, { scheduler, access, outgoing, zoom }: ApiParts, sandbox: boolean): ApiRoutes[] {
  const { config, clock, redis, keys } = core;
  const { audit } = access;
  const keysOfAll = core.shards.map((shard) => shard.keys);
  const { skipped, service } = createCalendars(core);
  const series = createSeries(core, scheduler, skipped).service;
  const calendars = service(series);
  const sources = createSources(core, scheduler, zoom);
  return [
    seriesRoutes(series, () => core.pauses.list()),
    calendarRoutes(calendars, clock, audit),
    feedRoutes({
      store: new FeedStore(redis, keys, clock),
      clock,
      list: (query) => scheduler.list(query),
      accounts: () => core.accounts.names(),
      keyIsGood: (feed) => access.authority.isGood(feed),
    }),
    dashboardRoutes({ zoom: zoomNote(config, sandbox), 'start-window': isoDuration(config.startWindowMs) }),
    ...outgoing.routes,
    ...access.routes,
    alertRoutes({
      list: (query) => listAlerts(redis, keysOfAll, core.alerts, query),
      acknowledge: (id, by, note, limits) => core.alerts.acknowledge(id, by, note, limits),
    }),
    summaryRoutes({
      summary: (timezone, limits) => summaryOf(core, timezone, limits),
      accounts: (limits) => accountsOf(core, limits),
    }),
    preflightRoutes(preflightChecks(core, scheduler, zoom)),
    pauseRoutes(core.pauses),
    sourceRoutes(sources, audit),
    documentRoutes(createDocuments(core, { scheduler, series, calendars, sources }), audit),
    zoomWebhookRoutes(core),
  ];
}

function preflightChecks(core: AppContext, scheduler: Scheduler, zoom: ZoomReads): PreflightChecks {
  const { store, clock, accounts, pauses } = core;
  const ofPlan = new PlanPreflight({
    ...{ store, clock, zoom },
    hasCredentials: (name) => {
      const account = accounts.get(name);
      return account !== undefined && hasCredentials(account);
    },
  });
  return {
    stored: async (id, limits) => {
      await scheduler.get(id, limits);
      return preflightNow(core, id);
    },
    plan: async (input, limits) => {
      const plan = scheduler.draft(input);
      requireInside([plan], limits);
      return ofPlan.check({ ...plan, id: null });
    },
    pauses: () => pauses.list(),
  };
}

/** Null for the real Zoom. */
function zoomNote(config: Config, sandbox: boolean): string | null {
  if (sandbox) return 'Sandbox mode: Zoom is simulated. Nothing is really streamed.';
  const { origin, hostname } = new URL(config.zoom.apiUrl);
  return /(^|\.)zoom(gov)?\.(us|com)$/.test(hostname) ? null : `Not the real Zoom API: requests go to ${origin}.`;
}

/** Every secret token that may sign an event. */
function signingSecretsOf({ accounts, config }: AppContext): string[] {
  const secrets = [...accounts.all(), config.zoom].map(
    ({ webhookSecretToken }) => webhookSecretToken?.reveal() ?? null,
  );
  return [...new Set(secrets)].filter((secret) => secret !== null);
}

function zoomWebhookRoutes(core: AppContext): ApiRoutes {
  const { accounts, config, redis, keys, clock, logger } = core;
  const refused = new RefusedEvents(redis, keys, clock, logger);
  return webhookRoutes({
    secrets: () => signingSecretsOf(core),
    accountsOf: (accountId, secret) =>
      accountsSignedFor(accounts, accountId, secret, (account) => webhookSecret(config, account)),
    // Store the event for every account that it concerns.
    store: async (event, names, signedAt) => {
      await storeEvent(core, event, names, signedAt);
      await Promise.all(names.map((name) => core.eventsSeen.note(name)));
    },
    onRefused: (why) => refused.note(why),
  });
}
