import type { FastifyInstance } from 'fastify';
import type { Authority } from '../access/authority.ts';
import { EventHub } from '../events/event-hub.ts';
import { EVENTS, EventLog } from '../events/event-log.ts';
import type { ApiRoutes } from '../http/api-context.ts';
import { eventRoutes } from '../http/routes/event-routes.ts';
import { notificationRoutes } from '../http/routes/notification-routes.ts';
import { connectRedis } from '../redis/connection.ts';
import { onStop, type Service } from '../services/service.ts';
import type { AppContext } from './context.ts';
import { metricsOf } from './metrics-of.ts';
import { openNotifications } from './notification-admin.ts';

/** The parts of the API that send or report on their own: events, notifications, metrics. */
export interface Outgoing {
  routes: ApiRoutes[];
  metrics(): Promise<{ contentType: string; body: string }>;
  /** Measures every request that `app` answers. */
  measure(app: FastifyInstance): void;
  /** Start them before the API, and stop them after it. */
  services: Service[];
}

/** The one reader of the event stream in this process, with its own connection, and its consumers. */
export function createEventStream(core: AppContext, authority: Authority): Outgoing {
  const { target, redis, keys, clock, logger } = core;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const log = new EventLog(redis, keys.named(EVENTS));
  const connect = () => connectRedis(target, 'blocking', { onError });
  const hub = new EventHub({ connect, named: keys.named, log, logger });
  const notifications = openNotifications(core);
  const metrics = metricsOf(core, 'api');
  return {
    routes: [
      eventRoutes({ hub, clock, isGood: (caller) => authority.isGood(caller) }),
      notificationRoutes(notifications),
    ],
    metrics: () => metrics.render(),
    measure: (app) => {
      app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
        metrics.answered({ method, route: routeOptions.url ?? 'none', status: statusCode, ms: elapsedTime });
      });
    },
    services: [onStop('notification admin', notifications.close), hub],
  };
}
