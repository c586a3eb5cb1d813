import { expect, it } from 'vitest';
import { isCorrected } from '../../../dashboard/views/plan/corrected.ts';
import { type Draft, emptyDraft } from '../../../dashboard/views/plan/draft.ts';

const SENT = emptyDraft(Date.parse('2026-11-28T08:10:00Z'), 'UTC');

it.each<[string, string, Partial<Draft>, boolean]>([
  ['its own field', 'meetingId', { meetingId: '1' }, true],
  ['another field', 'meetingId', { title: 'x' }, false],
  ['the start', 'startAt', { start: '2026-12-06T09:00' }, true],
  ['the zone of the start', 'startAt', { zone: 'Asia/Tokyo' }, true],
  ['which of two readings', 'stopAt', { stopRepeated: 'first' }, true],
  ['the stop, not the start', 'stopAt', { start: '2026-12-06T09:00' }, false],
  ['the zone', 'timezone', { zone: 'Asia/Tokyo' }, true],
  ['a setting', 'settings.layout', { layout: 'gallery_view' }, true],
  ['another setting', 'settings.layout', { closeCaption: 'off' }, false],
  ['a part of the destination', 'destination.pageUrl', { pageUrl: 'https://a.example' }, true],
  ['the destination as a whole', 'destination', { streamKey: 'x' }, true],
  ['one label of many', 'labels.room', { labels: 'room=A' }, true],
  ['one of a list of labels', 'labels[0]', { labels: 'room=A' }, true],
  ['a path that is no field', 'unheard.of', { title: 'x' }, false],
  ['a message about the whole', '', { title: 'x' }, false],
])('an error at a field goes when %s changes', (_, path, change, expected) => {
  expect(isCorrected(path, SENT, { ...SENT, ...change })).toBe(expected);
});
