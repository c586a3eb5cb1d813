import { isLimited, isWithin, type Limits } from '../broadcasts/limits.ts';
import { allMatches } from '../broadcasts/store/matches.ts';
import type { CalendarService } from '../calendars/calendar-service.ts';
import { DocumentService } from '../documents/document-service.ts';
import { exportDocument, exportName } from '../documents/export-document.ts';
import type { Documents } from '../http/routes/document-routes.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import type { SeriesService } from '../series/series-service.ts';
import type { SourceService } from '../sources/source-service.ts';
import type { AppContext } from './context.ts';

interface Parts {
  scheduler: Scheduler;
  series: SeriesService;
  calendars: CalendarService;
  sources: SourceService;
}

export function createDocuments(core: AppContext, parts: Parts): Documents {
  const { redis, store, clock, accounts, sealer } = core;
  const service = new DocumentService({ redis, store, clock, accounts, ...parts, sealingAvailable: sealer !== null });
  return {
    apply: (input, by, limits) => service.apply(input, by, limits),
    export: (name, limits) => exported(core, parts, { name, limits }),
  };
}

async function exported(
  { redis, store, clock }: AppContext,
  { series, calendars, sources }: Parts,
  { name, limits }: { name: string | undefined; limits: Limits | undefined },
) {
  const now = Math.floor(clock.now());
  const filter = { status: ['scheduled' as const], from: now, ...(limits && { limits }) };
  const [broadcasts, all, days, followed] = await Promise.all([
    allMatches({ redis, store }, filter, Number.POSITIVE_INFINITY),
    series.all(),
    calendars.list(),
    sources.store.list(),
  ]);
  const seen = all.filter((one) => !limits || isWithin(limits, one));
  const document = exportDocument(
    name ?? exportName(followed),
    { broadcasts: broadcasts ?? [], series: seen, calendars: days, sources: followed },
    now,
  );
  return limits && isLimited(limits) ? { ...document, sources: [] } : document;
}
