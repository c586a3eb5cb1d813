import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newMeeting } from '../../../sandbox/meeting.ts';
import { connect, endMeeting, type MeetingRules, updateStatus } from '../../../sandbox/meeting-model.ts';

const rules: MeetingRules = {
  startRetryMs: 30_000,
  startWhileStreaming: 'accept',
  startedEventDelayMs: 1000,
  stoppedEventDelayMs: 300,
  webinarStreamEvents: false,
};
const call = (action: 'start' | 'stop') => ({ kind: 'meeting' as const, account: 'a', action, settings: {} });

describe('the meeting model', () => {
  it('never accepts two starts within the 30 seconds, whatever comes between', () => {
    const requests = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 40_000 }), action: fc.constantFrom('start', 'stop') }),
    );
    fc.assert(
      fc.property(requests, (sent) => {
        let meeting = newMeeting('123456789', 'u', 0);
        let now = 1_000_000;
        let lastStart = Number.NEGATIVE_INFINITY;
        for (const { gap, action } of sent) {
          now += gap;
          const step = updateStatus(meeting, call(action as 'start' | 'stop'), now, rules);
          meeting = step.meeting;
          if (action !== 'start') continue;
          expect(step.accepted).toBe(now - lastStart >= 30_000);
          expect(step.answer.status).toBe(step.accepted ? 204 : 429);
          lastStart = now;
        }
      }),
    );
  });

  it('does not connect a stream that was stopped meanwhile, and one that never connected ends without an event', () => {
    const started = updateStatus(newMeeting('123456789', 'u', 0), call('start'), 1000, rules);
    const stopped = updateStatus(started.meeting, call('stop'), 1500, rules);
    expect(stopped.effects).toEqual([]);
    const late = connect(stopped.meeting, started.meeting.streamSeq, 2000, rules);
    expect(late.effects).toEqual([]);
    expect(late.meeting.stream).toBe('off');
  });

  it('a running stream ends with its meeting, and both are reported', () => {
    const started = updateStatus(newMeeting('123456789', 'u', 0), call('start'), 1000, rules);
    const on = connect(started.meeting, started.meeting.streamSeq, 2000, rules);
    const ended = endMeeting(on.meeting, 3000, rules);
    expect(ended.meeting).toMatchObject({ state: 'ended', stream: 'off', since: null });
    const reported = ended.effects.map(
      (effect) => effect.type === 'event' && [effect.event, effect.at, effect.afterMs],
    );
    expect(reported).toEqual([
      ['meeting.live_streaming_stopped', 3000, 300],
      ['meeting.ended', 3000, 0],
    ]);
  });

  it('leaves the meeting it was given as it was', () => {
    const meeting = newMeeting('123456789', 'u', 0);
    const before = structuredClone(meeting);
    updateStatus(meeting, call('start'), 1000, rules);
    expect(meeting).toEqual(before);
  });
});
