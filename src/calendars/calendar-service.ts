import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { ThreadLimitReached } from '../in-thread.ts';
import { type FilePolicy, type FileVersion, fetchFile, readFileUrl } from '../outbound/fetch-file.ts';
import { type ChangeOptions, requireRevision } from '../scheduling/requester.ts';
import type { BusyReading } from '../timetable/busy-times.ts';
import { decodeText } from '../timetable/file-lines.ts';
import type { Declared } from '../validation/declared.ts';
import { Issues } from '../validation/issues.ts';
import { readSchema } from '../validation/read-schema.ts';
import { type CalendarReader, isCalendar } from './calendar-reader.ts';
import { calendarChangeSchema, newCalendarSchema } from './calendar-schema.ts';
import type { Calendar, CalendarStore } from './calendar-store.ts';
import { hashOf } from './skipped-times.ts';

export interface CalendarDeps {
  store: CalendarStore;
  clock: Clock;
  policy: FilePolicy;
  reader: Pick<CalendarReader, 'read'>;
}

/** Tells which series use a calendar. */
export interface CalendarUsers {
  /** Ids of the series that skip its times. */
  skipping(name: string): Promise<string[]>;
  calendarChanged(name: string): Promise<void>;
}

interface Content {
  ics: string;
  fileVersion: FileVersion | null;
}

const MAX_ATTEMPTS = 20;
const MAX_CALENDARS = 200;

/** The commands on calendars. Inputs are unvalidated JSON; every error is a `LivestreamError`. */
export class CalendarService {
  readonly #deps: CalendarDeps;
  readonly #users: CalendarUsers;

  constructor(deps: CalendarDeps, users: CalendarUsers) {
    this.#deps = deps;
    this.#users = users;
  }

  /**
   * Stores a calendar. If it has an address, it reads that first. @throws LivestreamError `validation_failed`, `name_taken`,
   * `limit_reached`
   */
  async create(input: unknown, declared?: Declared): Promise<Calendar> {
    const { name, url, ics, timezone } = this.check(input);
    const content = await this.#content({ url, ics });
    const now = Math.floor(this.#deps.clock.now());
    const calendar: Calendar = {
      ...{ name, url, timezone, revision: 1, ...content, hash: hashOf({ ics: content.ics, timezone }) },
      ...{ readAt: now, checkedAt: now, failure: null, createdAt: now, updatedAt: now },
      ...(declared && { declared }),
    };
    if ((await this.#deps.store.names()).length >= MAX_CALENDARS)
      throw new LivestreamError('limit_reached', `There are ${MAX_CALENDARS} calendars already. Delete one first.`);
    if (await this.#deps.store.write(calendar, 0)) {
      await this.#users.calendarChanged(name);
      return calendar;
    }
    throw new LivestreamError('name_taken', `There is already a calendar ${name}. Change it, or use another name.`);
  }

  /** Validates a calendar without reading its address or storing it. @throws LivestreamError `validation_failed` */
  check(input: unknown): Pick<Calendar, 'name' | 'url' | 'timezone'> & { ics: string | null } {
    const issues = new Issues();
    const given = readSchema(newCalendarSchema, input, issues);
    const { url = null, ics = null, timezone = null, name = '' } = given ?? {};
    if (given && (url === null) === (ics === null)) issues.add('', 'must have either url or ics');
    this.#checkUrl(url, issues);
    if (ics !== null) requireCalendar(ics, 'ics', issues);
    issues.throwIfAny();
    return { name, url, ics, timezone };
  }

  /** @throws LivestreamError `not_found` */
  async get(name: string): Promise<Calendar> {
    return (await this.#stored(name)).calendar;
  }

  /** Returns the calendar's busy times. Days and times without a zone use the calendar's zone, or else UTC. */
  async read(calendar: Calendar): Promise<BusyReading> {
    try {
      return await this.#deps.reader.read(calendar, 'UTC', this.#deps.clock.now());
    } catch (error) {
      if (!(error instanceof ThreadLimitReached)) throw error;
      return { times: [], issues: [`it cannot be read: ${error.message}`], isCalendar: true };
    }
  }

  /** Sorted by name. */
  async list(): Promise<Calendar[]> {
    const found = await Promise.all((await this.#deps.store.names()).map((name) => this.#deps.store.get(name)));
    return found.flatMap((one) => (one ? [one.calendar] : []));
  }

  /** PATCH semantics. The series that skip this calendar are reconciled afterwards. */
  async change(
    name: string,
    input: unknown,
    options: Pick<ChangeOptions, 'ifRevision'> & { declared?: Declared },
  ): Promise<Calendar> {
    const issues = new Issues();
    const given = readSchema(calendarChangeSchema, input, issues);
    if (given && Object.keys(given).length === 0) issues.add('', 'must have at least one field to change, got {}');
    if (given?.url !== undefined && given.ics !== undefined) issues.add('', 'must have either url or ics');
    this.#checkUrl(given?.url ?? null, issues);
    issues.throwIfAny();
    const content =
      given?.url !== undefined || given?.ics !== undefined
        ? await this.#content({ url: given.url ?? null, ics: given.ics ?? null })
        : null;
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const { calendar: before, version } = await this.#stored(name);
      requireRevision('The calendar', { ...before, id: name }, options.ifRevision);
      const now = Math.floor(this.#deps.clock.now());
      const timezone = given?.timezone === undefined ? before.timezone : given.timezone;
      const read = content && { ...content, url: given?.url ?? null, readAt: now, checkedAt: now, failure: null };
      const { ics } = content ?? before;
      const { declared = before.declared } = options;
      const changed = { ...before, ...read, timezone, hash: hashOf({ ics, timezone }), ...(declared && { declared }) };
      const next: Calendar = { ...changed, revision: before.revision + 1, updatedAt: now };
      if (!(await this.#deps.store.write(next, version))) continue;
      if (next.hash !== before.hash) await this.#users.calendarChanged(name);
      return next;
    }
    throw new LivestreamError('conflict', `The calendar ${name} is being changed by someone else. Try again.`);
  }

  /** @throws LivestreamError `not_found`; `in_use` when a series skips it */
  async delete(name: string, options: Pick<ChangeOptions, 'ifRevision'>): Promise<Calendar> {
    const { calendar, version } = await this.#stored(name);
    requireRevision('The calendar', { ...calendar, id: name }, options.ifRevision);
    const users = await this.#users.skipping(name);
    if (users.length > 0) {
      const shown = users.slice(0, 5).join(', ');
      const detail = `The calendar ${name} is in skipCalendars of series ${shown}. Remove it there first.`;
      throw new LivestreamError('in_use', detail, { extra: { series: users } });
    }
    if (await this.#deps.store.remove(name, version)) return calendar;
    throw new LivestreamError('conflict', `Someone else just changed the calendar ${name}. Try again.`);
  }

  async #stored(name: string) {
    const stored = await this.#deps.store.get(name);
    if (!stored) throw new LivestreamError('not_found', `There is no calendar ${name.slice(0, 80)}.`);
    return stored;
  }

  #checkUrl(url: string | null, issues: Issues): void {
    const checked = url === null ? null : readFileUrl(url, this.#deps.policy.hosts);
    if (checked && 'refused' in checked) issues.add('url', checked.refused);
  }

  async #content({ url, ics }: { url: string | null; ics: string | null }): Promise<Content> {
    const issues = new Issues();
    let content: Content = { ics: ics ?? '', fileVersion: null };
    if (url !== null) {
      const fetched = await fetchFile(url, this.#deps.policy, this.#deps.clock);
      if (fetched.kind === 'file') content = { ics: decodeText(fetched.body), fileVersion: fetched.version };
      else issues.add('url', `could not be read: ${fetched.kind === 'failed' ? fetched.reason : 'no content'}`);
      issues.throwIfAny();
    }
    requireCalendar(content.ics, url === null ? 'ics' : 'url', issues);
    issues.throwIfAny();
    return content;
  }
}

function requireCalendar(ics: string, path: 'ics' | 'url', issues: Issues): void {
  if (!isCalendar(ics)) issues.add(path, 'must be a calendar, but it has no BEGIN:VCALENDAR');
}
