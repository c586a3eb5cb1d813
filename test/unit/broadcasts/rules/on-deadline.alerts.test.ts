import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import type { MeetingState, RuleSettings } from '../../../../src/broadcasts/decision.ts';
import type { Pause } from '../../../../src/broadcasts/pause.ts';
import { eventsOf, type LivestreamEvent } from '../../../../src/broadcasts/rules/events.ts';
import { nextDeadline, onDeadline } from '../../../../src/broadcasts/rules/on-deadline.ts';
import { T0, UNKNOWN_MEETING } from '../../../proof/model/model.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';

const rules = (webhooksOn: boolean): RuleSettings => ({
  startRetryMs: 30_000,
  startWindowMs: 7_200_000,
  webhooksOn: () => webhooksOn,
  random: () => 0.5,
});

const MEETING: MeetingState = UNKNOWN_MEETING;

/** What the sweep alone would raise, from `begin` on for a day, when no job ever runs: `[type, seconds after T0]`. */
function raised(begin: Broadcast, webhooksOn = true): { at: number; event: LivestreamEvent }[] {
  const found: { at: number; event: LivestreamEvent }[] = [];
  let broadcast = begin;
  for (let looks = 0, now = T0; looks < 1_000; looks += 1) {
    const deadline = nextDeadline(broadcast, now, rules(webhooksOn));
    if (deadline === null || deadline > T0 + 86_400_000) break;
    now = Math.max(deadline, now + 1);
    const snapshot = { broadcast, meeting: MEETING, siblings: [], pausedUntil: 0, pauses: [], leaseHeld: false, now };
    const decision = onDeadline(snapshot, rules(webhooksOn), 'worker:w');
    if (!decision) continue;
    const at = (now - T0) / 1_000;
    found.push(...eventsOf(broadcast, decision, now).map((event) => ({ at, event })));
    broadcast = decision.next;
  }
  return found.filter(({ event }) => event.type.startsWith('alert.'));
}

const named = (found: ReturnType<typeof raised>) => found.map(({ at, event }) => [event.type, Math.floor(at)]);
const plan = { kind: 'meeting' as const, startIn: 0, lasts: 600_000, window: null, destination: false };
const scheduled = { ...broadcastOf(plan, 'b1'), title: 'Sunday' };
const live: Broadcast = { ...scheduled, status: 'live', startedAt: T0 };

describe('alerts of rule 13', () => {
  it('a start that never left: late_start after 30 s, missed when its window closes, each once', () => {
    expect(named(raised(scheduled))).toEqual([
      ['alert.late_start', 30],
      ['alert.missed', 601],
    ]);
  });

  it('a start that was not confirmed: unconfirmed after 60 s, once; a stop that never left: late_stop, once', () => {
    expect(named(raised({ ...live, stopAt: T0 + 600_000 }))).toEqual([
      ['alert.unconfirmed', 60],
      ['alert.late_stop', 660],
    ]);
  });

  it('no unconfirmed for a webinar, without webhooks, or for a confirmed one', () => {
    const open = { ...live, stopAt: null };
    expect(named(raised(open))).toEqual([['alert.unconfirmed', 60]]);
    expect(raised({ ...open, kind: 'webinar' })).toEqual([]);
    expect(raised(open, false)).toEqual([]);
    expect(raised({ ...open, confirmed: true })).toEqual([]);
  });

  it('names the broadcast, as the API shows it, and says what happened', () => {
    for (const { event } of [...raised(scheduled), ...raised(live)]) {
      expect(event.data).toMatchObject({ id: 'b1', broadcastId: 'b1', meetingId: '68423085', title: 'Sunday' });
      expect(event.data['message']).toEqual(expect.stringMatching(/\w+ \w+/));
      expect(event.data).not.toHaveProperty('fence');
      expect(event.data).not.toHaveProperty('inFlight');
    }
  });
});

describe('the check of a deadline', () => {
  const decide = (more: Partial<Broadcast>, now: number, pauses: Pause[] = [PAUSE]) => {
    const broadcast = { ...scheduled, ...more };
    const snapshot = { broadcast, meeting: MEETING, siblings: [], pausedUntil: 0, pauses, leaseHeld: false, now };
    return onDeadline(snapshot, rules(true), 'worker:w');
  };
  const PAUSE: Pause = {
    ...{ id: 'pa_1', scope: { all: true }, covers: 'all', since: T0 - 9, until: null, note: null, by: 'x' },
  };

  it('holds a start back under a pause once it is due, not before, with a job of a new id', () => {
    expect(decide({}, T0 - 1)).toBeNull();
    expect(decide({ wake: 4 }, T0)?.next).toMatchObject({ held: { pauseId: 'pa_1' }, wake: 5 });
  });

  it('changes nothing that is over, although an answer is missing', () => {
    const inFlight = { request: 'start' as const, fence: 'f', worker: 'w', at: T0 };
    const over = { status: 'failed' as const, inFlight };
    expect(decide(over, T0 + 600_000, [])).toBeNull();
    expect(nextDeadline({ ...scheduled, ...over }, T0, rules(true))).toBeNull();
    expect(decide({ ...over, status: 'starting' }, T0 + 600_000, [])).not.toBeNull();
  });
});
