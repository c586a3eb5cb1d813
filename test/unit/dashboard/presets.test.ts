import { describe, expect, it } from 'vitest';
import { type Draft, emptyDraft } from '../../../dashboard/views/plan/draft.ts';
import {
  added,
  lengthOf,
  type Preset,
  presetOf,
  presetsText,
  readPresets,
  removed,
  withPreset,
} from '../../../dashboard/views/plan/presets.ts';

const NOW = Date.parse('2026-11-28T08:10:00Z');
const FULL: Draft = {
  ...emptyDraft(NOW, 'America/New_York'),
  ...{ start: '2026-12-06T09:00', stop: '2026-12-06T10:30' },
  ...{ meetingId: '68423085', kind: 'webinar', account: 'east', title: 'Sunday service', labels: 'room=A' },
  ...{ externalId: 'booking-4711', displayName: 'Main hall', layout: 'speaker_view', closeCaption: 'off' },
  ...{ activeSpeakerName: 'no', streamUrl: 'rtmps://a.example/live', streamKey: 'very-secret', resolution: '1080p' },
  ...{ pageUrl: 'https://a.example/watch', onDrop: 'leave', onMove: 'follow', startWindow: '90m' },
};
const kept = (name: string, draft: Draft) => presetOf(name, draft, lengthOf(draft));
const SUNDAY = kept(' Sunday ', FULL);
const text = presetsText([SUNDAY]);
const stored = (presets: unknown, version: unknown = 1) => JSON.stringify({ version, presets });

describe('presets of the form', () => {
  it('keeps every field under a name, and neither a secret, nor a day, nor what names one broadcast', () => {
    expect(SUNDAY).toMatchObject({ name: 'Sunday', zone: 'America/New_York', length: 90 * 60_000 });
    expect(text).not.toMatch(/very-secret|streamKey|2026|booking-4711/);
    const fresh = { ...emptyDraft(NOW, 'UTC'), streamKey: 'typed before', externalId: 'mine' };
    expect(withPreset(fresh, readPresets(text)[0] as Preset)).toEqual({
      ...FULL,
      ...{ streamKey: '', externalId: 'mine' },
      // The start of the form, 10:00 in UTC.
      ...{ start: '2026-11-28T05:00', stop: '2026-11-28T06:30' },
    });
  });

  it('one without a stop has none', () => {
    const open = kept('open', { ...FULL, stop: '' });
    expect(withPreset(emptyDraft(NOW, 'UTC'), open).stop).toBe('');
  });

  it('the same name takes the place of the older one; one is deleted by its name', () => {
    const other = kept('Chapel', FULL);
    const again = kept('Sunday', { ...FULL, title: 'Renamed' });
    const all = added(added([SUNDAY], other), again);
    expect(all.map(({ name, fields }) => [name, fields.title])).toEqual([
      ['Chapel', 'Sunday service'],
      ['Sunday', 'Renamed'],
    ]);
    expect(removed(all, 'Sunday')).toEqual([other]);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['no object', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no list of presets', stored({})],
    ['a version to come', stored([SUNDAY], 2)],
    ['a preset without a name', stored([{ ...SUNDAY, name: ' ' }])],
    ['presets that are none', stored([null, 7, 'text', []])],
  ])('reads no preset from %s', (_, kept) => {
    expect(readPresets(kept)).toEqual([]);
  });

  it('of one that is damaged, takes what is good', () => {
    const fields = { ...SUNDAY.fields, kind: 'party', layout: 7, streamKey: 'smuggled in', unknown: 'x' };
    const [read] = readPresets(stored([{ name: 'Sunday', fields, zone: 'Mars/Base', length: -1 }]));
    expect(read).toEqual({
      name: 'Sunday',
      fields: { ...SUNDAY.fields, kind: 'meeting', layout: '' },
      zone: '',
      length: null,
    });
    expect(withPreset(emptyDraft(NOW, 'Asia/Tokyo'), read as Preset)).toMatchObject({
      zone: 'Asia/Tokyo',
      streamKey: '',
      stop: '',
    });
  });
});
