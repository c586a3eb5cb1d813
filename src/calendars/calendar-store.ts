import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { defineScript } from '../broadcasts/store/lua-scripts.ts';
import type { FileVersion } from '../outbound/fetch-file.ts';
import type { Declared } from '../validation/declared.ts';

/** The record of a calendar; times in ms. */
export interface Calendar {
  name: string;
  /** Null: its content was given as text. */
  url: string | null;
  /** Where its days are, and its times that name no zone; null: where the series is. */
  timezone: string | null;
  /** Counts the changes by people; the ETag. */
  revision: number;
  /** iCalendar: what it last gave. */
  ics: string;
  /** Of `ics` and `timezone`: changes with what the calendar says. */
  hash: string;
  /** What the server said of the content. */
  fileVersion: FileVersion | null;
  /** When its content was last known to be current. */
  readAt: number;
  /** When it was last fetched, also without success. */
  checkedAt: number;
  /** Why it could not be read the last time; null: it could. */
  failure: string | null;
  createdAt: number;
  updatedAt: number;
  /** The document that declares it; left out: none. */
  declared?: Declared;
}

export interface StoredCalendar {
  version: number;
  calendar: Calendar;
}

interface CalendarCommands {
  lsWriteCalendar(base: string, payload: string): Promise<string>;
}

/** All access to the records of calendars; one Lua script is the only writer. */
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

  /** Only the hash, which is cheap to read. Null: the calendar does not exist. */
  async hash(name: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.named(`calendar:${name}`), 'h');
  }

  async names(): Promise<string[]> {
    return (await this.#redis.smembers(this.#keys.named('calendars'))).sort();
  }

  /** @param before version; 0: there is none yet @returns false when someone else wrote first */
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
