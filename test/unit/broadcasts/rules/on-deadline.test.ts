import { describe, expect, it } from 'vitest';
import { nextDeadline } from '../../../../src/broadcasts/rules/on-deadline.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import { ACCEPTED, answer, event, NO_ANSWER, PLAN, STARTED, story, until } from '../../../support/rules/scenario.ts';

/** To the millisecond: when a deadline is due though no job runs, and what is reported then (rule 13). */

function live(webhooks: boolean, more: Parameters<typeof story>[0] = {}): World {
  const world = story(more, webhooks);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, ACCEPTED);
  return world;
}

const deadline = (world: World) => {
  const at = nextDeadline(world.get('bc_1'), world.now, world.rules);
  return at === null ? null : at - T0;
};

/** What is told at this moment, ms after T0, and not a millisecond before. */
function toldAt(world: World, ms: number, code: string): void {
  expect(deadline(world)).toBe(ms);
  until(world, ms - 1);
  world.deadline('bc_1');
  expect(world.get('bc_1').alerted).not.toContain(code);
  until(world, ms);
  world.deadline('bc_1');
  expect(world.get('bc_1').alerted).toContain(code);
  expect(deadline(world)).not.toBe(ms);
}

describe('told at its deadline, once', () => {
  it('a start 30 s late', () => toldAt(story(), 40_000, 'late_start'));

  it('a start not confirmed within 60 s, where webhooks are on', () => toldAt(live(true), 70_000, 'unconfirmed'));

  it('a stop 60 s late, of one that is live', () => toldAt(live(false), 190_000, 'late_stop'));

  it('a stop 60 s late, of one that a person has stopped', () => {
    const world = live(false);
    until(world, 50_000);
    happen(world, { do: 'command', which: 0, name: 'stop' });
    toldAt(world, 110_000, 'late_stop');
  });
});

describe('no deadline', () => {
  it('for the confirmation of one that Zoom has confirmed, of a webinar, or without webhooks', () => {
    const confirmed = live(true);
    event(confirmed, 'stream_started', 'u1');
    expect(confirmed.get('bc_1').confirmed).toBe(true);
    const stopping = live(true);
    until(stopping, 20_000);
    happen(stopping, { do: 'command', which: 0, name: 'stop' });
    expect(deadline(stopping)).toBe(80_000);
    for (const world of [confirmed, live(true, { kind: 'webinar' }), live(false)])
      expect(deadline(world)).toBe(190_000);
  });

  it('of one that is live without a stop time, or at its end', () => {
    expect(deadline(live(false, { lasts: null }))).toBeNull();
    const world = live(false);
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, ACCEPTED);
    expect(world.get('bc_1').status).toBe('ended');
    expect(deadline(world)).toBeNull();
  });
});

describe('a request in flight', () => {
  it('is not given up within 5 s of its claim, though its worker shows no heartbeat', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    world.loseLease(world.flights[0] as never, true);
    until(world, 14_999);
    world.deadline('bc_1');
    expect(world.get('bc_1').inFlight).not.toBeNull();
    until(world, 15_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').inFlight).toBeNull();
  });

  it('of a start is no late stop, however long it takes', () => {
    const world = story();
    until(world, 129_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 200_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').alerted).toEqual(['late_start']);
    const { version } = world.get('bc_1');
    world.deadline('bc_1');
    expect(world.get('bc_1').version).toBe(version);
  });

  it('is looked at when its lease may have ended, and given up only when it has', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    expect(deadline(world)).toBe(15_000);
    until(world, 15_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').inFlight).not.toBeNull();
    world.loseLease(world.flights[0] as never, true);
    const { wake: timer } = world.get('bc_1');
    world.deadline('bc_1');
    expect(world.get('bc_1')).toMatchObject({ inFlight: null, unknownStarts: 1, wake: timer + 1 });
  });
});

describe('a window that has closed', () => {
  it('leaves the job a second, then the deadline ends it', () => {
    const world = story({ window: 20_000 });
    until(world, 30_999);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('scheduled');
    until(world, 31_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('missed');
  });

  it('is the next deadline, a second at least from now when a request is under way', () => {
    const world = story({ window: 20_000 });
    until(world, 40_000);
    world.broadcasts.set('bc_1', { ...world.get('bc_1'), alerted: ['late_start'] });
    expect(nextDeadline(world.get('bc_1'), T0 + 10_000, world.rules)).toBe(T0 + 31_000);
    expect(deadline(world)).toBe(41_000);
    const held = story();
    until(held, 10_000);
    held.wake('bc_1', 'start', STARTED);
    until(held, 20_000);
    expect(deadline(held)).toBe(21_000);
  });

  it('waits for the stop time to its very millisecond when a start may have worked', () => {
    const world = story({ window: 20_000 });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    until(world, 130_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('stopping');
  });

  it('waits for the stop time when a start may have worked', () => {
    const world = story({ window: 20_000 });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    until(world, 129_999);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('starting');
    until(world, 131_000);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('stopping');
  });
});

describe('a successor on the same meeting', () => {
  it('waits until the one before it is off air, and looks again every tenth of a second at first', () => {
    const world = live(false);
    world.add(broadcastOf({ ...PLAN, startIn: 130_000 }, 'bc_2'));
    until(world, 130_000);
    expect(world.wake('bc_2', 'start', STARTED)).toBe('wait');
    world.wake('bc_1', 'stop', STARTED);
    expect(world.wake('bc_2', 'start', STARTED)).toBe('wait');
    expect(world.story.at(-1)).toContain('waiting for bc_1 to stop');
    answer(world, ACCEPTED);
    expect(world.wake('bc_2', 'start', STARTED)).toBe('send');
  });
});

describe('a stop', () => {
  const due = () => {
    const world = live(false);
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    return world;
  };

  it('that Zoom answers with "not started" has nothing to stop', () => {
    const world = due();
    answer(world, { kind: 'not_started' });
    expect(world.get('bc_1').status).toBe('ended');
    expect(world.meeting).toMatchObject({ stream: 'off', streamAt: T0 + 130_000 });
  });

  it('that gets no answer is sent again', () => {
    const world = due();
    answer(world, NO_ANSWER);
    expect(world.get('bc_1').status).toBe('stopping');
    until(world, 200_000);
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
    answer(world, ACCEPTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'ended', inFlight: null, nextAttemptAt: null });
  });

  it('of a meeting that is gone has nothing to stop; one that is refused for good has failed', () => {
    const gone = due();
    answer(gone, { kind: 'refused', code: 'meeting_not_found', advice: 'Do something.' });
    expect(gone.get('bc_1')).toMatchObject({
      status: 'ended',
      reason: 'nothing to stop: the meeting no longer exists',
    });
    const refused = due();
    answer(refused, { kind: 'refused', code: 'no_permission', advice: 'Do something.' });
    expect(refused.get('bc_1')).toMatchObject({ status: 'failed', alerted: ['failed'] });
  });

  it('waits as long as a 429 says, and a second at least when its kind is unknown', () => {
    const account = due();
    answer(account, { kind: 'rate_limited', until: T0 + 140_000, scope: 'second' } as never);
    expect(account.get('bc_1').nextAttemptAt).toBe(T0 + 140_000);
    expect(account.wake('bc_1', 'stop', STARTED)).toBe('wait');
    const unknown = due();
    answer(unknown, { kind: 'start_limited', retryAfterMs: null });
    expect(unknown.get('bc_1')).toMatchObject({ nextAttemptAt: T0 + 131_000, faults: 1 });
  });

  it('is given up after 24 hours, and not before', () => {
    const world = due();
    answer(world, NO_ANSWER);
    until(world, 130_000 + 24 * 3_600_000 - 1);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, NO_ANSWER);
    expect(world.get('bc_1').status).toBe('stopping');
    until(world, 130_000 + 25 * 3_600_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, NO_ANSWER);
    expect(world.get('bc_1')).toMatchObject({ status: 'failed', reason: expect.stringContaining('24 hours') });
  });

  it('that is limited is given up after 24 hours to the millisecond, too', () => {
    for (const result of [
      { kind: 'rate_limited', scope: 'second', until: T0 + 200_000_000 },
      { kind: 'start_limited', retryAfterMs: null },
      NO_ANSWER,
    ] as const) {
      const world = due();
      answer(world, NO_ANSWER);
      until(world, 130_000 + 24 * 3_600_000);
      world.wake('bc_1', 'stop', STARTED);
      answer(world, result);
      expect(world.get('bc_1')).toMatchObject({ status: 'failed', nextAttemptAt: null });
    }
  });

  it('that was withdrawn is sent again at once', () => {
    const world = due();
    world.pass(200);
    answer(world, { kind: 'withdrawn' });
    expect(world.get('bc_1')).toMatchObject({ nextAttemptAt: T0 + 130_200, faults: 0, tokenRenewed: false });
    expect(world.get('bc_1').reason).toBe('stop time');
  });

  it('up to 60 s late is told to nobody, and is off air since its request left', () => {
    const world = live(false);
    until(world, 190_000);
    world.wake('bc_1', 'stop', STARTED);
    world.pass(400);
    answer(world, ACCEPTED);
    expect(world.get('bc_1')).toMatchObject({
      ...{ status: 'ended', stoppedAt: T0 + 190_000, stopLatenessMs: 60_000, alerted: [], reason: 'stop time' },
    });
  });

  it('more than 60 s late is told with its answer', () => {
    const world = live(false);
    until(world, 190_001);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, ACCEPTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'ended', stopLatenessMs: 60_001, alerted: ['late_stop'] });
    expect(world.meeting.stream).toBe('off');
  });
});

describe('a late start', () => {
  it('is reported once, by its deadline or by its answer', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'start_limited', retryAfterMs: null });
    until(world, 40_001);
    world.deadline('bc_1');
    expect(world.get('bc_1').alerted).toEqual(['late_start']);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    until(world, 41_000);
    answer(world, ACCEPTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'live', alerted: ['late_start'] });
  });
});
