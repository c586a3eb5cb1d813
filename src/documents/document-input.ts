/** Validates a document by the API's rules for its items, and reports every issue at once, with its place in the document. */

import type { CalendarService } from '../calendars/calendar-service.ts';
import { LivestreamError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { SeriesService } from '../series/series-service.ts';
import type { SourceService } from '../sources/source-service.ts';
import { checkEvents, usedBy } from '../timetable/check-events.ts';
import { type CheckedReading, emptyReading, type PlannedEvent } from '../timetable/planned-event.ts';
import type { AccountCheck } from '../validation/account-check.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { documentNameSchema, isThingName, KINDS, type Kind, MAX_OF_A_KIND, THING_NAME } from './document-schema.ts';
import type { Wanted } from './plan-things.ts';
import { wantedCalendar, wantedSeries, wantedSource } from './stored-things.ts';

export interface DocumentContext {
  /** ms */
  now: number;
  series: Pick<SeriesService, 'check'>;
  calendars: Pick<CalendarService, 'check'>;
  sources: Pick<SourceService, 'check'>;
  accountIssue: AccountCheck;
  /** The account to use if none is named. */
  defaultAccount(): string;
  /** `SECRETS_KEY` is set. */
  sealingAvailable: boolean;
}

export interface CheckedDocument {
  name: string;
  broadcasts: CheckedReading;
  /** Series, calendars and sources. */
  things: Wanted[];
  /** Position of an item: `series[2]`, by type and name. */
  pathOf: ReadonlyMap<string, string>;
  /** Positions of destinations without a stream key. */
  keyless: ReadonlySet<string>;
}

/** Stands in for a stream key that the document omits, while the rest is validated. */
const PLACEHOLDER_KEY = 'left-out';

/** @throws LivestreamError `validation_failed` with every issue; paths begin with `document` */
export function checkDocument(input: unknown, context: DocumentContext): CheckedDocument {
  const issues = new Issues();
  const lists = readLists(input, issues);
  const name = isObject(input) && typeof input['name'] === 'string' ? input['name'] : '';
  const checking = new Checking(name, context, issues);
  for (const kind of ['series', 'calendars', 'sources'] as const)
    for (const [i, item] of lists[kind].entries()) checking.thing(kind, `document.${kind}[${i}]`, item);
  const broadcasts = checking.broadcasts(lists.broadcasts);
  issues.throwIfAny();
  const { things, placeOf, keyless } = checking;
  return { name, broadcasts, things, pathOf: placeOf, keyless };
}

function readLists(input: unknown, issues: Issues): Record<Kind, unknown[]> {
  const lists: Record<Kind, unknown[]> = { broadcasts: [], series: [], calendars: [], sources: [] };
  if (!isObject(input)) {
    issues.add('document', `must be an object with ${KINDS.join(', ')}, got ${inspect(input)}`);
    return lists;
  }
  const named = documentNameSchema.safeParse(input['name']);
  for (const { message } of named.error?.issues ?? []) issues.add('document.name', message);
  for (const [key, value] of Object.entries(input)) {
    if (key === 'name') continue;
    const kind = KINDS.find((one) => one === key);
    if (!kind)
      issues.add(
        `document.${key.slice(0, 200)}`,
        `is not a known field; valid: name, ${KINDS.join(', ')}`,
        '',
        'unknown_field',
      );
    else if (!Array.isArray(value) || value.length > MAX_OF_A_KIND)
      issues.add(`document.${kind}`, `must be an array of up to ${MAX_OF_A_KIND}, got ${inspect(value)}`);
    else lists[kind] = value;
  }
  return lists;
}

class Checking {
  readonly things: Wanted[] = [];
  readonly placeOf = new Map<string, string>();
  readonly keyless = new Set<string>();
  readonly #document: string;
  readonly #context: DocumentContext;
  readonly #issues: Issues;

  constructor(document: string, context: DocumentContext, issues: Issues) {
    this.#document = document;
    this.#context = context;
    this.#issues = issues;
  }

  thing(kind: 'series' | 'calendars' | 'sources', place: string, item: unknown): void {
    if (!this.#isObject(item, place)) return;
    const wanted = this.#attempt(place, () => this.#wanted(kind, place, item));
    if (!wanted) return;
    if (wanted.type === 'source' && wanted.name === this.#document)
      this.#issues.add(`${place}.name`, 'must not be the name of the document: sources and documents share names');
    if (this.#place(wanted.type, wanted.name, place)) this.things.push(wanted);
  }

  #wanted(kind: 'series' | 'calendars' | 'sources', place: string, item: JsonObject): Wanted | null {
    const { series, calendars, sources } = this.#context;
    if (kind === 'calendars') return wantedCalendar(item, calendars.check(item));
    if (kind === 'sources') return wantedSource(item, sources.check(item));
    const name = this.#nameOf(item, place);
    const { name: _name, ...body } = this.#withKey(item, place);
    const checked = series.check(body);
    return name === null ? null : wantedSeries(name, body, checked);
  }

  /** Every item is complete: missing fields get their default, so that the result does not depend on what was applied before. */
  broadcasts(items: readonly unknown[]): CheckedReading {
    const events: PlannedEvent[] = [];
    for (const [i, item] of items.entries()) {
      const place = `document.broadcasts[${i}]`;
      if (!this.#isObject(item, place)) continue;
      const name = this.#nameOf(item, place);
      const { externalId: given, name: _name, ...rest } = this.#withKey(item, place);
      const externalId = given === undefined || given === null ? `${this.#document}:${name}` : given;
      // Validating its fields reports what is wrong with it.
      const id = typeof externalId === 'string' ? externalId : null;
      this.#account(rest, place);
      if (rest['startAt'] === 'now')
        this.#issues.add('startAt', 'must be a time: "now" would be another time in each run', place);
      const body = id === null ? { ...complete(rest, this.#context), externalId } : complete(rest, this.#context);
      events.push({ row: i + 1, externalId: id, body, canceled: false });
      if (id !== null) this.placeOf.set(`broadcast ${id}`, place);
    }
    const reading = { ...emptyReading(Number.POSITIVE_INFINITY), events };
    const checked = checkEvents(reading, this.#context.now, this.#document);
    for (const { row, path, message, sameAs } of checked.issues) {
      const id = sameAs === undefined ? null : (events.find((one) => one.row === sameAs)?.externalId ?? null);
      const text = sameAs === undefined || id === null ? message : usedBy(`broadcasts[${sameAs - 1}]`, id);
      this.#issues.add(path, text, `document.broadcasts[${row - 1}]`);
    }
    return checked;
  }

  #account({ account }: JsonObject, place: string): void {
    if (account !== undefined && typeof account !== 'string') return;
    const issue = this.#context.accountIssue(account ?? null);
    if (issue) this.#issues.add('account', issue.message, place, issue.code);
  }

  /** Validates a destination without a stream key as if it had one. */
  #withKey(item: JsonObject, place: string): JsonObject {
    const { destination } = item;
    if (!isObject(destination)) return item;
    if (!this.#context.sealingAvailable) {
      const message = 'must be left out until SECRETS_KEY is set, which is needed to encrypt stream keys';
      this.#issues.add('destination', message, place);
    }
    if (destination['streamKey'] !== undefined) return item;
    this.keyless.add(place);
    return { ...item, destination: { ...destination, streamKey: PLACEHOLDER_KEY } };
  }

  #nameOf({ name, externalId }: JsonObject, place: string): string | null {
    if (name === undefined && typeof externalId === 'string') return externalId;
    if (isThingName(name)) return name;
    const message =
      name === undefined ? 'must have a name or an externalId' : `must be ${THING_NAME}, got ${inspect(name)}`;
    this.#issues.add(name === undefined ? '' : 'name', message, place);
    return null;
  }

  #place(type: string, name: string, place: string): boolean {
    const key = `${type} ${name}`;
    const first = this.placeOf.get(key);
    if (first === undefined) this.placeOf.set(key, place);
    else this.#issues.add(`${place}.name`, `is already used by ${first.replace('document.', '')}: ${inspect(name)}`);
    return first === undefined;
  }

  #isObject(item: unknown, place: string): item is JsonObject {
    if (isObject(item)) return true;
    this.#issues.add(place, `must be an object, got ${inspect(item)}`);
    return false;
  }

  #attempt<Result>(place: string, act: () => Result): Result | null {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof LivestreamError) || error.status >= 500) throw error;
      if (error.errors.length === 0) this.#issues.add(place, error.message);
      for (const { path, message, code } of error.errors) this.#issues.add(path, message, place, code);
      return null;
    }
  }
}

function complete(body: JsonObject, { accountIssue, defaultAccount }: DocumentContext): JsonObject {
  const account = accountIssue(null) === null ? { account: defaultAccount() } : {};
  return {
    ...{ kind: 'meeting', title: null, timezone: null, settings: {}, labels: {}, destination: null, ...account },
    ...{ startWindow: null, onDrop: 'restart', onMove: 'warn' },
    ...(body['stopAt'] === undefined && body['duration'] === undefined && { stopAt: null }),
    ...body,
  };
}
