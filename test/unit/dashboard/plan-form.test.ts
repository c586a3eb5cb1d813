import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeOf, type Draft, draftOf, emptyDraft, like, newBroadcast } from '../../../dashboard/views/plan/draft.ts';
import type { Broadcast } from '../../../src/client/index.ts';
import {
  broadcastChangeSchema,
  destinationSchema,
  newBroadcastSchema,
  settingsSchema,
} from '../../../src/validation/broadcast-schema.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';

const NOW = Date.parse('2026-11-28T08:10:00Z');

/** Every field filled in. */
const FULL: Draft = {
  ...emptyDraft(NOW, 'Europe/Berlin'),
  ...{ meetingId: '684 2308 5', kind: 'meeting', account: 'east', title: 'Sunday service', labels: 'room=A' },
  ...{ externalId: 'booking-4711', displayName: 'Main hall', layout: 'speaker_view', closeCaption: 'off' },
  ...{ activeSpeakerName: 'no', streamUrl: 'rtmps://a.example/live', streamKey: 'secret', resolution: '1080p' },
  ...{ pageUrl: 'https://a.example/watch', onDrop: 'leave', onMove: 'follow', startWindow: '90m' },
};

/** Fields that the API takes and the form does not show, each with its reason. */
const LEFT_OUT: Record<string, string> = { duration: 'the form asks for the stop' };

/** `settings.layout` for what is inside of an object. */
function pathsOf(shape: Record<string, unknown>): string[] {
  const inner: Record<string, object> = { settings: settingsSchema.shape, destination: destinationSchema.shape };
  return Object.keys(shape).flatMap((name) =>
    inner[name] ? Object.keys(inner[name]).map((part) => `${name}.${part}`) : [name],
  );
}

function at(body: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], body);
}

/** As the API shows what the full form planned. */
const PLANNED = {
  ...newBroadcast(FULL),
  ...{ id: 'bc_1', meetingId: '68423085', startAt: '2026-11-28T10:00:00.000Z', stopAt: '2026-11-28T11:00:00.000Z' },
  destination: { streamUrl: FULL.streamUrl, pageUrl: FULL.pageUrl, resolution: '1080p' },
} as unknown as Broadcast;

describe('the form of a broadcast', () => {
  it.each([
    ['to plan', newBroadcastSchema.shape],
    ['to change', broadcastChangeSchema.shape],
  ])('sends every field that the API takes %s, but those left out on purpose', (_, shape) => {
    const missing = pathsOf(shape).filter((path) => at(newBroadcast(FULL), path) === undefined);
    expect(missing).toEqual(Object.keys(LEFT_OUT));
  });

  it('shows an input for everything it holds', () => {
    const folder = new URL('../../../dashboard/views/plan/', import.meta.url);
    const parts = readdirSync(folder).filter((name) => name.endsWith('-fields.tsx'));
    const source = parts.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const shown = (key: string) =>
      source.includes(`name="${key}"`) ||
      new RegExp(`(set\\(|onRepeated=.*)\\{ ?${key}\\b`).test(source) ||
      source.includes(`{(${key}) =>`);
    expect(Object.keys(FULL).filter((key) => !shown(key))).toEqual([]);
  });

  it('sends what the API takes as it means it', () => {
    const parsed = parseNewBroadcast(newBroadcast(FULL), { now: NOW, sealingAvailable: true });
    expect(parsed).toMatchObject({
      externalId: 'booking-4711',
      destination: { streamUrl: 'rtmps://a.example/live', streamKey: 'secret', resolution: '1080p' },
      onDrop: 'leave',
      onMove: 'follow',
      startWindow: 'PT1H30M',
    });
    const empty = { ...emptyDraft(NOW, 'UTC'), meetingId: '1' };
    expect(parseNewBroadcast(newBroadcast(empty), { now: NOW, sealingAvailable: false })).toMatchObject({
      destination: null,
      startWindow: null,
      externalId: null,
      settings: {},
    });
  });

  it('leaves to the API what is half filled in or no length, so that it says what is missing', () => {
    const half = { ...FULL, streamKey: '', pageUrl: '', startWindow: 'soon' };
    expect(() => parseNewBroadcast(newBroadcast(half), { now: NOW, sealingAvailable: true })).toThrow(
      expect.objectContaining({
        errors: expect.arrayContaining([
          expect.objectContaining({ path: 'destination.streamKey' }),
          expect.objectContaining({ path: 'destination.pageUrl' }),
          expect.objectContaining({ path: 'startWindow' }),
        ]),
      }),
    );
  });

  it('a change sends only what was changed; a destination stays without its key, and goes when it is emptied', () => {
    const seen = draftOf(PLANNED, 'UTC');
    expect(changeOf(seen, seen)).toEqual({});
    expect(changeOf({ ...seen, title: 'Evening' }, seen)).toEqual({ title: 'Evening' });
    expect(changeOf({ ...seen, startWindow: '' }, seen)).toEqual({ startWindow: null });
    expect(changeOf({ ...seen, startWindow: '1h30m' }, seen)).toEqual({});
    const emptied = { ...seen, streamUrl: '', pageUrl: '', resolution: '' as const };
    expect(changeOf(emptied, seen)).toEqual({ destination: null });
    expect(changeOf({ ...seen, streamKey: 'other' }, seen)).toEqual({
      destination: {
        ...{ streamUrl: 'rtmps://a.example/live', streamKey: 'other' },
        ...{ pageUrl: 'https://a.example/watch', resolution: '1080p' },
      },
    });
  });

  it('one like an earlier one has no id of that one', () => {
    const taken = like(emptyDraft(NOW, 'UTC'), PLANNED, 'UTC');
    expect(taken).toMatchObject({ externalId: '', onDrop: 'leave', startWindow: 'PT1H30M', streamUrl: FULL.streamUrl });
  });
});
