import { expect, it } from 'vitest';
import { withTimes } from '../../../dashboard/iso-times.ts';
import { changedIn, valueText } from '../../../dashboard/views/broadcast/changed.ts';

const WORDS = { time: (at: string) => `<${at}>`, none: 'none', yes: 'yes', no: 'no' };
const AT = '2026-12-06T14:00:00.000Z';

it('a changed plan is shown from what to what; of an earlier version, to what', () => {
  const request = { startAt: AT, title: 'T' };
  expect(changedIn({ type: 'changed', request, before: { startAt: null, title: 'S' } })).toEqual([
    { field: 'startAt', before: null, after: AT },
    { field: 'title', before: 'S', after: 'T' },
  ]);
  expect(changedIn({ type: 'changed', request: { title: 'T' } })).toEqual([{ field: 'title', after: 'T' }]);
  expect(changedIn({ type: 'changed', request: null })).toEqual([]);
  expect(changedIn({ type: 'request', request: { method: 'PATCH' } })).toEqual([]);
});

it.each<[unknown, string]>([
  [AT, `<${AT}>`],
  ['Sunday service', 'Sunday service'],
  [null, 'none'],
  ['', 'none'],
  [{}, 'none'],
  [{ room: 'A', campus: 'north' }, 'room=A, campus=north'],
  [{ activeSpeakerName: false }, 'activeSpeakerName=no'],
])('shows the value %j as %s', (value, text) => {
  expect(valueText(value, WORDS)).toBe(text);
});

it('shows the times in a sentence of the API as the reader has them, with seconds where they matter', () => {
  const show = (at: number, withSeconds: boolean) => `[${at}${withSeconds ? ' s' : ''}]`;
  const sentence = (iso: string) => withTimes(`It is planned for ${iso}, not now.`, show);
  const at = Date.parse(AT);
  expect(sentence(AT)).toBe(`It is planned for [${at}], not now.`);
  expect(sentence('2026-12-06T14:00:07Z')).toBe(`It is planned for [${at + 7_000} s], not now.`);
  expect(sentence('2026-12-06T14:00Z')).toBe(`It is planned for [${at}], not now.`);
  expect(sentence('2026-99-06T14:00:00Z')).toContain('2026-99-06T14:00:00Z');
  expect(sentence('tomorrow')).toBe('It is planned for tomorrow, not now.');
});

it('leaves the time in a command as the command line takes it', () => {
  const advice = `To schedule it again: livestream reschedule bc_1 --start ${AT}; after ${AT}: retry`;
  expect(withTimes(advice, () => 'TODAY')).toBe(advice.replace(`after ${AT}`, 'after TODAY'));
});
