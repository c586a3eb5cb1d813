import { expect, it } from 'vitest';
import { isCorrected } from '../../../dashboard/views/plan/corrected.ts';
import { type Draft, emptyDraft } from '../../../dashboard/views/plan/draft.ts';
import { EMPTY_TEMPLATE } from '../../../dashboard/views/plan/template-draft.ts';
import { EMPTY_TIMING, type SeriesDraft } from '../../../dashboard/views/series/series-draft.ts';

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
  ['the start, of a conflict', 'overlap', { start: '2026-12-06T09:00' }, true],
  ['the meeting, of a conflict', 'overlap', { meetingId: '1' }, true],
  ['the title, of a conflict', 'overlap', { title: 'x' }, false],
  ['anything, of another refusal', 'too_late', { start: '2026-12-06T09:00' }, false],
])('an error at a field goes when %s changes', (_, path, change, expected) => {
  expect(isCorrected(path, SENT, { ...SENT, ...change })).toBe(expected);
});

const SERIES = { ...EMPTY_TEMPLATE, ...EMPTY_TIMING, zone: 'UTC', start: '', repeat: 'WEEKLY', days: ['SU'] } as const;

it.each<[string, Partial<SeriesDraft>, boolean]>([
  ['rule', { days: ['MO'] }, true],
  ['rule', { last: '2027-01-01' }, true],
  ['rule', { length: '30' }, false],
  ['duration', { length: '30' }, true],
  ['stopTime', { stopTime: '10:30' }, true],
  ['exceptions[2]', { exceptions: '2026-12-27' }, true],
  ['leadMinutes', { lead: '5' }, true],
  ['tailMinutes', { lead: '5' }, false],
  ['onClockChange.skipped', { skippedTimes: 'skip' }, true],
  ['settings.layout', { layout: 'gallery_view' }, true],
])('in the form of a series, an error at %s goes with %j: %s', (path, change, expected) => {
  const sent = SERIES as unknown as SeriesDraft;
  expect(isCorrected(path, sent, { ...sent, ...change })).toBe(expected);
});
