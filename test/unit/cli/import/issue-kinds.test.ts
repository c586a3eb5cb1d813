import { describe, expect, it } from 'vitest';
import { zoneAdvice } from '../../../../src/cli/import/import-report.ts';
import { checkEvents } from '../../../../src/timetable/check-events.ts';
import { readCsv } from '../../../../src/timetable/read-csv.ts';

const NOW = Date.parse('2026-12-02T17:00:00Z');
const issuesOf = (startAt: string, zone: string | null) =>
  checkEvents(readCsv(`meeting,start\n68423085,${startAt}\n`, { timezone: zone }), NOW).issues;

describe('what is wrong with a row', () => {
  it('is a clock change when its local time is skipped or repeated', () => {
    for (const startAt of ['2027-03-14T02:30', '2027-11-07T01:30'])
      expect(issuesOf(startAt, 'America/New_York')).toMatchObject([{ kind: 'clock_change' }]);
  });

  it('asks for a zone for the file only when a local time has none', () => {
    expect(zoneAdvice(issuesOf('2027-03-14T12:00', null))).toHaveLength(1);
    expect(zoneAdvice(issuesOf('2027-03-14T25:00', 'America/New_York'))).toEqual([]);
  });
});
