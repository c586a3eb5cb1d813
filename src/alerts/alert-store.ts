import type { Cluster, Redis } from 'ioredis';
import { nanoid } from 'nanoid';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import { isLimited, isWithin, type Limits } from '../broadcasts/limits.ts';
import {
  ALERT_CODES,
  type AlertData,
  type AlertRecord,
  type AnyAlertCode,
  forScript,
} from '../broadcasts/rules/alert-records.ts';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { type LuaCommands, withLua } from '../broadcasts/store/lua-scripts.ts';
import { LivestreamError } from '../errors.ts';

export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** An alert in its current state; times in ms. */
export interface StoredAlert extends AlertData {
  id: string;
  raisedAt: number;
  resolvedAt: number | null;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  note: string | null;
}

/** An alert about the whole installation, such as `no_worker` or `clock`. */
export interface InstallationAlert {
  code: AnyAlertCode;
  message: string;
  /** One sentence on what to do. */
  advice: string;
  /** Its cause. All processes together raise it once, until `resolve(key)`. */
  key: string;
}

/** How many to delete in one step; the retention task runs again. */
const MAX_TIDIED = 500;

/** What the alerts of one shard share with those of all shards together (`ShardedAlerts`). */
export type Alerts = { readonly [Name in keyof AlertStore]: AlertStore[Name] };

/** The alerts of one shard: open, acknowledged and resolved ones. */
export class AlertStore {
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = withLua(redis);
    this.#keys = keys;
  }

  /**
   * Raises an alert that belongs to no broadcast: its record, its event and its count in one step. Any process may call this as often as it
   * likes. Returns whether it is new: false while the alert of this key is unresolved.
   */
  async raiseInstallationAlert({ code, message, advice, key }: InstallationAlert): Promise<boolean> {
    const id = `al_${nanoid(16)}`;
    const data: AlertData = { code, broadcastId: null, account: null, labels: {}, message, advice };
    const alert: Omit<AlertRecord, 'at'> = { id, code, cause: causeOf(key), data };
    const event: LivestreamEvent = {
      type: `alert.${code}`,
      timestamp: new Date(await this.#now()).toISOString(),
      data: { alertId: id, broadcastId: null, message, advice },
    };
    return (await this.#run({ op: 'raise', alert: forScript(alert), event: JSON.stringify(event) })) === 1;
  }

  /** Resolves the installation's alert of this key. Returns whether there was one. */
  async resolve(key: string): Promise<boolean> {
    return (await this.#run({ op: 'resolve', cause: causeOf(key) })) === 1;
  }

  /** @throws LivestreamError `not_found` */
  async acknowledge(id: string, by: string, note: string | null, limits?: Limits): Promise<StoredAlert> {
    const alert = await this.get(id);
    // The subject of an alert never changes, so it cannot leave the limits in between.
    if (limits && !isAlertWithin(alert, limits)) throw noAlert(id);
    const object = { type: 'alert' as const, id, title: alert.message };
    const audit: AuditEntry = { by, action: 'alert.acknowledge', object, detail: { code: alert.code, note } };
    if ((await this.#run({ op: 'acknowledge', id, by, note, audit: JSON.stringify(audit) })) === 0) throw noAlert(id);
    return this.get(id);
  }

  /** @throws LivestreamError `not_found` */
  async get(id: string): Promise<StoredAlert> {
    const [alert] = await this.getMany([id]);
    if (!alert) throw noAlert(id);
    return alert;
  }

  /** Omits alerts that do not exist (any more). */
  async getMany(ids: readonly string[]): Promise<StoredAlert[]> {
    const stored = await Promise.all(ids.map((id) => this.#redis.hgetall(this.#keys.named(`alert:${id}`))));
    return stored.flatMap((fields, i) => readAlert(ids[i] as string, fields));
  }

  /** Number of open alerts by code, without codes that have none. Reads no alert. */
  async openByCode(): Promise<Partial<Record<AnyAlertCode, number>>> {
    const counts = await Promise.all(ALERT_CODES.map((code) => this.#redis.zcard(this.#index(`open:${code}`))));
    return Object.fromEntries(ALERT_CODES.map((code, i) => [code, counts[i] ?? 0] as const).filter(([, n]) => n > 0));
  }

  /** Number of alerts in this state. */
  count(state: AlertState): Promise<number> {
    return this.#redis.zcard(this.#index(state));
  }

  /** A text that differs after any change of any alert: raised, repeated, acknowledged, resolved or deleted. */
  async version(): Promise<string> {
    return (await this.#redis.get(this.#keys.named('alert-changes'))) ?? '0';
  }

  /** Resolves alerts whose time is over, and deletes those closed before `before` (ms). Returns how many it deleted. */
  tidy(before: number): Promise<number> {
    return this.#run({ op: 'tidy', before: Math.floor(before), most: MAX_TIDIED });
  }

  #run(what: Record<string, unknown>): Promise<number> {
    return this.#redis.lsAlert(this.#keys.base, JSON.stringify(what));
  }

  #index(name: string): string {
    return this.#keys.named(`alerts:${name}`);
  }

  async #now(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }
}

function causeOf(key: string): string {
  return `installation:${key}`;
}

/** Whether an alert lies within the limits of a key. Alerts about the whole installation do not. */
export function isAlertWithin({ account, labels }: StoredAlert, limits: Limits): boolean {
  if (account === null) return !isLimited(limits);
  return isWithin(limits, { account, labels });
}

export function noAlert(id: string): LivestreamError {
  return new LivestreamError('not_found', `There is no alert ${id.slice(0, 100)}.`);
}

/** Empty: there is none, or its record is damaged. */
function readAlert(id: string, fields: Record<string, string>): StoredAlert[] {
  const { d, at, resolvedAt, acknowledgedAt, acknowledgedBy, note } = fields;
  if (d === undefined || at === undefined) return [];
  const time = (text: string | undefined) => (text === undefined ? null : Number(text));
  try {
    return [
      {
        id,
        ...(JSON.parse(d) as AlertData),
        raisedAt: Number(at),
        resolvedAt: time(resolvedAt),
        acknowledgedAt: time(acknowledgedAt),
        acknowledgedBy: acknowledgedBy ?? null,
        note: note ?? null,
      },
    ];
  } catch {
    return [];
  }
}
