/** What a broadcast and a series both have, as a form holds it and as the API takes it. Pure. */

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
  /** Empty here and below: as Zoom has it. */
  layout: NonNullable<Broadcast['settings']['layout']> | '';
  closeCaption: NonNullable<Broadcast['settings']['closeCaption']> | '';
  activeSpeakerName: '' | 'yes' | 'no';
  /** All four empty: as it is configured in Zoom. */
  streamUrl: string;
  /** The API never shows it: empty until it is typed. */
  streamKey: string;
  pageUrl: string;
  resolution: '' | '720p' | '1080p';
  onDrop: Broadcast['onDrop'];
  onMove: Broadcast['onMove'];
  /** `2h`, `90m`, `PT2H`; empty: as the installation has it. */
  startWindow: string;
}

/** What the API shows of it. */
export type Template = Pick<
  Broadcast,
  'meetingId' | 'kind' | 'account' | 'title' | 'labels' | 'externalId' | 'settings' | 'destination' | 'startWindow'
> & { onDrop?: Broadcast['onDrop']; onMove?: Broadcast['onMove'] };

/** What the API takes. */
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

/** What stands empty is left to the API, or cleared. */
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

/** As the API takes a length; what is none is sent as it is, so that the API says what it must be. */
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

/** Half of one is sent too: the API says what is missing. */
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

/** Of two bodies, the fields that differ: what another person changes elsewhere stays theirs. */
export function difference<Body extends object>(after: Body, before: Body): Partial<Body> {
  const names = Object.keys(after) as (keyof Body)[];
  const changed = names.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<Body>;
}
