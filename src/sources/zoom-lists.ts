/** Reads from Zoom what a source of the kind `zoom` follows: the lists of a host, or one meeting. */

import type { BroadcastKind } from '../broadcasts/broadcast.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { ReadResult } from '../broadcasts/zoom-outcome.ts';
import type { ReadTarget, ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';
import { inParallel } from '../in-parallel.ts';
import { pacedRead } from '../zoom/paced-read.ts';
import type { Source } from './source.ts';
import { isRecurring, type ListedMeeting, readListedMeeting, type ZoomListing } from './zoom-meeting.ts';
import { whyNotListed, whyNotRead } from './zoom-refusals.ts';

export interface ZoomListsDeps {
  store: Pick<Records, 'reserveRead'>;
  zoom: ZoomReads;
  clock: Clock;
  /** Returns those that match the regular expression; rejects when that takes too long. */
  matching: (pattern: string, topics: string[]) => Promise<boolean[]>;
}

/** A meeting that may exist although the list lacks it: it has broadcasts, or an event named it. */
export interface KnownMeeting {
  id: string;
  kind: BroadcastKind;
}

export type ListingResult =
  | { kind: 'listing'; listing: ZoomListing }
  /** Nothing in the answer may be used. `isPart`: it broke off in the middle. */
  | { kind: 'failed'; reason: string; isPart: boolean };

const MAX_PAGES = 100;
/** Maximum parallel reads: the rate limit leaves a third to reads. */
const AT_ONCE = 4;
/** Ask one by one for at most this many that are no longer listed. Nothing is known about the rest. */
const MAX_LOOKUPS = 300;
/** Report a longer wait for the rate limit, ms. The source is synced again at its next time. */
const PATIENCE_MS = 60_000;

class NotListed extends Error {
  readonly isPart: boolean;

  constructor(reason: string, isPart = false) {
    super(reason);
    this.isPart = isPart;
  }
}

/** A page token is valid for 15 minutes. After that, read the list again, once. */
class PageExpired extends Error {}

export class ZoomLists {
  readonly #deps: ZoomListsDeps;

  constructor(deps: ZoomListsDeps) {
    this.#deps = deps;
  }

  /** @param account resolved name @param known see `KnownMeeting` */
  async listingOf(source: Source, account: string, known: readonly KnownMeeting[]): Promise<ListingResult> {
    try {
      const request = new ListingRequest(this.#deps, source, account);
      const listing =
        source.zoomMeeting === null ? await request.host(known) : await request.meeting(source.zoomMeeting);
      return { kind: 'listing', listing };
    } catch (error) {
      if (!(error instanceof NotListed)) throw error;
      return { kind: 'failed', reason: error.message, isPart: error.isPart };
    }
  }
}

/** The requests of one sync. */
class ListingRequest {
  readonly #deps: ZoomListsDeps;
  readonly #source: Source;
  readonly #account: string;

  constructor(deps: ZoomListsDeps, source: Source, account: string) {
    this.#deps = deps;
    this.#source = source;
    this.#account = account;
  }

  async meeting(id: string): Promise<ZoomListing> {
    const unsure: string[] = [];
    const found = (await this.#details('meeting', id, unsure)) ?? (await this.#details('webinar', id, unsure));
    if (unsure.length > 0 && !found) throw new NotListed(`Zoom does not show the meeting ${id}`);
    return { meetings: found ? [found] : [], webinarsUnknown: null, unsure: [] };
  }

  async host(known: readonly KnownMeeting[]): Promise<ZoomListing> {
    const meetings = await this.#list('meeting');
    const webinars = await this.#list('webinar');
    const webinarsUnknown = Array.isArray(webinars) ? null : webinars.unknown;
    if (!Array.isArray(meetings)) throw new NotListed(meetings.unknown);
    const listed = [...meetings, ...(Array.isArray(webinars) ? webinars : [])];
    const unsure: string[] = [];
    const ids = new Set(listed.map(({ id }) => id));
    const missing = known.filter(({ id, kind }) => !ids.has(id) && !(kind === 'webinar' && webinarsUnknown));
    if (webinarsUnknown) unsure.push(...known.filter(({ kind }) => kind === 'webinar').map(({ id }) => id));
    unsure.push(...missing.slice(MAX_LOOKUPS).map(({ id }) => id));
    const found = await inParallel(missing.slice(0, MAX_LOOKUPS), AT_ONCE, ({ kind, id }) =>
      this.#details(kind, id, unsure),
    );
    const host = listed.find(({ hostId }) => hostId !== null)?.hostId ?? null;
    const others = found.filter((one) => one !== null && this.#isOfHost(one, host)) as ListedMeeting[];
    const wanted = await this.#withTopic([...listed, ...others]);
    const whole = await inParallel(wanted, AT_ONCE, async (one) =>
      isRecurring(one) && one.occurrences === null ? this.#details(one.kind, one.id, unsure) : one,
    );
    const kept = whole.filter((one) => one !== null) as ListedMeeting[];
    return { meetings: kept.sort(byNumber), webinarsUnknown, unsure: [...new Set(unsure)].sort() };
  }

  /** A list names each occurrence, but a meeting counts once. */
  async #list(kind: BroadcastKind): Promise<ListedMeeting[] | { unknown: string }> {
    for (let tries = 1; ; tries += 1) {
      try {
        const all = await this.#pages(kind);
        if (!Array.isArray(all)) return all;
        return [...new Map(all.map((one) => [one.id, one])).values()];
      } catch (error) {
        if (!(error instanceof PageExpired)) throw error;
        if (tries > 1) throw new NotListed(`Zoom ended the list of ${kind}s early: ${error.message}`, true);
      }
    }
  }

  async #pages(kind: BroadcastKind): Promise<ListedMeeting[] | { unknown: string }> {
    const userId = this.#source.zoomUser ?? '';
    const found: ListedMeeting[] = [];
    let pageToken: string | null = null;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const read: ReadResult = await this.#read({ of: 'list', kind, userId, pageToken });
      if (read.kind !== 'found') {
        if (page > 1) this.#failedLater(read, kind);
        return this.#failedFirst(read, kind);
      }
      const items = read.body?.[`${kind}s`];
      const some = Array.isArray(items) ? items.map((item) => readListedMeeting(item, kind)) : [null];
      if (some.includes(null)) throw new NotListed(`Zoom's list of ${kind}s cannot be read`, page > 1);
      found.push(...(some as ListedMeeting[]));
      const next = read.body?.['next_page_token'];
      if (typeof next !== 'string' || next === '') return found;
      pageToken = next;
    }
    throw new NotListed(`the host has more than ${MAX_PAGES} pages of ${kind}s`, true);
  }

  #failedLater(read: ReadResult, kind: BroadcastKind): never {
    const isToken = read.kind === 'refused' && ['validation_failed', 'invalid_meeting_id'].includes(read.code);
    if (isToken) throw new PageExpired(whyNotRead(read));
    throw new NotListed(`could not read the whole list of ${kind}s: ${whyNotRead(read)}`, true);
  }

  /** A host without webinars, or an app that may not list them, still has meetings. */
  #failedFirst(read: ReadResult, kind: BroadcastKind): ListedMeeting[] | { unknown: string } {
    const why = whyNotListed(read, kind, this.#source.zoomUser ?? '');
    if (kind === 'webinar' && read.kind === 'refused') {
      if (read.code === 'webinar_plan_missing') return [];
      if (read.code === 'scopes_missing' || read.code === 'no_permission')
        return { unknown: `webinars are not followed: ${why}` };
    }
    throw new NotListed(why);
  }

  async #withTopic(listed: ListedMeeting[]): Promise<ListedMeeting[]> {
    const { topic } = this.#source;
    if (topic === null || listed.length === 0) return listed;
    try {
      const matches = await this.#deps.matching(
        topic,
        listed.map((one) => one.topic),
      );
      return listed.filter((_, i) => matches[i]);
    } catch (error) {
      throw new NotListed(`the topics could not be compared with --topic: ${(error as Error).message}`);
    }
  }

  /** @param host Zoom's id of the user; null: Zoom lists nothing */
  #isOfHost({ hostId, hostEmail }: ListedMeeting, host: string | null): boolean {
    const user = this.#source.zoomUser ?? '';
    if (hostId !== null && (hostId === host || hostId === user)) return true;
    return hostEmail?.toLowerCase() === user.toLowerCase();
  }

  /** The meeting with its occurrences; null: there is none, or nothing is known about it (then it is in `unsure`). */
  async #details(kind: BroadcastKind, id: string, unsure: string[]): Promise<ListedMeeting | null> {
    const read = await this.#read({ of: kind, meetingId: id });
    if (read.kind === 'found') {
      const found = readListedMeeting(read.body, kind);
      if (!found) throw new NotListed(`Zoom's answer for the ${kind} ${id} cannot be read`, true);
      if (!isRecurring(found) || found.occurrences) return found;
      unsure.push(id);
      return null;
    }
    if (read.kind === 'refused' && ['meeting_not_found', 'is_a_webinar'].includes(read.code)) return null;
    if (read.kind !== 'refused' && read.kind !== 'inconclusive')
      throw new NotListed(`the ${kind} ${id} could not be read: ${whyNotRead(read)}`);
    if (read.kind === 'refused' && read.code === 'scopes_missing') throw new NotListed(whyNotRead(read));
    unsure.push(id);
    return null;
  }

  async #read(target: ReadTarget): Promise<ReadResult> {
    const key = 'meetingId' in target ? target.meetingId : target.of === 'list' ? target.kind : '';
    const token = `source:${this.#source.name}:${key}`;
    return pacedRead(this.#deps, this.#account, target, { token, patienceMs: PATIENCE_MS });
  }
}

function byNumber(a: ListedMeeting, b: ListedMeeting): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}
