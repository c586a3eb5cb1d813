import { createHash } from 'node:crypto';
import { openAppContext } from '../app/context.ts';
import { createScheduler as schedulerOn } from '../app/create-scheduler.ts';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { representPause } from '../broadcasts/pause.ts';
import { EventHub } from '../events/event-hub.ts';
import { EVENTS, EventLog } from '../events/event-log.ts';
import { parseListQuery } from '../http/list-query.ts';
import {
  type BroadcastRepresentation,
  type BulkRepresentation,
  type HistoryRepresentation,
  representBroadcast,
  representBulk,
  representHistory,
} from '../http/representation.ts';
import { connectRedis } from '../redis/connection.ts';
import type { RedisTarget } from '../redis/url.ts';
import type { Pauses } from '../scheduling/pauses.ts';
import type { ChangeOptions, IdempotencyKey } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { validationFailed } from '../validation/issues.ts';
import { EventFeed, type EventListener } from './event-feed.ts';
import {
  type BroadcastChangeInput,
  type BroadcastInput,
  type BulkInput,
  bulkOf,
  type ListInput,
  type PauseInput,
  type PauseRepresentation,
  queryOf,
  type RescheduleInput,
  withIsoTimes,
} from './inputs.ts';
import { withKnownErrors } from './known-errors.ts';
import { schedulerConfig } from './library-config.ts';
import type { SchedulerOptions } from './options.ts';
import { loggerOf } from './quiet-logger.ts';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

export interface CreateCallOptions {
  /** Who did it, for the history. */
  by?: string;
  /** The same key and input within 24 h give the first answer again; another input is `idempotency_key_reused`. */
  idempotencyKey?: string;
}

export interface ChangeCallOptions {
  /** Who did it, for the history. */
  by?: string;
  /** The `revision` that must still hold, else `precondition_failed`. */
  ifRevision?: number;
}

/**
 * The scheduling commands in the program's own process; inputs, checks, answers and errors are those of the HTTP API. Every
 * method rejects with a `LivestreamError` and nothing else.
 */
export interface LivestreamScheduler {
  schedule(input: BroadcastInput, options?: CreateCallOptions): Promise<BroadcastRepresentation>;
  /** Up to 1,000: all or nothing. */
  scheduleBatch(
    input: { broadcasts: BroadcastInput[] } | BroadcastInput[],
    options?: CreateCallOptions,
  ): Promise<{ broadcasts: BroadcastRepresentation[] }>;
  /** Moves its times. */
  reschedule(id: string, times: RescheduleInput, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  /** Changes anything that may change. */
  change(id: string, change: BroadcastChangeInput, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  /** A live one is stopped; a finished one stays as it is. */
  cancel(id: string, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  get(id: string): Promise<BroadcastRepresentation>;
  list(query?: ListInput): Promise<{ broadcasts: BroadcastRepresentation[]; nextCursor: string | null }>;
  /** Every change and every request sent to Zoom with its answer, oldest first. */
  history(id: string): Promise<{ history: HistoryRepresentation[] }>;
  start(id: string, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  stop(id: string, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  /** A missed or failed one starts now. */
  retry(id: string, options?: ChangeCallOptions): Promise<BroadcastRepresentation>;
  /** Holds back the starts of everything, an account, a series or a label. Resolves once no such start leaves any more. */
  pause(input: PauseInput, options?: CreateCallOptions): Promise<PauseRepresentation>;
  /** Ends a pause: what it held back leaves at once, or is `missed` if its window has closed. */
  resume(pauseId: string, options?: { by?: string }): Promise<PauseRepresentation>;
  /** The oldest first. */
  pauses(): Promise<{ pauses: PauseRepresentation[] }>;
  /**
   * Does one thing to every broadcast that matches, up to 10,000, each separately. First with `dryRun: true`, which answers what
   * would happen; then with `expect`, the number that matched.
   */
  bulk(input: BulkInput, options?: CreateCallOptions): Promise<BulkRepresentation>;
  /**
   * Calls `listener` with every event of the installation whose type fits, from now on: `broadcast.live`, `broadcast.*`,
   * `alert.*`, `*`. Returns a function that removes the listener. What a listener throws is logged.
   */
  on(type: string, listener: EventListener): () => void;
  /** Ends the connections. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Connects a scheduler. It stores broadcasts and schedules the jobs of the workers, which `createWorker` or `livestream worker` run.
 * @throws LivestreamError `validation_failed` with every wrong option, `redis_unavailable`
 */
export async function createScheduler(options: SchedulerOptions): Promise<LivestreamScheduler> {
  const config = schedulerConfig(options);
  const target = config.redis.target as RedisTarget;
  const logger = loggerOf(options.logger);
  // It sends nothing to Zoom, so it works with whichever Zoom the store belongs to.
  const core = await openAppContext(config, target, logger, { zoom: null });
  const onError = (error: Error) => logger.debug({ err: error }, 'Redis connection error');
  const { named } = core.keys;
  const hub = new EventHub({
    connect: () => connectRedis(target, 'blocking', { onError }),
    named,
    log: new EventLog(core.redis, named(EVENTS)),
    logger,
  });
  const feed = new EventFeed(hub, logger);
  let closing: Promise<void> | null = null;
  const close = async () => {
    await feed.close();
    await core.close();
  };
  return {
    ...withKnownErrors({ ...commandsOf(schedulerOn(core), core.pauses, options.by ?? 'library') }),
    on: (type, listener) => feed.on(type, listener),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function commandsOf(scheduler: Scheduler, pauses: Pauses, author: string): Omit<LivestreamScheduler, 'on' | 'close'> {
  const changing = ({ by = author, ifRevision }: ChangeCallOptions = {}): ChangeOptions => ({
    by,
    ...(ifRevision === undefined ? {} : { ifRevision }),
  });
  const representAll = async (broadcasts: Broadcast[]) => {
    const pauses = await scheduler.pauses();
    return broadcasts.map((broadcast) => representBroadcast(broadcast, pauses));
  };
  const represent = async (broadcast: Broadcast) => representBroadcast(broadcast, await scheduler.pauses());
  const act = (verb: 'cancel' | 'start' | 'stop' | 'retry') => async (id: string, options?: ChangeCallOptions) =>
    represent(await scheduler[verb](id, changing(options)));
  const change = async (id: string, input: unknown, options?: ChangeCallOptions) =>
    represent(await scheduler.change(id, withIsoTimes(input), changing(options)));
  return {
    async schedule(given, options) {
      const input = withIsoTimes(given);
      const making = scheduler.schedule(input, creating('schedule', input, author, options));
      // Reading the pauses afterwards would be a third round trip.
      const [{ broadcast }, pauses] = await Promise.all([making, scheduler.pauses()]);
      return representBroadcast(broadcast, pauses);
    },
    async scheduleBatch(given, options) {
      const broadcasts = Array.isArray(given) ? given : given?.broadcasts;
      const input = { ...(Array.isArray(given) ? {} : given), broadcasts: withIsoTimes(broadcasts) };
      const made = await scheduler.scheduleBatch(input, creating('scheduleBatch', input, author, options));
      return { broadcasts: await representAll(made.broadcasts) };
    },
    reschedule: change,
    change,
    cancel: act('cancel'),
    start: act('start'),
    stop: act('stop'),
    retry: act('retry'),
    async bulk(given, options) {
      const input = bulkOf(given);
      return representBulk((await scheduler.bulk(input, creating('bulk', input, author, options))).answer);
    },
    get: async (id) => represent(await scheduler.get(id)),
    async list(query = {}) {
      const { broadcasts, nextCursor } = await scheduler.list(parseListQuery(queryOf(query)));
      return { broadcasts: await representAll(broadcasts), nextCursor };
    },
    async pause(given, options) {
      const input = withIsoTimes(given);
      return representPause((await pauses.create(input, creating('pause', input, author, options))).pause);
    },
    resume: async (id, { by = author } = {}) => representPause(await pauses.end(id, by)),
    pauses: async () => ({ pauses: (await pauses.list()).map(representPause) }),
    history: async (id) => ({ history: (await scheduler.history(id)).map(representHistory) }),
  };
}

/** Keys of the library stand apart from those of the API's callers. */
function creating(
  method: string,
  input: unknown,
  author: string,
  { by = author, idempotencyKey }: CreateCallOptions = {},
): { by: string; idempotency?: IdempotencyKey } {
  if (idempotencyKey === undefined) return { by };
  if (typeof idempotencyKey !== 'string' || !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw validationFailed([{ path: 'idempotencyKey', message: 'must be 1 to 255 visible ASCII characters' }]);
  }
  const bodyHash = createHash('sha256')
    .update(`${method}\n${jsonOf(input)}`)
    .digest('hex');
  return { by, idempotency: { key: `library:${idempotencyKey}`, bodyHash } };
}

function jsonOf(input: unknown): string {
  try {
    return JSON.stringify(input);
  } catch {
    throw validationFailed([{ path: '', message: 'must be a JSON value' }]);
  }
}
