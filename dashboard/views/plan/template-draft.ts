/** The fields that broadcasts and series share, as a form holds them and as the API accepts them. Pure. */

import type { Broadcast, NewBroadcast } from '../../../src/client/index.ts';
import { isoDuration, parseDuration } from '../../../src/time/human-duration.ts';

export interface TemplateDraft {
  meetingId: string;
  kind: Broadcast['kind'];
  account: string;
  title: string;
  /** `room=A, campus=north` */
  labels: string;
  externalId: string;
  displayName: string;
  /** Empty here and below: keep Zoom's value. */
  layout: NonNullable<Broadcast['settings']['layout']> | '';
  closeCaption: NonNullable<Broadcast['settings']['closeCaption']> | '';
  activeSpeakerName: '' | 'yes' | 'no';
  /** All four empty: the destination configured in Zoom. */
  streamUrl: string;
  /** The API never returns it: empty until someone types it. */
  streamKey: string;
  pageUrl: string;
  resolution: '' | '720p' | '1080p';
  onDrop: Broadcast['onDrop'];
  onMove: Broadcast['onMove'];
  /** `2h`, `90m`, `PT2H`; empty: the default of the installation. */
  startWindow: string;
}

/** Reads them from an API answer. */
export type Template = Pick<
  Broadcast,
  'meetingId' | 'kind' | 'account' | 'title' | 'labels' | 'externalId' | 'settings' | 'destination' | 'startWindow'
> & { onDrop?: Broadcast['onDrop']; onMove?: Broadcast['onMove'] };

/** Writes them for an API request. */
type TemplateInput = Pick<
  NewBroadcast,
  | 'meetingId'
  | 'kind'
  | 'account'
  | 'title'
  | 'labels'
  | 'externalId'
  | 'settings'
  | 'destination'
  | 'startWindow'
  | 'onDrop'
  | 'onMove'
>;

export const EMPTY_TEMPLATE: TemplateDraft = {
  ...{ meetingId: '', kind: 'meeting', account: '', title: '', labels: '', externalId: '' },
  ...{ displayName: '', layout: '', closeCaption: '', activeSpeakerName: '' },
  ...{ streamUrl: '', streamKey: '', pageUrl: '', resolution: '' },
  ...{ onDrop: 'restart', onMove: 'warn', startWindow: '' },
};

export function templateDraftOf(one: Template): TemplateDraft {
  const { displayName, layout, closeCaption, activeSpeakerName } = one.settings;
  return {
    meetingId: one.meetingId,
    kind: one.kind,
    account: one.account,
    title: one.title ?? '',
    labels: labelsText(one.labels),
    externalId: one.externalId ?? '',
    displayName: displayName ?? '',
    layout: layout ?? '',
    closeCaption: closeCaption ?? '',
    activeSpeakerName: activeSpeakerName === undefined ? '' : activeSpeakerName ? 'yes' : 'no',
    streamUrl: one.destination?.streamUrl ?? '',
    streamKey: '',
    pageUrl: one.destination?.pageUrl ?? '',
    resolution: one.destination?.resolution ?? '',
    onDrop: one.onDrop ?? 'restart',
    onMove: one.onMove ?? 'warn',
    startWindow: one.startWindow ?? '',
  };
}

/** An empty field is left out, or cleared in a change. */
export function templateOf(draft: TemplateDraft): TemplateInput {
  return {
    meetingId: draft.meetingId.trim(),
    kind: draft.kind,
    ...(draft.account === '' ? {} : { account: draft.account }),
    title: orNull(draft.title),
    labels: readLabels(draft.labels),
    externalId: orNull(draft.externalId),
    settings: settingsOf(draft),
    destination: destinationOf(draft),
    onDrop: draft.onDrop,
    onMove: draft.onMove,
    startWindow: orNull(lengthSent(draft.startWindow)),
  };
}

/** A length in the API's format. Invalid text is sent as it is, so that the API explains the format. */
export function lengthSent(text: string): string {
  const ms = parseDuration(text);
  return ms === null ? text.trim() : isoDuration(ms);
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function settingsOf({ displayName, layout, closeCaption, activeSpeakerName }: TemplateDraft): Broadcast['settings'] {
  return {
    ...(displayName === '' ? {} : { displayName }),
    ...(layout ? { layout } : {}),
    ...(closeCaption ? { closeCaption } : {}),
    ...(activeSpeakerName === '' ? {} : { activeSpeakerName: activeSpeakerName === 'yes' }),
  };
}

/** Send half a destination too: the API says what is missing. */
function destinationOf({ streamUrl, streamKey, pageUrl, resolution }: TemplateDraft): TemplateInput['destination'] {
  if ([streamUrl, streamKey, pageUrl, resolution].every((text) => text.trim() === '')) return null;
  const required = { streamUrl: streamUrl.trim(), streamKey: streamKey.trim(), pageUrl: pageUrl.trim() };
  return { ...required, ...(resolution === '' ? {} : { resolution }) };
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

/** Compares two bodies and returns the fields that differ, so that changes by another person are kept. */
export function difference<Body extends object>(after: Body, before: Body): Partial<Body> {
  const names = Object.keys(after) as (keyof Body)[];
  const changed = names.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<Body>;
}
