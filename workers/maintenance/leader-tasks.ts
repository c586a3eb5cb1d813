import { AuditLog } from '../../src/access/audit-log.ts';
import type { AppContext, ShardContext } from '../../src/app/context.ts';
import { createScheduler } from '../../src/app/create-scheduler.ts';
import { createSources } from '../../src/app/create-sources.ts';
import type { ZoomReads } from '../../src/broadcasts/zoom-port.ts';
import { createCalendars } from '../../src/calendars/create-calendars.ts';
import type { StoredCounts } from '../../src/observability/stored-counts.ts';
import { Preflight } from '../../src/preflight/preflight.ts';
import { PreflightTask } from '../../src/preflight/preflight-task.ts';
import { accountsOfWorkers } from '../../src/queue/known-accounts.ts';
import { createSeries } from '../../src/series/create-series.ts';
import { SourceTask } from '../../src/sources/source-task.ts';
import { Deadlines } from './deadlines.ts';
import { HeadsUpTask } from './heads-up-task.ts';
import { JobRepair } from './job-repair.ts';
import type { LeaderTask } from './leader.ts';
import { PauseTask } from './pauses.ts';
import { Retention } from './retention.ts';
import { TrimEvents } from './trim-events.ts';

/** How often the leader resolves alerts that have run out and removes old ones, ms. */
const TIDY_ALERTS_MS = 10_000;

/** How often entries older than RETENTION leave the audit, ms. */
const TRIM_AUDIT_MS = 600_000;

interface Zoom {
  client: ZoomReads;
  counts: StoredCounts;
  onTaskFailure: (task: string) => void;
}

/** Tasks of a shard's leader for the data of that shard. */
export function createShardTasks(
  core: ShardContext,
  workerId: string,
  zoom: Zoom,
): { all: LeaderTask[]; jobRepair: JobRepair } {
  const jobRepair = new JobRepair({ ...core, onRepair: (jobs) => zoom.counts.repaired('job', jobs) });
  const all = [
    new Deadlines({ ...core, workerId, onFailure: zoom.onTaskFailure }),
    jobRepair,
    jobRepair.slow,
    new Retention({ ...core, retentionMs: core.config.retentionMs }),
    preflightTask(core, zoom.client, workerId),
    tidyAlerts(core),
    ...headsUpTask(core, workerId),
  ];
  return { all, jobRepair };
}

/** Tasks of the first shard's leader for the whole installation, except Zoom's WebSockets. */
export function createLeaderTasks(core: AppContext, workerId: string, zoom: Zoom): LeaderTask[] {
  const calendars = createCalendars(core);
  const scheduler = createScheduler(core);
  return [
    calendars.task,
    createSeries(core, scheduler, calendars.skipped).task,
    new SourceTask(createSources(core, scheduler, zoom.client), core.clock, core.logger),
    new PauseTask(core.pauses, workerId),
    trimAudit(core),
    new TrimEvents({ ...core, retentionMs: core.config.retentionMs }),
  ];
}

/** Empty when HEADS_UP is off. */
function headsUpTask(core: ShardContext, workerId: string): LeaderTask[] {
  const { headsUpMs } = core.config;
  return headsUpMs === null ? [] : [new HeadsUpTask({ ...core, workerId, headsUpMs })];
}

function trimAudit({ redis, keys, clock, config }: AppContext): LeaderTask {
  const log = new AuditLog(redis, keys);
  return { name: 'audit', everyMs: TRIM_AUDIT_MS, runOnce: () => log.trim(clock.now() - config.retentionMs) };
}

function tidyAlerts({ alerts, clock, config }: ShardContext): LeaderTask {
  const runOnce = async () => {
    await alerts.tidy(clock.now() - config.retentionMs);
  };
  return { name: 'alerts', everyMs: TIDY_ALERTS_MS, runOnce };
}

function preflightTask(core: ShardContext, zoom: ZoomReads, workerId: string): LeaderTask {
  const { redis, keys, shards, clock, store, writer, logger, accounts, config } = core;
  const home = shards[0]?.keys ?? keys;
  const whoKnows = async (account: string) => {
    if (accounts.get(account)) return 'here';
    return (await accountsOfWorkers(redis, home)).has(account) ? 'elsewhere' : 'nowhere';
  };
  const preflight = new Preflight({ store, writer, zoom, clock, workerId, whoKnows });
  return new PreflightTask({ redis, keys, clock, logger, preflight, automatic: config.preflightMs !== null });
}
