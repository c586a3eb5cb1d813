import { describe, expect, it } from 'vitest';
import { groupsOf, nameIn, withoutName } from '../../../dashboard/live/alert-groups.ts';

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
    expect(groups.map(({ codes, alerts }) => [codes.join(), alerts.length])).toEqual([
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

  it('an outage of Zoom, or a failing account, is one card, whatever it led to; a broadcast stands in it once', () => {
    const late = alert(
      'late_start',
      '"A" (meeting 1) should have been live, but is still starting: temporary error: no answer',
    );
    const missed = alert(
      'missed',
      'the start window closed; last: Zoom is not answering or answers with errors: waiting',
    );
    const stuck = alert('late_stop', '"B" (meeting 2) should be off air: temporary error: Zoom answered HTTP 503');
    const [outage, ...others] = groupsOf([late, { ...missed, broadcastId: late.broadcastId }, stuck]);
    expect(others).toEqual([]);
    expect(outage?.codes).toEqual(['late_stop', 'missed', 'late_start']);
    expect(outage?.lines.map(({ broadcastId }) => broadcastId)).toEqual([stuck.broadcastId, late.broadcastId]);
    expect(outage?.alerts).toHaveLength(3);

    const account = groupsOf([
      alert('preflight', '"A" (meeting 1) cannot go on air with the current setup: Zoom rejects the token. Check it.'),
      alert('failed', 'credentials_refused: Zoom answered 401/124 "Invalid access token."'),
      alert(
        'late_start',
        '"C" is still starting: temporary error: Zoom answered 401 to a new token. If this continues, check',
      ),
      alert('failed', 'scopes_missing: Zoom answered 400/4711 "Invalid access token, does not contain scopes."'),
      alert('late_start', '"D" is still starting: temporary error: Zoom answered HTTP 400, code 99: unheard of'),
    ]);
    expect(account.map(({ codes }) => codes.join())).toEqual(['failed,late_start,preflight', 'failed', 'late_start']);
  });

  it('leaves out the name that a message begins with', () => {
    expect(withoutName('"Sunday: one" (meeting 68423085): refused: no')).toBe('refused: no');
    expect(withoutName('webinar 68423085: refused')).toBe('refused');
    expect(withoutName('the start window closed at 9: too late')).toBe('the start window closed at 9: too late');
  });

  it('finds the name in a message', () => {
    expect(nameIn('"Sunday service" (meeting 68423085) went off air 70.0 s late')).toBe('Sunday service');
    expect(nameIn('webinar 68423085: refused')).toBe('webinar 68423085');
  });
});
