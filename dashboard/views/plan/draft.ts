/** The content of a broadcast form, and the request made from it. Pure. */

import type { Broadcast, BroadcastChange, NewBroadcast } from '../../../src/client/index.ts';
import { localField, momentOf, type Repeated, sentTime } from '../../local-moment.ts';
import { difference, EMPTY_TEMPLATE, type TemplateDraft, templateDraftOf, templateOf } from './template-draft.ts';

export interface Draft extends TemplateDraft {
  zone: string;
  /** Local times in `zone`, in the format of `datetime-local`; `stop` may be empty. */
  start: string;
  stop: string;
  startRepeated: Repeated;
  stopRepeated: Repeated;
}

const HOUR_MS = 3_600_000;

export function emptyDraft(now: number, zone: string): Draft {
  const start = Math.ceil((now + HOUR_MS) / HOUR_MS) * HOUR_MS;
  return {
    ...EMPTY_TEMPLATE,
    zone,
    start: localField(start, zone),
    stop: localField(start + HOUR_MS, zone),
    startRepeated: '',
    stopRepeated: '',
  };
}

/** The broadcast before the edit, for comparison with the form. */
export function draftOf(one: Broadcast, ownZone: string): Draft {
  const zone = one.timezone ?? ownZone;
  return {
    ...emptyDraft(0, zone),
    ...templateDraftOf(one),
    zone,
    ...placed('start', Date.parse(one.startAt), zone),
    ...(one.stopAt === null ? { stop: '', stopRepeated: '' } : placed('stop', Date.parse(one.stopAt), zone)),
  };
}

/**
 * A copy of an earlier broadcast with its length, at the times of `draft`. Leaves out the external id, which names the earlier one, and the
 * stream key, which the API never shows.
 */
export function like(draft: Draft, earlier: Broadcast, ownZone: string): Draft {
  const length = earlier.stopAt === null ? null : Date.parse(earlier.stopAt) - Date.parse(earlier.startAt);
  return placedAs(draft, { ...draftOf(earlier, ownZone), externalId: '' }, length);
}

/** Copies a template into the form, at the start of `draft`. @param length ms; null: without a stop */
export function placedAs(draft: Draft, taken: Draft, length: number | null): Draft {
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  return {
    ...taken,
    start: start === null ? draft.start : localField(start, taken.zone),
    stop: start === null || length === null ? '' : localField(start + length, taken.zone),
    startRepeated: '',
    stopRepeated: '',
  };
}

/** Fills a field with a moment; for a repeated local time it also sets which of the two. */
function placed(name: 'start' | 'stop', at: number, zone: string) {
  const local = localField(at, zone);
  const repeated: Repeated =
    momentOf(local, zone, '') !== null ? '' : momentOf(local, zone, 'first') === at ? 'first' : 'second';
  return { [name]: local, [`${name}Repeated`]: repeated } as Pick<Draft, 'start' | 'startRepeated'>;
}

/** A new start moves the stop along, as long as both can be read. */
export function withStart(draft: Draft, start: string): Draft {
  const [was, is] = [Date.parse(`${draft.start}Z`), Date.parse(`${start}Z`)];
  const stop = Date.parse(`${draft.stop}Z`);
  const moved = stop + is - was;
  return {
    ...draft,
    start,
    startRepeated: '',
    ...(Number.isFinite(moved) ? { stop: localField(moved, 'UTC'), stopRepeated: '' } : {}),
  };
}

/** All fields, for a new broadcast. */
export function newBroadcast(draft: Draft): NewBroadcast {
  return { ...templateOf(draft), ...timesOf(draft) };
}

/** Only the fields the user changed. */
export function changeOf(draft: Draft, seen: Draft): BroadcastChange {
  const change: BroadcastChange = difference(templateOf(draft), templateOf(seen));
  const [times, before] = [timesOf(draft), timesOf(seen)];
  const isMoved = draft.zone !== seen.zone || times.startAt !== before.startAt;
  if (isMoved) return { ...change, ...times };
  return times.stopAt === before.stopAt ? change : { ...change, stopAt: stopMoment(draft) };
}

function stopMoment({ stop, zone, stopRepeated }: Draft): string | null {
  const at = momentOf(stop, zone, stopRepeated);
  return stop === '' ? null : at === null ? stop : new Date(at).toISOString();
}

function timesOf(draft: Draft) {
  return {
    timezone: draft.zone,
    startAt: sentTime(draft.start, draft.zone, draft.startRepeated),
    stopAt: draft.stop === '' ? null : sentTime(draft.stop, draft.zone, draft.stopRepeated),
  };
}
