import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { defineScript } from '../broadcasts/store/lua-scripts.ts';
import type { FileVersion } from '../outbound/fetch-file.ts';
import type { Declared } from '../validation/declared.ts';

/** The record of a calendar; times in ms. */
export interface Calendar {
  name: string;
  /** Null: the content was sent as text. */
  url: string | null;
  /** The zone of its days and of times that name none; null: the zone of the series. */
  timezone: string | null;
  /** Increases with each change by a person; the ETag. */
  revision: number;
  /** The last iCalendar text received. */
  ics: string;
  /** Hash of `ics` and `timezone`: it changes when the calendar's content does. */
  hash: string;
  /** The validators that the server sent with the content. */
  fileVersion: FileVersion | null;
  /** When its content was last known to be current. */
  readAt: number;
  /** When it was last fetched, successfully or not. */
  checkedAt: number;
  /** Why the last read failed; null: it succeeded. */
  failure: string | null;
  createdAt: number;
  updatedAt: number;
  /** The document that declares it; omitted: none. */
  declared?: Declared;
}

export interface StoredCalendar {
  version: number;
  calendar: Calendar;
}

interface CalendarCommands {
  lsWriteCalendar(base: string, payload: string): Promise<string>;
}

/** All access to the calendar records. One Lua script is the only writer. */
export class CalendarStore {
  readonly #redis: (Redis | Cluster) & CalendarCommands;
  readonly #keys: Keys;

  constructor(redis: Redis | Cluster, keys: Keys) {
    this.#redis = defineScript<CalendarCommands>(
      redis,
      'lsWriteCalendar',
      new URL('./lua/write_calendar.lua', import.meta.url),
    );
    this.#keys = keys;
  }

  async get(name: string): Promise<StoredCalendar | null> {
    const [version, data] = await this.#redis.hmget(this.#keys.named(`calendar:${name}`), 'v', 'd');
    return data ? { version: Number(version), calendar: JSON.parse(data) as Calendar } : null;
  }

  /** Reads only the hash, which is cheap. Null: the calendar does not exist. */
  async hash(name: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.named(`calendar:${name}`), 'h');
  }

  async names(): Promise<string[]> {
    return (await this.#redis.smembers(this.#keys.named('calendars'))).sort();
  }

  /** @param before expected version; 0: the record must not exist yet @returns false when someone else wrote first */
  async write(calendar: Calendar, before: number): Promise<boolean> {
    return this.#run({ name: calendar.name, expected: before, data: JSON.stringify(calendar), hash: calendar.hash });
  }

  async remove(name: string, before: number): Promise<boolean> {
    return this.#run({ name, expected: before, data: false, hash: '' });
  }

  async #run(payload: { name: string; expected: number; data: string | false; hash: string }): Promise<boolean> {
    return (await this.#redis.lsWriteCalendar(this.#keys.base, JSON.stringify(payload))) === 'ok';
  }
}
