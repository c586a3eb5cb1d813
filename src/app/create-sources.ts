import type { ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { SourceReader } from '../sources/source-reader.ts';
import { SourceService } from '../sources/source-service.ts';
import { ZoomLists } from '../sources/zoom-lists.ts';
import type { AppContext } from './context.ts';

/** Starts its threads at the first read; one set is enough for a process. */
const reader = new SourceReader();

/** Creates the sources: their commands for the API, and their sync for the workers. */
export function createSources(core: AppContext, scheduler: Scheduler, zoom: ZoomReads): SourceService {
  const { redis, keys, store, clock, accounts, alerts, logger, config } = core;
  const files = { hosts: config.calendarHosts, proxies: config.proxies };
  const matching = (pattern: string, topics: string[]) => reader.matching(pattern, topics);
  const lists = new ZoomLists({ store, zoom, clock, matching });
  return new SourceService({
    ...{ redis, keys, store, clock, accounts, alerts, scheduler },
    ...{ files, reader, lists, logger },
  });
}
