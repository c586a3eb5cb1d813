import { expect, it } from 'vitest';
import { type Draft, emptyDraft } from '../../../dashboard/views/plan/draft.ts';
import { findingsFor, zoomQuestion } from '../../../dashboard/views/plan/zoom-question.ts';

const NOW = Date.parse('2026-11-28T08:10:00Z');
const typed = (change: Partial<Draft>): Draft => ({ ...emptyDraft(NOW, 'UTC'), meetingId: '684 2308 5', ...change });
const destination = { streamUrl: 'rtmps://a.example/live', streamKey: 'secret', pageUrl: 'https://a.example' };

it('Zoom is asked about a plan as soon as it is complete, and never with its stream key', () => {
  const draft = typed({ start: '2026-12-06T09:00', zone: 'America/New_York', labels: 'room=A', ...destination });
  expect(zoomQuestion(draft, NOW)).toEqual({
    ...{ meetingId: '68423085', kind: 'meeting', startAt: '2026-12-06T09:00', timezone: 'America/New_York' },
    labels: { room: 'A' },
  });
  expect(zoomQuestion({ ...draft, account: 'east' }, NOW)).toMatchObject({ account: 'east' });
});

it.each<[string, Partial<Draft>]>([
  ['no number', { meetingId: '' }],
  ['a number that is being typed', { meetingId: '684 23' }],
  ['no number at all', { meetingId: 'letters' }],
  ['no start', { start: '' }],
  ['a start in the past', { start: '2026-11-28T08:00' }],
  ['a time that a clock change repeats', { start: '2035-11-04T01:30', zone: 'America/New_York' }],
  ['no zone', { zone: 'Europe/Ber' }],
])('with %s it is not asked', (_, change) => {
  expect(zoomQuestion(typed(change), NOW)).toBeNull();
});

it('where the stream goes in Zoom matters only to a plan without a destination', () => {
  const finding = (code: string) => ({ code, message: '', advice: '', prevents: true });
  const check = { checked: true, findings: [finding('livestream_not_configured'), finding('time_differs')] };
  const codes = (draft: Draft) => findingsFor(draft, check).map(({ code }) => code);
  expect(codes(typed({}))).toEqual(['livestream_not_configured', 'time_differs']);
  expect(codes(typed(destination))).toEqual(['time_differs']);
});
