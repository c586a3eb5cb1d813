import { describe, expect, it } from 'vitest';
import { isTimezone } from '../../../src/time/local-time.ts';
import { abbreviationChoices } from '../../../src/time/zone-names.ts';
import { windowsZone } from '../../../src/timetable/windows-zones.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { run } from '../../support/fake-terminal.ts';

const NOW = Date.parse('2030-11-28T00:00Z');

describe('abbreviations of zones', () => {
  it.each(['EST', 'CST', 'IST', 'BST', 'PST', 'MST', 'HST', 'EDT', 'AEST', 'bst'])('%s is none', (name) => {
    expect(isTimezone(name)).toBe(false);
    for (const choice of abbreviationChoices(name) ?? []) expect(isTimezone(choice)).toBe(true);
  });

  it.each(['UTC', 'GMT', 'CET', 'EET', 'EST5EDT', 'Europe/London', 'Etc/GMT-1'])('%s is one', (name) => {
    expect(isTimezone(name)).toBe(true);
  });

  it('are refused with what they may mean, in the API and on the command line', async () => {
    const broadcast = { meetingId: '68423085', startAt: '2030-12-02T13:00', timezone: 'BST' };
    const advice = 'got "BST", an abbreviation that is ambiguous: write Europe/London or Asia/Dhaka';
    const errorsOf = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return JSON.stringify((error as { errors: unknown }).errors);
      }
      return 'none';
    };
    expect(errorsOf(() => parseNewBroadcast(broadcast, { now: NOW, sealingAvailable: true }))).toContain(
      JSON.stringify(advice).slice(1, -1),
    );
    const { stderr, code } = await run(
      ['schedule', '68423085', '--start', '2030-12-02 09:00', '--timezone', 'EST'],
      {},
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('ambiguous: write America/New_York')]);
  });
});

it.each([
  ['Berlin', 'Europe/Berlin'],
  ['new york', 'America/New_York'],
  ['Kolkata', 'Asia/Kolkata'],
])('%s is a city: the command line and the API name its zone', async (city, zone) => {
  const { stderr, code } = await run(['schedule', '68423085', '--start', '2030-12-02 09:00', '--timezone', city], {});
  expect([code, stderr]).toEqual([2, expect.stringContaining(`"${city}" is not a known time zone: write ${zone}`)]);
  const broadcast = { meetingId: '68423085', startAt: '2030-12-02T13:00', timezone: city };
  expect(() => parseNewBroadcast(broadcast, { now: NOW, sealingAvailable: true })).toThrow(`write ${zone}`);
});

it('a link in place of a meeting number is refused without its passcode', () => {
  const input = { meetingId: 'https://zoom.us/j/81234567890?pwd=PassCodeXYZ', startAt: '2030-12-02T13:00Z' };
  const act = () => parseNewBroadcast(input, { now: NOW, sealingAvailable: true });
  expect(act).toThrow('a link; send the number in it');
  expect(act).not.toThrow('PassCodeXYZ');
  const plan = parseNewBroadcast(
    { ...input, meetingId: '\u200e812 3456 7890\u200b' },
    { now: NOW, sealingAvailable: true },
  );
  expect(plan.meetingId).toBe('81234567890');
});

it("knows all of CLDR's Windows names, as they are today", () => {
  expect(windowsZone('Egypt Standard Time')).toBe('Africa/Cairo');
  expect(windowsZone('Mountain Standard Time (Mexico)')).toBe('America/Mazatlan');
  expect(windowsZone('Central Asia Standard Time')).toBe('Asia/Bishkek');
  expect(windowsZone('pacific standard time')).toBe('America/Los_Angeles');
  expect(windowsZone('Customized Time Zone')).toBeNull();
});
