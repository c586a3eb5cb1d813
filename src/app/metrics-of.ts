import { readMetrics } from '../observability/metric-readings.ts';
import { type OwnProcess, ServiceMetrics } from '../observability/metrics.ts';
import { buildCommit, packageVersion } from '../version.ts';
import type { AppContext } from './context.ts';

/** Builds the `/metrics` of this process. */
export function metricsOf(core: AppContext, process: OwnProcess['process']): ServiceMetrics {
  const own: OwnProcess = {
    process,
    version: packageVersion(),
    commit: buildCommit(),
    zoomInFlight: () => core.zoomInFlight(),
    clockOffsetMs: () => core.clock.offsetMs,
    startsHeld: () => core.clockWatch.startsHeld,
  };
  return new ServiceMetrics(own, () => readMetrics(core));
}
