import { describe, expect, it } from 'vitest';
import { groupsOf, nameIn } from '../../../dashboard/live/alert-groups.ts';

type Alert = Parameters<typeof groupsOf>[0][number];

let made = 0;
const alert = (code: Alert['code'], message: string, raisedAt = '2026-12-06T14:00:00.000Z'): Alert => {
  made += 1;
  const rest = { resolvedAt: null, acknowledgedAt: null, acknowledgedBy: null, note: null };
  return { id: `al_${made}`, broadcastId: `bc_${made}`, code, message, advice: '', raisedAt, ...rest };
};

describe('alerts by cause', () => {
  it('takes one cause for one, whatever broadcast, time, length or tracking id the message names', () => {
    const refused = (title: string, meeting: number, tracking: string) =>
      `"${title}" (meeting ${meeting}): Zoom answered 400/3161 "Not allowed." (tracking id ${tracking}). Give the host a licence.`;
    const late = (title: string, time: string, by: string) =>
      `"${title}" (webinar 99887766) was due at 2026-12-06T${time}.000Z and went live ${by} late`;
    const groups = groupsOf([
      alert('failed', refused('North', 68_423_085, 'A-1')),
      alert('failed', refused('South "hall"', 68_423_086, 'B-2').replace(' "hall"', '')),
      alert('late_start', late('One', '14:00:00', '31.0 s')),
      alert('late_start', late('Two', '14:05:00', '99.5 s')),
      alert('failed', 'meeting 68423087: Zoom answered 404/3001 "Gone."'),
    ]);
    expect(groups.map(({ code, alerts }) => [code, alerts.length])).toEqual([
      ['failed', 2],
      ['failed', 1],
      ['late_start', 2],
    ]);
  });

  it('puts the worst first, and of one kind the newest', () => {
    const groups = groupsOf([
      alert('preflight', 'a', '2026-12-06T15:00:00.000Z'),
      alert('missed', 'old', '2026-12-06T13:00:00.000Z'),
      alert('missed', 'new', '2026-12-06T14:00:00.000Z'),
      alert('late_stop', 'b', '2026-12-06T10:00:00.000Z'),
      alert('no_worker', 'c', '2026-12-06T09:00:00.000Z'),
    ]);
    expect(groups.map(({ alerts }) => alerts[0]?.message)).toEqual(['c', 'b', 'new', 'old', 'a']);
  });

  it('finds the name in a message', () => {
    expect(nameIn('"Sunday service" (meeting 68423085) went off air 70.0 s late')).toBe('Sunday service');
    expect(nameIn('webinar 68423085: refused')).toBe('webinar 68423085');
  });
});
