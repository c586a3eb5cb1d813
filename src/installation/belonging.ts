import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { Loop, startingWith } from '../services/loop.ts';
import type { Service } from '../services/service.ts';
import { type ConfiguredZoom, type Consent, count, isSameZoom, judge, name, type Verdict } from './configured-zoom.ts';
import { discardPlanned } from './discard.ts';
import { InstallationRecord } from './record.ts';

/** What a starting process asks for. */
export interface BelongingOptions {
  /** The Zoom that its settings name; null: it serves any store. */
  zoom: ConfiguredZoom | null;
  /** Default: neither. */
  consent?: Consent;
  /** The store is the Redis of this very data folder. */
  own?: boolean;
  /** Called when the store of a running process belongs to another Zoom now: it must exit. */
  onOther?: (detail: string) => void;
}

export interface BelongingDeps {
  redis: RedisClient;
  /** The first one also has what belongs to no account. */
  shards: readonly { keys: Keys }[];
  store: Records;
  writer: BroadcastWriter;
  clock: Clock;
  logger: Logger;
}

/** A dead worker shows a heartbeat for 5 s; one that is shutting down takes up to 12 s more. */
const WORKERS_END_MS = 18_000;
const POLL_MS = 200;
/** How often a running process checks whether its store still belongs to its Zoom, ms. */
const WATCH_MS = 2_000;

const NO_CONSENT: Consent = { takeOver: false, discardSandbox: false };

/**
 * Checks, at the start of a process, that the store belongs to its Zoom, and records it if it is new. Returns when this
 * process may use the store.
 * @throws LivestreamError `other_installation`, with what to do in `extra.advice`
 */
export async function joinInstallation(deps: BelongingDeps, options: BelongingOptions): Promise<void> {
  const { zoom, consent = NO_CONSENT, own = false } = options;
  if (!zoom) return;
  const { redis, clock, logger } = deps;
  const keys = deps.shards.map((shard) => shard.keys);
  const record = new InstallationRecord(redis, keys, clock);
  const judged = async () => judge(await record.read(), zoom, await record.planned(), consent, own);
  // Most starts change nothing, so they do not have to wait for each other.
  const first = await judged();
  if (first.do === 'join' && !(await record.isLocked())) return reportMissing(first.missing, deps);
  if (first.do === 'switch') await formerWorkersGone(record, clock);
  await record.locked(async (write) => {
    const verdict = await judged();
    if (verdict.do === 'refuse') throw refusal(verdict);
    if (verdict.do === 'switch') {
      // First stop what is planned, then delete what was known, and write the record last: if interrupted, all of it is repeated.
      const discarded = verdict.discard ? await discardPlanned(redis, keys, deps.writer, clock.now()) : null;
      await record.forget(verdict.forget);
      if (discarded && discarded.broadcasts + discarded.series > 0)
        logger.warn(discarded, `--discard-sandbox: ${count(discarded)} discarded`);
      logger.warn({ planned: await record.planned() }, `this installation belongs to ${name(verdict.to)} from now on`);
    }
    if (verdict.do !== 'join') await write(verdict.to);
    if (verdict.do !== 'switch') await reportMissing(verdict.missing, deps);
  });
}

/** Joins at its start, then keeps checking. A store that was emptied gets its record again. */
export function createBelonging(deps: BelongingDeps, options: BelongingOptions): Service {
  const keys = deps.shards.map((shard) => shard.keys);
  const record = new InstallationRecord(deps.redis, keys, deps.clock);
  const loop: Loop = new Loop({
    name: 'installation',
    everyMs: WATCH_MS,
    logger: deps.logger,
    problem: 'could not check which Zoom this store belongs to; trying again',
    runOnce: async () => {
      // Read each time: a reload of the accounts changes it.
      const { zoom, onOther } = options;
      if (!zoom) return;
      const stored = await record.read();
      if (!stored) return joinInstallation(deps, { ...options, own: true });
      if (isSameZoom(stored, zoom)) return;
      void loop.stop(0);
      const detail = `this store now belongs to ${name(stored)}, but this process works for ${name(zoom)}: shutting down`;
      deps.logger.error({}, detail);
      onOther?.(detail);
    },
  });
  return startingWith(() => joinInstallation(deps, options), loop);
}

/** @throws LivestreamError `other_installation` while a worker of the former Zoom still runs */
async function formerWorkersGone(record: InstallationRecord, clock: Clock): Promise<void> {
  const until = clock.monotonic() + WORKERS_END_MS;
  for (;;) {
    const alive = await record.workersAlive();
    if (alive === 0) return;
    if (clock.monotonic() > until) {
      const detail = `${alive} worker${alive === 1 ? '' : 's'} of its current Zoom still run${alive === 1 ? 's' : ''} on this store`;
      throw refusal({ detail, advice: ['stop every process of this installation first, then start again'] });
    }
    await clock.sleepUntil(clock.now() + POLL_MS);
  }
}

function refusal({ detail, advice }: Pick<Extract<Verdict, { do: 'refuse' }>, 'detail' | 'advice'>): LivestreamError {
  return new LivestreamError('other_installation', detail, { extra: { advice } });
}

/** Accounts that only other processes of this installation have: their broadcasts are left to those. */
async function reportMissing(missing: string[], { redis, shards, store, logger }: BelongingDeps): Promise<void> {
  if (missing.length === 0) return;
  const pending: Record<string, number> = {};
  const ids = await Promise.all(shards.map(({ keys }) => redis.smembers(keys.named('pending'))));
  for (const { account } of await store.getMany(ids.flat())) {
    if (missing.includes(account)) pending[account] = (pending[account] ?? 0) + 1;
  }
  const text =
    'some accounts of this installation are not configured here; their broadcasts are left to workers that have them';
  if (Object.keys(pending).length === 0) logger.info({ missing }, text);
  else logger.warn({ missing, unfinished: pending }, text);
}
