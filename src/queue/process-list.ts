import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { SCHEMA_VERSION, storedSchemaVersion } from '../broadcasts/store/migrations.ts';
import type { Clock } from '../clock.ts';
import { parseObject } from '../json.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** How often a process reports itself, ms. */
const EVERY_MS = 5_000;
/** A process without a report for this long is gone, ms. */
const GONE_AFTER_MS = 20_000;
/** … and leaves the list after this, ms. */
const FORGOTTEN_MS = 600_000;
/** An update takes a few minutes, and two versions are normal during it. After this long, someone forgot a process, ms. */
export const MIXED_ALERT_MS = 900_000;
/** One cause per installation. */
const KEY = 'versions';

/** A process of this installation, as it reports itself. */
export interface RunningProcess {
  /** Version of its package. */
  version: string;
  /** Schema of the data that it reads and writes. */
  schema: number;
  host: string;
  /** Time of the report, ms. */
  at: number;
}

export interface ProcessListDeps {
  redis: Redis | Cluster;
  keys: Keys;
  clock: Clock;
  alerts: Pick<AlertStore, 'raiseInstallationAlert' | 'resolve'>;
  logger: Logger;
  /** This process. */
  id: string;
  host: string;
  version: string;
  /** How long two versions may run before the alert, ms; default `MIXED_ALERT_MS`. */
  mixedAlertMs?: number;
}

/** Reports this process with its version; notices other versions. */
export class ProcessList implements Service {
  readonly name = 'process list';
  readonly #deps: ProcessListDeps;
  readonly #loop: Loop;
  #reported = '';
  /** Since when two versions run (monotonic ms); null: only one does. */
  #mixedSince: number | null = null;
  /** Null: unknown; an earlier process may have raised the alert. */
  #raised: boolean | null = null;

  constructor(deps: ProcessListDeps) {
    this.#deps = deps;
    this.#loop = new Loop({
      name: this.name,
      everyMs: EVERY_MS,
      logger: deps.logger,
      problem: 'could not check which versions run on this Redis; trying again',
      runOnce: () => this.runOnce(),
    });
  }

  start(): void {
    this.#loop.start();
    this.#loop.soon();
  }

  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    const { redis, keys, id } = this.#deps;
    await redis.hdel(keys.named('processes'), id).catch(() => 0);
  }

  /** Reports this process, and checks the others once. */
  async runOnce(): Promise<void> {
    const { redis, keys, clock, id, host, version } = this.#deps;
    const own: RunningProcess = { version, schema: SCHEMA_VERSION, host, at: Math.floor(clock.now()) };
    await redis.hset(keys.named('processes'), id, JSON.stringify(own));
    const stored = await redis.hgetall(keys.named('processes'));
    const old = Object.entries(stored).filter(([, text]) => own.at - (readProcess(text)?.at ?? 0) > FORGOTTEN_MS);
    if (old.length > 0) await redis.hdel(keys.named('processes'), ...old.map(([other]) => other));
    const schema = await storedSchemaVersion(redis, keys);
    await this.#judge(running(stored, own.at), schema ?? SCHEMA_VERSION);
  }

  async #judge(processes: RunningProcess[], schema: number): Promise<void> {
    const { logger, alerts, clock, version, mixedAlertMs = MIXED_ALERT_MS } = this.#deps;
    const tooNew = schema > SCHEMA_VERSION;
    const mixed = versionsOf(processes).length > 1;
    this.#mixedSince = mixed ? (this.#mixedSince ?? clock.monotonic()) : null;
    const text = tooNew ? newerSchema(version, schema) : mixed ? mixedVersions(processes) : '';
    if (text !== this.#reported && text !== '') logger[tooNew ? 'error' : 'warn']({ advice: ADVICE }, text);
    if (text === '' && this.#reported !== '') logger.info({ version }, 'all processes run the same version again');
    this.#reported = text;
    const lasts = this.#mixedSince !== null && clock.monotonic() - this.#mixedSince >= mixedAlertMs;
    if (tooNew || lasts) {
      await alerts.raiseInstallationAlert({ code: 'versions', key: KEY, message: text, advice: ADVICE });
      this.#raised = true;
    } else if (!mixed && this.#raised !== false) {
      await alerts.resolve(KEY);
      this.#raised = false;
    }
  }
}

const ADVICE =
  'Restart the processes of the older version with the newer one; to see which: livestream doctor, or `livestream_processes` at /metrics.';

/** "2 versions run at once: 0.1.0 (2 processes on a, b), 0.2.0 (1 process on c)" */
export function mixedVersions(processes: readonly RunningProcess[]): string {
  const versions = versionsOf(processes).map(([version, own]) => {
    const hosts = [...new Set(own.map(({ host }) => host))].sort().slice(0, 5).join(', ');
    return `${version} (${own.length} ${own.length === 1 ? 'process' : 'processes'} on ${hosts})`;
  });
  return `${versions.length} versions of livestream-scheduler run on this Redis at once: ${versions.join(', ')}`;
}

function newerSchema(version: string, schema: number): string {
  return `a newer version has changed the stored data to schema ${schema}; this process (${version}) knows schema ${SCHEMA_VERSION} only and may not understand it`;
}

/** Grouped by version, in text order. */
export function versionsOf(processes: readonly RunningProcess[]): [version: string, RunningProcess[]][] {
  const byVersion = new Map<string, RunningProcess[]>();
  for (const one of processes) byVersion.set(one.version, [...(byVersion.get(one.version) ?? []), one]);
  return [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The running processes. Only reads. @param now ms, on Redis' clock */
export async function runningProcesses(redis: Redis | Cluster, keys: Keys, now: number): Promise<RunningProcess[]> {
  return running(await redis.hgetall(keys.named('processes')), now);
}

function running(stored: Record<string, string>, now: number): RunningProcess[] {
  return Object.values(stored).flatMap((text) => {
    const one = readProcess(text);
    return one && Math.abs(now - one.at) < GONE_AFTER_MS ? [one] : [];
  });
}

const readProcess = (text: string) => parseObject(text) as RunningProcess | null;
