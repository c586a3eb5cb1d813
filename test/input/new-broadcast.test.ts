import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LivestreamError } from '../../src/errors.ts';
import { parseBatch, parseChange, parseNewBroadcast } from '../../src/scheduling/input.ts';
import { BASE, CONTEXT, faultsOf, GOOD, GOOD_DESTINATION, NOW } from './inputs.ts';

const parse = (over: object = {}, context = CONTEXT) => parseNewBroadcast({ ...GOOD, ...over }, context);
const faults = (over: object, context = CONTEXT) => faultsOf(() => parse(over, context));

describe('a good broadcast', () => {
  it('comes out with every field normalised', () => {
    const input = {
      meetingId: '684 2308-5',
      kind: 'meeting',
      account: 'east',
      title: 'Sunday service',
      startAt: '2026-12-06T09:00',
      duration: 'PT1H30M',
      timezone: 'America/New_York',
      settings: { activeSpeakerName: false, displayName: 'Main hall', layout: 'speaker_view', closeCaption: 'off' },
      destination: GOOD_DESTINATION,
      externalId: 'booking-4711',
      labels: { room: 'A' },
      startWindow: 'PT30M',
    };
    expect(parseNewBroadcast(input, CONTEXT)).toEqual({
      meetingId: '68423085',
      kind: 'meeting',
      account: 'east',
      title: 'Sunday service',
      startAt: Date.parse('2026-12-06T14:00:00Z'),
      stopAt: Date.parse('2026-12-06T15:30:00Z'),
      timezone: 'America/New_York',
      settings: input.settings,
      destination: GOOD_DESTINATION,
      externalId: 'booking-4711',
      labels: { room: 'A' },
      startWindow: 'PT30M',
    });
  });

  it('needs no more than a meeting and a start', () => {
    expect(parse()).toEqual({
      meetingId: '68423085',
      kind: 'meeting',
      account: null,
      title: null,
      startAt: Date.parse('2026-12-06T14:00:00Z'),
      stopAt: null,
      timezone: null,
      settings: {},
      destination: null,
      externalId: null,
      labels: {},
      startWindow: null,
    });
  });

  it.each([
    [68423085, '68423085'],
    ['9223372036854775807', '9223372036854775807'],
    ['684\u00a02308\u20135', '68423085'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['1', '1'],
  ])('takes the meeting id %j', (meetingId, digits) => expect(parse({ meetingId }).meetingId).toBe(digits));

  it.each([
    ['now', NOW],
    ['2026-12-06T14:00Z', Date.parse('2026-12-06T14:00:00Z')],
    ['2026-12-06T14:00:00.123456+01:00', Date.parse('2026-12-06T13:00:00.123Z')],
    ['2028-02-29T00:00:00-00:00', Date.parse('2028-02-29T00:00:00Z')],
    ['2026-12-06t14:00:00z', Date.parse('2026-12-06T14:00:00Z')],
  ])('takes startAt %s', (startAt, at) => expect(parse({ startAt }).startAt).toBe(at));

  it('counts characters, not UTF-16 units', () => {
    expect(parse({ settings: { displayName: '🎥'.repeat(50) } }).settings.displayName).toBe('🎥'.repeat(50));
    expect(faults({ settings: { displayName: '🎥'.repeat(51) } })).toHaveProperty(['settings.displayName']);
  });

  it('counts calendar units of a duration in the time zone', () => {
    const clockChange = { startAt: '2027-03-13T12:00', timezone: 'America/New_York' };
    const day = parse({ ...clockChange, duration: 'P1D' });
    expect((day.stopAt ?? 0) - day.startAt).toBe(23 * 3_600_000);
    const hours = parse({ ...clockChange, duration: 'PT24H' });
    expect((hours.stopAt ?? 0) - hours.startAt).toBe(24 * 3_600_000);
    expect(parse({ startAt: '2027-10-20T12:00', timezone: 'America/New_York', duration: 'P1M' }).stopAt).toBe(
      Date.parse('2027-11-20T12:00:00-05:00'),
    );
  });

  it('takes null where the answer has null', () => {
    const none = { title: null, stopAt: null, timezone: null, destination: null, externalId: null, startWindow: null };
    expect(parse(none)).toMatchObject(none);
  });
});

/** Field, wrong value, what the message must say besides the value. */
const WRONG: [path: string, input: object, said: string[]][] = [
  ['meetingId', { meetingId: undefined }, ['1 to 19 digits', 'got nothing']],
  ['meetingId', { meetingId: '' }, ['1 to 19 digits', 'got ""']],
  ['meetingId', { meetingId: ' - ' }, ['1 to 19 digits', 'got " - "']],
  ['meetingId', { meetingId: '12345678901234567890' }, ['1 to 19 digits', '"12345678901234567890"']],
  ['meetingId', { meetingId: 'abc' }, ['digits', '"abc"']],
  ['meetingId', { meetingId: '٣٤٥' }, ['digits']],
  ['meetingId', { meetingId: -5 }, ['digits', 'got -5']],
  ['meetingId', { meetingId: 1.5 }, ['integer', 'got 1.5']],
  ['meetingId', { meetingId: 2 ** 53 }, ['sent as a string', '9007199254740992']],
  ['meetingId', { meetingId: null }, ['digits', 'got null']],
  ['kind', { kind: 'Meeting' }, ['"meeting", "webinar"', '"Meeting"']],
  ['kind', { kind: null }, ['got null']],
  ['account', { account: '' }, ['1 to 100', 'got ""']],
  ['title', { title: 'x'.repeat(201) }, ['up to 200', '(201 characters)']],
  ['title', { title: 'a\nb' }, ['control characters', '"a\\nb"']],
  ['title', { title: '\ud800' }, ['control characters']],
  ['title', { title: 7 }, ['string', 'got 7']],
  ['startAt', { startAt: undefined }, ['ISO 8601', 'got nothing']],
  ['startAt', { startAt: 1796565600000 }, ['ISO 8601', 'got 1796565600000']],
  ['startAt', { startAt: 'Now' }, ['"now"', 'got "Now"']],
  ['startAt', { startAt: '' }, ['got ""']],
  ['startAt', { startAt: '2026-12-06' }, ['a date alone has no time of day']],
  ['startAt', { startAt: '2026-12-06T24:00:00Z' }, ['00:00 of the next day']],
  ['startAt', { startAt: '2026-12-31T23:59:60Z' }, ['leap second']],
  ['startAt', { startAt: '2027-02-30T10:00:00Z' }, ['no such day', '2027-02-30']],
  ['startAt', { startAt: '2027-02-29T10:00:00Z' }, ['no such day']],
  ['startAt', { startAt: '2027-13-01T10:00:00Z' }, ['no such day']],
  ['startAt', { startAt: '0050-01-01T10:00:00Z' }, ['no such day']],
  ['startAt', { startAt: '2026-12-06T10:60:00Z' }, ['minutes']],
  ['startAt', { startAt: '2026-12-06T10:00:00+15:00' }, ['offset']],
  ['startAt', { startAt: '2026-12-06 10:00' }, ['ISO 8601']],
  ['startAt', { startAt: '2026-12-06T10:00' }, ['offset', 'timezone', '"2026-12-06T10:00"']],
  ['startAt', { startAt: '2026-11-22T19:59:59.999Z' }, ['past', '2026-11-22T19:59:59.999Z', '2026-11-22T20:00:00.000Z']],
  ['startAt', { startAt: '2127-01-01T00:00Z' }, ['at most 100 years', '2127-01-01']],
  ['stopAt', { stopAt: '2026-12-06T14:00:00Z' }, ['after startAt', '2026-12-06T14:00:00.000Z']],
  ['stopAt', { stopAt: 'now' }, ['after startAt']],
  ['stopAt', { stopAt: '2026-12-06T16:00' }, ['offset', 'timezone']],
  ['stopAt', { stopAt: '2027-01-06T14:00:00.001Z' }, ['31 days', '2027-01-06T14:00:00.000Z']],
  ['stopAt', { stopAt: 5 }, ['ISO 8601', 'got 5']],
  ['duration', { duration: 'PT0S' }, ['positive', '"PT0S"']],
  ['duration', { duration: '-PT5M' }, ['positive', '"-PT5M"']],
  ['duration', { duration: 'PT' }, ['ISO 8601', '"PT"']],
  ['duration', { duration: 'P' }, ['ISO 8601']],
  ['duration', { duration: '90' }, ['ISO 8601']],
  ['duration', { duration: 90 }, ['ISO 8601', 'got 90']],
  ['duration', { duration: 'P32D' }, ['31 days', '"P32D"']],
  ['duration', { duration: 'P999999999Y' }, ['31 days']],
  ['duration', { duration: 'PT1H', stopAt: '2026-12-06T16:00Z' }, ['together with stopAt']],
  ['timezone', { timezone: 'Mars/Olympus' }, ['IANA', '"Mars/Olympus"']],
  ['timezone', { timezone: '+01:00' }, ['IANA', '"+01:00"']],
  ['settings', { settings: [] }, ['object', 'got []']],
  ['settings.activeSpeakerName', { settings: { activeSpeakerName: 'yes' } }, ['true or false', '"yes"']],
  ['settings.displayName', { settings: { displayName: '' } }, ['1 to 50', 'got ""']],
  ['settings.displayName', { settings: { displayName: 'x'.repeat(51) } }, ['1 to 50', '"xxxxx']],
  ['settings.layout', { settings: { layout: 'grid' } }, ['"follow_host", "gallery_view", "speaker_view"', '"grid"']],
  ['settings.layout', { kind: 'webinar', settings: { layout: 'follow_host' } }, ['webinars have no layout', '"follow_host"']],
  ['settings.closeCaption', { settings: { closeCaption: 'on' } }, ['"burnt-in", "embedded", "off"', '"on"']],
  ['settings.close_caption', { settings: { close_caption: 'off' } }, ['not a known field', 'closeCaption']],
  ['destination', { destination: 'rtmp://secret' }, ['streamUrl']],
  ['destination.streamUrl', { destination: { ...GOOD_DESTINATION, streamUrl: 'https://a/b' } }, ['rtmp://', '"https://a/b"']],
  ['destination.streamUrl', { destination: { ...GOOD_DESTINATION, streamUrl: 'rtmp://' } }, ['rtmp://']],
  ['destination.streamUrl', { destination: { ...GOOD_DESTINATION, streamUrl: `rtmp://a/${'x'.repeat(1024)}` } }, ['1024']],
  ['destination.streamKey', { destination: { ...GOOD_DESTINATION, streamKey: '' } }, ['1 to 512']],
  ['destination.pageUrl', { destination: { ...GOOD_DESTINATION, pageUrl: undefined } }, ['https://', 'got nothing']],
  ['destination.pageUrl', { destination: { ...GOOD_DESTINATION, pageUrl: 'javascript:alert(1)' } }, ['https://', 'javascript']],
  ['destination.resolution', { destination: { ...GOOD_DESTINATION, resolution: '4k' } }, ['"720p", "1080p"', '"4k"']],
  ['destination.key', { destination: { ...GOOD_DESTINATION, key: 1 } }, ['not a known field']],
  ['externalId', { externalId: '' }, ['1 to 200', 'got ""']],
  ['externalId', { externalId: 'x'.repeat(201) }, ['1 to 200', '201 characters']],
  ['labels', { labels: ['a'] }, ['object of strings', 'an array of 1']],
  ['labels', { labels: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`n${i}`, ''])) }, ['at most 20', 'got 21']],
  ['labels.a b', { labels: { 'a b': 'x' } }, ['1 to 63', '"a b"']],
  ['labels.room', { labels: { room: 5 } }, ['up to 200', 'got 5']],
  ['labels.room', { labels: { room: 'x'.repeat(201) } }, ['up to 200', '201 characters']],
  ['startWindow', { startWindow: 'PT0.5S' }, ['PT1S to P7D', '"PT0.5S"']],
  ['startWindow', { startWindow: 'P7DT1S' }, ['PT1S to P7D', '"P7DT1S"']],
  ['startWindow', { startWindow: 'P1M' }, ['PT1S to P7D']],
  ['start_at', { start_at: 1 }, ['not a known field', 'did you mean startAt']],
  ['status', { status: 'live' }, ['read-only']],
];

describe('a wrong field', () => {
  it.each(WRONG)('%s %j', (path, input, said) => {
    const found = faults(input);
    expect(Object.keys(found)).toEqual([path]);
    for (const part of said) expect(found[path]).toContain(part);
  });

  it('refuses a stream key without SECRETS_KEY', () => {
    const found = faults({ destination: GOOD_DESTINATION }, { ...CONTEXT, sealingAvailable: false });
    expect(found).toEqual({ 'destination.streamKey': expect.stringContaining('SECRETS_KEY') });
  });

  it('never repeats a stream key', () => {
    const found = faults({ destination: { ...GOOD_DESTINATION, streamKey: `hunter2${'x'.repeat(600)}` } });
    expect(found).toEqual({ 'destination.streamKey': expect.stringContaining('607 characters') });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(JSON.stringify(faults({ destination: 'hunter2' }))).not.toContain('hunter2');
  });
});

describe('many faults', () => {
  it('are told all at once, those between fields too', () => {
    const found = faultsOf(() =>
      parseNewBroadcast(
        {
          kind: 'webinar',
          title: 5,
          startAt: '2026-01-01T00:00Z',
          stopAt: '2025-01-01T00:00Z',
          duration: 'PT1H',
          settings: { layout: 'follow_host', displayName: '', nope: 1 },
          labels: { 'a b': 1, c: 2 },
          nope: 1,
        },
        CONTEXT,
      ),
    );
    expect(Object.keys(found).sort()).toEqual(
      ['duration', 'labels.a b', 'labels.c', 'meetingId', 'nope', 'settings.displayName', 'settings.layout']
        .concat(['settings.nope', 'startAt', 'title'])
        .sort(),
    );
  });

  it('have the place of their broadcast in a batch', () => {
    const input = { broadcasts: [GOOD, { ...GOOD, startAt: 'x', settings: { layout: 'x' } }, 5], more: 1 };
    expect(Object.keys(faultsOf(() => parseBatch(input, CONTEXT)))).toEqual([
      'more',
      'broadcasts[1].settings.layout',
      'broadcasts[1].startAt',
      'broadcasts[2]',
    ]);
  });

  it.each([[{}], [{ broadcasts: [] }], [{ broadcasts: {} }], [{ broadcasts: Array(1001).fill(GOOD) }]])(
    'a batch has 1 to 1000 broadcasts (%#)',
    (input) => expect(faultsOf(() => parseBatch(input, CONTEXT))).toEqual({ broadcasts: expect.stringContaining('1 to 1000') }),
  );

  it('a batch of 1000 good ones comes out in order', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...GOOD, meetingId: index + 1 }));
    expect(parseBatch({ broadcasts: many }, CONTEXT).map((item) => item.meetingId)).toEqual(many.map((item) => `${item.meetingId}`));
  });
});

describe('hostile input', () => {
  it('__proto__ is a field like any other: refused by name', () => {
    const input: unknown = JSON.parse(`{"meetingId":"1","startAt":"now","__proto__":{"kind":"webinar"},"labels":{"__proto__":"x"}}`);
    expect(Object.keys(faultsOf(() => parseNewBroadcast(input, CONTEXT)))).toEqual(['__proto__', 'labels.__proto__']);
  });

  const value = fc.oneof(fc.anything(), fc.constantFrom<unknown>(...WRONG.flatMap(([, input]) => Object.values(input))));
  const record = fc.record(
    Object.fromEntries(
      ['meetingId', 'kind', 'title', 'startAt', 'stopAt', 'duration', 'timezone', 'settings', 'destination', 'labels']
        .concat(['externalId', 'startWindow', 'account', 'x'])
        .map((name) => [name, value]),
    ),
    { requiredKeys: [] },
  );

  it('throws nothing but LivestreamError, each fault with a message', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), record), (input) => {
        for (const run of [
          () => parseNewBroadcast(input, CONTEXT),
          () => parseBatch({ broadcasts: [input] }, CONTEXT),
          () => parseBatch(input, CONTEXT),
          () => parseChange(input, BASE, CONTEXT),
        ]) {
          try {
            run();
          } catch (error) {
            expect(error).toBeInstanceOf(LivestreamError);
            const { code, errors } = error as LivestreamError;
            expect(code).toBe('validation_failed');
            expect(errors.length).toBeGreaterThan(0);
            for (const fault of errors) expect(fault.message.length).toBeGreaterThan(5);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
