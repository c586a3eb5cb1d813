/** What a form about a broadcast holds, and what it sends. Pure. */

import type { Broadcast, BroadcastChange, NewBroadcast } from '../../../src/client/index.ts';
import { localField, momentOf, type Repeated, sentTime } from '../../local-moment.ts';

export interface Draft {
  meetingId: string;
  kind: Broadcast['kind'];
  account: string;
  title: string;
  zone: string;
  /** Local times of `zone`, as `datetime-local` has them; `stop` may be empty. */
  start: string;
  stop: string;
  startRepeated: Repeated;
  stopRepeated: Repeated;
  /** `room=A, campus=north` */
  labels: string;
  displayName: string;
  /** Empty here and below: as Zoom has it. */
  layout: Broadcast['settings']['layout'] | '';
  closeCaption: Broadcast['settings']['closeCaption'] | '';
  activeSpeakerName: '' | 'yes' | 'no';
}

const HOUR_MS = 3_600_000;

export function emptyDraft(now: number, zone: string): Draft {
  const start = Math.ceil((now + HOUR_MS) / HOUR_MS) * HOUR_MS;
  return {
    meetingId: '',
    kind: 'meeting',
    account: '',
    title: '',
    zone,
    start: localField(start, zone),
    stop: localField(start + HOUR_MS, zone),
    startRepeated: '',
    stopRepeated: '',
    labels: '',
    displayName: '',
    layout: '',
    closeCaption: '',
    activeSpeakerName: '',
  };
}

/** The broadcast as it is: what the form is compared with. */
export function draftOf(one: Broadcast, ownZone: string): Draft {
  const zone = one.timezone ?? ownZone;
  const { displayName, layout, closeCaption, activeSpeakerName } = one.settings;
  return {
    ...emptyDraft(0, zone),
    meetingId: one.meetingId,
    kind: one.kind,
    account: one.account,
    title: one.title ?? '',
    zone,
    ...placed('start', Date.parse(one.startAt), zone),
    ...(one.stopAt === null ? { stop: '', stopRepeated: '' } : placed('stop', Date.parse(one.stopAt), zone)),
    labels: labelsText(one.labels),
    displayName: displayName ?? '',
    layout: layout ?? '',
    closeCaption: closeCaption ?? '',
    activeSpeakerName: activeSpeakerName === undefined ? '' : activeSpeakerName ? 'yes' : 'no',
  };
}

/** The same as an earlier one, at the times of `draft`, as long as that one was. */
export function like(draft: Draft, earlier: Broadcast, ownZone: string): Draft {
  const taken = draftOf(earlier, ownZone);
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  const length = earlier.stopAt === null ? null : Date.parse(earlier.stopAt) - Date.parse(earlier.startAt);
  const stop = start === null || length === null ? '' : localField(start + length, taken.zone);
  return {
    ...taken,
    start: start === null ? draft.start : localField(start, taken.zone),
    stop,
    startRepeated: '',
    stopRepeated: '',
  };
}

/** A moment in its field; of a repeated local time, the reading that means it. */
function placed(name: 'start' | 'stop', at: number, zone: string) {
  const local = localField(at, zone);
  const repeated: Repeated =
    momentOf(local, zone, '') !== null ? '' : momentOf(local, zone, 'first') === at ? 'first' : 'second';
  return { [name]: local, [`${name}Repeated`]: repeated } as Pick<Draft, 'start' | 'startRepeated'>;
}

/** Another start moves the stop along, as long as both can be read. */
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

/** Everything, for a new one. What stands empty is left to the API. */
export function newBroadcast(draft: Draft): NewBroadcast {
  return {
    meetingId: draft.meetingId.trim(),
    kind: draft.kind,
    ...(draft.account === '' ? {} : { account: draft.account }),
    title: draft.title.trim() === '' ? null : draft.title.trim(),
    ...timesOf(draft),
    labels: readLabels(draft.labels),
    settings: settingsOf(draft),
  };
}

/** Only what the form changed: what another person changes elsewhere stays theirs. */
export function changeOf(draft: Draft, seen: Draft): BroadcastChange {
  const { account, ...all } = { account: '', ...newBroadcast(draft) };
  const before = newBroadcast(seen);
  const change: BroadcastChange = account === '' || account === before.account ? {} : { account };
  for (const key of ['meetingId', 'kind', 'title', 'labels', 'settings'] as const) {
    if (JSON.stringify(all[key]) !== JSON.stringify(before[key])) Object.assign(change, { [key]: all[key] });
  }
  const isMoved = draft.zone !== seen.zone || all.startAt !== before.startAt;
  if (isMoved) return { ...change, ...timesOf(draft) };
  return all.stopAt === before.stopAt ? change : { ...change, stopAt: stopMoment(draft) };
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

function settingsOf({ displayName, layout, closeCaption, activeSpeakerName }: Draft): Broadcast['settings'] {
  return {
    ...(displayName === '' ? {} : { displayName }),
    ...(layout ? { layout } : {}),
    ...(closeCaption ? { closeCaption } : {}),
    ...(activeSpeakerName === '' ? {} : { activeSpeakerName: activeSpeakerName === 'yes' }),
  };
}

/** `room=A, campus=north` */
export function labelsText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

export function readLabels(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.filter(Boolean).map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}
