import type { Scheduler } from '../scheduling/scheduler.ts';
import { SourceService } from '../sources/source-service.ts';
import type { AppContext } from './context.ts';

/** The sources on top of a core: the API gets the commands, the workers what syncs them. */
export function createSources(core: AppContext, scheduler: Scheduler): SourceService {
  const { redis, keys, store, clock, accounts, alerts, logger, config } = core;
  const files = { hosts: config.calendarHosts, proxies: config.proxies };
  return new SourceService({ redis, keys, store, clock, accounts, alerts, scheduler, files, logger });
}
