import type { Cluster, Redis } from 'ioredis';
import { BROADCAST_STATUSES } from '../broadcast.ts';
import { type AlertData, type AlertRecord, broadcastCause, forScript } from '../rules/alert-records.ts';
import type { LivestreamEvent } from '../rules/events.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import type { StoredRecord } from './record-codec.ts';

/** An unreadable record. */
export interface QuarantinedRecord {
  id: string;
  /** The damage, such as `it is not a JSON object`. */
  damage: string;
  account: string | null;
  meetingId: string | null;
}

/** Moves damaged records away, so that one never blocks anything else. */
export class Quarantine {
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly #keys: Keys;
  readonly #onQuarantined: (record: QuarantinedRecord) => void;

  /** @param onQuarantined called once per record, in the process that moved it */
  constructor(redis: Redis | Cluster, keys: Keys, onQuarantined: (record: QuarantinedRecord) => void = () => {}) {
    this.#redis = withLua(redis);
    this.#keys = keys;
    this.#onQuarantined = onQuarantined;
  }

  /** Moves the record away, raises `alert.failed` and calls `onQuarantined`; does nothing if the record has changed. */
  async add(id: string, stored: StoredRecord, damage: string, now: number): Promise<void> {
    const [account = null, meetingId = null] = await this.#redis
      .hmget(this.#keys.broadcast(id), 'a', 'm')
      .catch(() => []);
    const record: QuarantinedRecord = { id, damage, account, meetingId };
    const alert = recordOf(record, now);
    const done = await this.#redis.lsQuarantine(
      this.#keys.base,
      id,
      stored.data ?? '',
      stored.key[0] ?? '',
      JSON.stringify(indexesOf(stored.data)),
      damage,
      JSON.stringify(eventOf(record, alert)),
      JSON.stringify(forScript(alert)),
    );
    if (done === 'moved') this.#onQuarantined(record);
  }

  /** Why the record with this id is in quarantine; null when it is not. */
  async damageOf(id: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.named('poison'), id);
  }
}

/** The alert stays open until a person acknowledges it: no code can know when the damage is dealt with. */
function recordOf({ id, damage, account, meetingId }: QuarantinedRecord, at: number): AlertRecord {
  const which = meetingId === null ? `broadcast ${id}` : `broadcast ${id} of meeting ${meetingId}`;
  const data: AlertData = {
    code: 'failed',
    broadcastId: id,
    account,
    labels: {},
    message:
      `the record of ${which} is damaged (${damage}) and was moved to quarantine. Nothing more is sent for it; ` +
      'check in Zoom whether the stream is as it should be',
    advice: 'Schedule the broadcast again if you still need it: livestream schedule',
  };
  return { id: `al_${id}_damaged`, code: 'failed', cause: broadcastCause(id, 'failed'), at, data };
}

function eventOf({ id, account, meetingId }: QuarantinedRecord, alert: AlertRecord): LivestreamEvent {
  const { message, advice } = alert.data;
  return {
    type: 'alert.failed',
    timestamp: new Date(alert.at).toISOString(),
    data: { id, alertId: alert.id, broadcastId: id, account, meetingId, reason: 'damaged record', message, advice },
  };
}

/** The indexes that may contain the record, as far as it is readable. */
function indexesOf(data: string | null): string[] {
  const names = ['all', ...BROADCAST_STATUSES.map((status) => `status:${status}`)];
  try {
    const { externalId, seriesId, source, labels, meetingId, account } = JSON.parse(data ?? '') as Record<
      string,
      unknown
    >;
    names.push(`meeting:${meetingId}`, `account:${account}`, `external:${externalId}`, `series:${seriesId}`);
    if (source) names.push(`source:${(source as { name?: unknown }).name}`);
    for (const [name, value] of Object.entries(labels ?? {})) names.push(`label:${name}`, `label:${name}=${value}`);
  } catch {
    // Not JSON: other references to it find nothing, and readers skip them.
  }
  return names;
}
