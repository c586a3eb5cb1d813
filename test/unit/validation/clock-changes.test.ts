import { describe, expect, it } from 'vitest';
import { readLocal } from '../../../src/time/local-time.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { CONTEXT, issuesOf } from './inputs.ts';

const local = (startAt: string, timezone: string) => ({ meetingId: '1', startAt, timezone });

describe('a local time that a clock change skips or repeats', () => {
  it.each([
    ['2027-03-14T02:30', 'America/New_York', 'skips', '2027-03-14T01:30:00-05:00', '2027-03-14T03:30:00-04:00'],
    ['2027-11-07T01:30', 'America/New_York', 'repeats', '2027-11-07T01:30:00-04:00', '2027-11-07T01:30:00-05:00'],
    ['2027-03-28T01:30', 'Europe/London', 'skips', '2027-03-28T00:30:00+00:00', '2027-03-28T02:30:00+01:00'],
    ['2027-10-31T01:30', 'Europe/London', 'repeats', '2027-10-31T01:30:00+01:00', '2027-10-31T01:30:00+00:00'],
    ['2027-10-03T02:15', 'Australia/Lord_Howe', 'skips', '2027-10-03T01:45:00+10:30', '2027-10-03T02:45:00+11:00'],
    ['2027-04-04T01:45', 'Australia/Lord_Howe', 'repeats', '2027-04-04T01:45:00+11:00', '2027-04-04T01:45:00+10:30'],
  ])('%s in %s is refused with both readings', (startAt, timezone, did, first, second) => {
    const { startAt: message } = issuesOf(() => parseNewBroadcast(local(startAt, timezone), CONTEXT));
    expect(message).toContain(`${did} it`);
    expect(message).toContain(`${first} or ${second}`);
    for (const reading of [first, second]) {
      const at = parseNewBroadcast(local(reading, timezone), CONTEXT).startAt;
      expect(at).toBe(Date.parse(reading));
    }
  });

  it.each([
    ['2027-03-14T01:59:59', 'America/New_York', '2027-03-14T01:59:59-05:00'],
    ['2027-03-14T03:00', 'America/New_York', '2027-03-14T03:00:00-04:00'],
    ['2027-11-07T00:59:59', 'America/New_York', '2027-11-07T00:59:59-04:00'],
    ['2027-11-07T02:00', 'America/New_York', '2027-11-07T02:00:00-05:00'],
    ['2027-10-03T02:30', 'Australia/Lord_Howe', '2027-10-03T02:30:00+11:00'],
    ['2027-06-01T12:00', 'Pacific/Kiritimati', '2027-06-01T12:00:00+14:00'],
    ['2027-06-01T12:00', 'Asia/Kathmandu', '2027-06-01T12:00:00+05:45'],
    ['2027-06-01T12:00', 'UTC', '2027-06-01T12:00:00Z'],
  ])('%s in %s is there once', (startAt, timezone, instant) => {
    expect(parseNewBroadcast(local(startAt, timezone), CONTEXT).startAt).toBe(Date.parse(instant));
  });

  it('a whole day that a zone skipped has no times', () => {
    const before2011 = { ...CONTEXT, now: Date.parse('2011-12-01T00:00:00Z') };
    const { startAt } = issuesOf(() => parseNewBroadcast(local('2011-12-30T12:00', 'Pacific/Apia'), before2011));
    expect(startAt).toContain('2011-12-29T12:00:00-10:00 or 2011-12-31T12:00:00+14:00');
    expect(readLocal(Date.UTC(2011, 11, 31, 0, 0), 'Pacific/Apia')).toEqual({
      kind: 'one',
      at: Date.UTC(2011, 11, 30, 10),
    });
  });

  it('the stop is read in the same zone, and refused alike', () => {
    const input = { ...local('2027-03-13T22:00', 'America/New_York'), stopAt: '2027-03-14T02:30' };
    expect(issuesOf(() => parseNewBroadcast(input, CONTEXT))).toEqual({ stopAt: expect.stringContaining('skips it') });
    expect(parseNewBroadcast({ ...input, stopAt: '2027-03-14T03:30' }, CONTEXT).stopAt).toBe(
      Date.parse('2027-03-14T07:30:00Z'),
    );
  });
});
