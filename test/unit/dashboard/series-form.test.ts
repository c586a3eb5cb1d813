import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presetOf } from '../../../dashboard/views/plan/presets.ts';
import { EMPTY_TEMPLATE } from '../../../dashboard/views/plan/template-draft.ts';
import {
  changeOfSeries,
  draftOfSeries,
  EMPTY_TIMING,
  lengthOfSeries,
  newSeries,
  type Series,
  type SeriesDraft,
  withPresetOf,
} from '../../../dashboard/views/series/series-draft.ts';
import { type Calendar, nextQuestion, previewOf } from '../../../dashboard/views/series/series-preview.ts';
import { parseNewSeries } from '../../../src/series/series-input.ts';
import { newSeriesSchema } from '../../../src/series/series-schema.ts';

const NOW = Date.parse('2026-11-28T08:10:00Z');
const CONTEXT = { now: NOW, sealingAvailable: true };

const SUNDAYS: SeriesDraft = {
  ...EMPTY_TEMPLATE,
  ...EMPTY_TIMING,
  ...{ meetingId: '68423085', zone: 'Europe/Berlin', start: '2026-12-06T09:00', repeat: 'WEEKLY', days: ['SU'] },
};
const FULL: SeriesDraft = {
  ...SUNDAYS,
  ...{ account: 'east', title: 'Service', labels: 'room=A', externalId: 'b-1', startWindow: '2h' },
  ...{ displayName: 'Main hall', streamUrl: 'rtmps://a.example/live', streamKey: 'k', pageUrl: 'https://a.example' },
  ...{ exceptions: '2026-12-27\n2027-01-03 09:00', additions: '2026-12-24 18:00', skipCalendars: ['feasts'] },
  ...{ lead: '5', tail: '10', skippedTimes: 'skip', repeatedTimes: 'second' },
};

/** As the API shows what a form has planned. */
function shownAs(draft: SeriesDraft): Series {
  const { timing, template } = parseNewSeries(newSeries(draft), CONTEXT);
  return { ...template, ...timing, account: 'east', destination: null } as unknown as Series;
}

function shown(draft: SeriesDraft, now = NOW, calendars: Calendar[] = []) {
  const preview = previewOf(draft, now, calendars);
  if (preview === null || 'issue' in preview) throw new Error(`no preview: ${preview?.issue}`);
  return preview;
}
const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString());

describe('the form of a series', () => {
  it('sends every field that the API takes', () => {
    const sent = newSeries(FULL) as Record<string, unknown>;
    expect(Object.keys(newSeriesSchema.shape).filter((name) => sent[name] === undefined)).toEqual([]);
    expect(parseNewSeries(sent, CONTEXT).timing).toMatchObject({
      rule: 'FREQ=WEEKLY;BYDAY=SU',
      ...{ duration: 'PT1H', stopTime: null, leadMinutes: 5, tailMinutes: 10, skipCalendars: ['feasts'] },
      exceptions: ['2026-12-27', '2027-01-03T09:00:00'],
      additions: ['2026-12-24T18:00:00'],
      onClockChange: { skipped: 'skip', repeated: 'second' },
    });
  });

  it('shows an input for everything it holds beside what a broadcast has', () => {
    const source = readFileSync(new URL('../../../dashboard/views/series/series-fields.tsx', import.meta.url), 'utf8');
    const own = Object.keys(FULL).filter((key) => !(key in EMPTY_TEMPLATE));
    const isShown = (key: string) => source.includes(`name="${key}"`) || new RegExp(`set\\(\\{ ${key}\\b`).test(source);
    expect(own.filter((key) => !isShown(key))).toEqual([]);
  });

  it.each([
    ['minutes', '90', 'PT1H30M'],
    ['words', '1h30m', 'PT1H30M'],
    ['a day of the calendar, which a clock change makes longer', 'P1D', 'P1D'],
    ['nothing', '', null],
  ])('takes a length in %s', (_, length, duration) => {
    const draft = { ...SUNDAYS, account: 'east', length };
    expect(newSeries(draft)).toMatchObject({ duration, stopTime: null });
    expect(changeOfSeries(draftOfSeries(shownAs(draft), null), draft)).toEqual({});
  });

  it('takes a preset of the form of a broadcast, and keeps its own rule and times', () => {
    const preset = presetOf('Hall', { ...EMPTY_TEMPLATE, title: 'Hall', zone: 'Asia/Tokyo' }, 90 * 60_000);
    const draft = withPresetOf({ ...SUNDAYS, ends: 'time', streamKey: 'typed' }, preset);
    expect(draft).toMatchObject({ title: 'Hall', zone: 'Asia/Tokyo', ends: 'length', length: '90', streamKey: '' });
    expect([draft.start, draft.repeat, draft.days]).toEqual([SUNDAYS.start, SUNDAYS.repeat, SUNDAYS.days]);
    expect(withPresetOf({ ...SUNDAYS, ends: 'time' }, { ...preset, zone: '', length: null })).toMatchObject({
      ...{ zone: SUNDAYS.zone, ends: 'time', length: SUNDAYS.length },
    });
    const lengths = ['90', '1h30m', '', 'long'].map((length) => lengthOfSeries({ ...SUNDAYS, ends: 'length', length }));
    expect(lengths).toEqual([90 * 60_000, 90 * 60_000, null, null]);
    expect(lengthOfSeries({ ...SUNDAYS, ends: 'time' })).toBeNull();
  });

  it('leaves what is no number to the API, which says so', () => {
    expect(() => parseNewSeries(newSeries({ ...SUNDAYS, lead: 'five' }), CONTEXT)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'leadMinutes' })] }),
    );
  });

  it('a change sends only what was changed; a stop at a time of day takes the place of a length', () => {
    const seen = draftOfSeries(shownAs({ ...FULL, streamUrl: '', streamKey: '', pageUrl: '' }), null);
    expect(changeOfSeries(seen, seen)).toEqual({});
    expect(changeOfSeries({ ...seen, tail: '' }, seen)).toEqual({ tailMinutes: 0 });
    expect(changeOfSeries({ ...seen, ends: 'time', stopTime: '10:30' }, seen)).toEqual({
      duration: null,
      stopTime: '10:30',
    });
  });
});

describe('what the series would produce', () => {
  it('shows the next ten with lead and tail, and the first after each of both clock changes', () => {
    const { occurrences, afterChange } = shown({ ...SUNDAYS, lead: '5', tail: '10' });
    expect(occurrences).toHaveLength(10);
    expect(occurrences[0]).toMatchObject({ local: '2026-12-06T09:00:00' });
    expect([moment(occurrences[0]?.startAt ?? null), moment(occurrences[0]?.stopAt ?? null)]).toEqual([
      '2026-12-06T07:55:00.000Z',
      '2026-12-06T09:10:00.000Z',
    ]);
    expect(afterChange.map(({ local }) => local)).toEqual(['2027-03-28T09:00:00', '2027-10-31T09:00:00']);
  });

  it('stops at a time of day, on the next day where it is not after the start', () => {
    const late = shown({ ...SUNDAYS, start: '2026-12-06T23:00', ends: 'time', stopTime: '01:00' });
    expect(moment(late.occurrences[0]?.stopAt ?? null)).toBe('2026-12-07T00:00:00.000Z');
  });

  it.each([
    ['after', 'first', ['2027-03-28T01:30:00.000Z'], '2027-10-31T00:30:00.000Z'],
    ['skip', 'second', [], '2027-10-31T01:30:00.000Z'],
  ] as const)(
    'a time that a clock change leaves out: %s; that it repeats: the %s',
    (skippedTimes, repeatedTimes, spring, autumn) => {
      const nightly = { ...SUNDAYS, start: '2026-12-06T02:30', repeat: 'DAILY', skippedTimes, repeatedTimes } as const;
      const on = (day: string) =>
        shown(nightly, Date.parse(`${day}T00:00:00Z`) - 3_600_000).occurrences.filter(({ local }) =>
          local.startsWith(day),
        );
      expect(on('2027-03-28').map(({ startAt }) => moment(startAt))).toEqual(spring);
      expect(on('2027-10-31').map(({ startAt }) => moment(startAt))).toEqual([autumn]);
    },
  );

  it('leaves out exceptions and what the chosen calendars have next, and says why', () => {
    const feast = { title: 'Feast day', allDay: true, from: '2026-12-13', to: '2026-12-13' };
    const repair = { title: null, allDay: false, from: '2026-12-20T08:30:00Z', to: '2026-12-20T12:00:00Z' };
    const calendar = (name: string) => ({ name, timezone: null, upcoming: [feast, repair] }) as unknown as Calendar;
    const draft = { ...SUNDAYS, skipCalendars: ['feasts'], exceptions: '2026-12-27' };
    const { occurrences, leftOut } = shown(draft, NOW, [calendar('feasts')]);
    expect(occurrences.slice(0, 2).map(({ local }) => local.slice(0, 10))).toEqual(['2026-12-06', '2027-01-03']);
    expect(leftOut.map(({ local, note }) => [local.slice(0, 10), note])).toEqual([
      ['2026-12-13', 'Feast day (calendar feasts)'],
      ['2026-12-20', 'the calendar feasts is busy'],
      ['2026-12-27', 'an exception of the series'],
    ]);
    expect(shown({ ...draft, exceptions: '' }, NOW, [calendar('other')]).leftOut).toEqual([]);
  });
});

it('Zoom is asked about the next one that the series would make, without its stream key', () => {
  const began = { ...FULL, start: '2026-11-01T09:00', exceptions: '2026-11-29' };
  expect(nextQuestion(began, shown(began), NOW)).toEqual({
    ...{ meetingId: '68423085', kind: 'meeting', account: 'east', labels: { room: 'A' } },
    // Five minutes before 09:00 in Berlin, and not on the Sunday that is left out.
    ...{ startAt: '2026-12-06T07:55:00.000Z', timezone: 'Europe/Berlin' },
  });
  expect(nextQuestion({ ...began, meetingId: '684 23' }, shown(began), NOW)).toBeNull();
  expect(nextQuestion(SUNDAYS, { ...shown(SUNDAYS), occurrences: [] }, NOW)).toBeNull();
});
