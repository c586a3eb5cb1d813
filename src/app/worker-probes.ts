import { isLoopback } from '../config/setting.ts';
import { createProbeServer } from '../http/server.ts';
import type { AppContext } from './context.ts';
import { HttpService, healthOf } from './listen.ts';
import { metricsOf } from './metrics-of.ts';

/**
 * `/livez`, `/readyz` and `/metrics` of a worker process at `WORKER_HOST` and `WORKER_PORT`; null without a port. At an address that
 * other machines can reach, probes may use any host name (such as a container's address): whoever sets such an address means to
 * serve them.
 */
export function createWorkerProbes(core: AppContext): HttpService | null {
  const { config, logger, clock } = core;
  const { host, port } = config.worker;
  if (port === null) return null;
  const metrics = metricsOf(core, 'worker');
  const app = createProbeServer({
    keys: config.api.keys,
    anyHost: !isLoopback(host),
    clock,
    logger: logger.child({}) as never,
    health: healthOf(core),
    metrics: () => metrics.render(),
  });
  const say = (url: string) => logger.info(`probes listening at ${url}/livez, /readyz and /metrics`);
  return new HttpService('probes', app, { host, port, setting: 'WORKER_PORT' }, say);
}
