import { describe, expect, it } from 'vitest';
import { isTimezone } from '../../../src/time/local-time.ts';
import { machineZoneOf } from '../../../src/time/machine-zone.ts';

/** What the command line sends as the zone of local times must be one that the API takes. */
describe('a TZ that is an abbreviation', () => {
  it.each([
    ['EST', 'America/Panama'],
    ['MST', 'America/Phoenix'],
    ['HST', 'Pacific/Honolulu'],
  ])('%s, which the tz database has, is %s', (tz, resolved) => {
    expect(machineZoneOf(tz, resolved)).toEqual({ zone: resolved, note: null });
    expect([isTimezone(tz), isTimezone(resolved)]).toEqual([false, true]);
  });

  it.each([
    ['IST', 'Asia/Calcutta', 'Set TZ to Asia/Kolkata or Europe/Dublin or Asia/Jerusalem'],
    ['BST', 'Asia/Dhaka', 'Set TZ to Europe/London or Asia/Dhaka'],
    ['CST', 'America/Chicago', 'TZ=CST is not a known time zone'],
  ])('%s, which means several zones, is UTC and said to be so', (tz, resolved, note) => {
    expect(machineZoneOf(tz, resolved)).toEqual({ zone: 'UTC', note: expect.stringContaining(note) });
  });
});
