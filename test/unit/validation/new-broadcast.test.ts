import { describe, expect, it } from 'vitest';
import { parseBatch, parseChange, parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { BASE, CONTEXT, GOOD, GOOD_DESTINATION, issuesOf, NOW } from './inputs.ts';
import { WRONG } from './wrong-fields.ts';

const parse = (over: object = {}, context = CONTEXT) => parseNewBroadcast({ ...GOOD, ...over }, context);
const issues = (over: object, context = CONTEXT) => issuesOf(() => parse(over, context));

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
      onDrop: 'leave',
      onMove: 'follow',
    };
    expect(parseNewBroadcast(input, CONTEXT)).toEqual({
      onDrop: 'leave',
      onMove: 'follow',
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
      onDrop: 'restart',
      onMove: 'warn',
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
    expect(issues({ settings: { displayName: '🎥'.repeat(51) } })).toHaveProperty(['settings.displayName']);
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

describe('a wrong field', () => {
  it.each(WRONG)('%s %j', (path, input, said) => {
    const found = issues(input);
    expect(Object.keys(found)).toEqual([path]);
    for (const part of said) expect(found[path]).toContain(part);
  });

  it('refuses a stream key without SECRETS_KEY', () => {
    const found = issues({ destination: GOOD_DESTINATION }, { ...CONTEXT, sealingAvailable: false });
    expect(found).toEqual({ 'destination.streamKey': expect.stringContaining('SECRETS_KEY') });
  });

  it('reports an account that is not there together with the rest', () => {
    const accountIssue = (account: string | null) =>
      account === 'east' ? null : { message: `must be east, got ${account}`, code: 'account_unknown' as const };
    const context = { ...CONTEXT, accountIssue };
    expect(issues({ account: 'west', title: 5 }, context)).toEqual({
      account: 'must be east, got west',
      title: expect.any(String),
    });
    expect(issues({}, context)).toEqual({ account: 'must be east, got null' });
    expect(issuesOf(() => parseBatch({ broadcasts: [{ ...GOOD, account: 'east' }, GOOD] }, context))).toHaveProperty([
      'broadcasts[1].account',
    ]);
    expect(parse({ account: 'east' }, context).account).toBe('east');
    expect(parseChange({ title: 'x' }, BASE, context)).toEqual({ title: 'x' });
    expect(issuesOf(() => parseChange({ account: 'west' }, BASE, context))).toEqual({
      account: 'must be east, got west',
    });
  });

  it('never repeats a stream key', () => {
    const found = issues({ destination: { ...GOOD_DESTINATION, streamKey: `hunter2${'x'.repeat(600)}` } });
    expect(found).toEqual({ 'destination.streamKey': expect.stringContaining('607 characters') });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(JSON.stringify(issues({ destination: 'hunter2' }))).not.toContain('hunter2');
  });
});
