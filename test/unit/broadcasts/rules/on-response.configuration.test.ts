import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  CHECK_FIRST,
  change,
  configuring,
  LIMITED,
  live,
  pause,
  REFUSED,
  STARTED,
  stepOf,
  UNAUTHORIZED,
  UNAVAILABLE,
  until,
} from '../../../support/rules/scenario.ts';

/** The answers to the configuration and to a change of view (`onAnswer`). Survivors of Stryker once. */

const get = (world: World) => world.get('bc_1');

/** A change of view is under way. */
function changing(): World {
  const world = live();
  until(world, 20_000);
  change(world, { settings: { layout: 'speaker_view' } });
  world.wake('bc_1', 'start', STARTED);
  return world;
}

describe('the configuration', () => {
  it('that is written before the due moment plans nothing: the start has its own', () => {
    const world = configuring();
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'scheduled', configured: true, nextAttemptAt: null, faults: 0 });
  });

  it('that is written late is followed by the start at once', () => {
    const world = configuring(12_000);
    answer(world, UNAVAILABLE);
    until(world, 13_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 13_200);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 13_200, faults: 0 });
    expect(stepOf(world, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('that is refused fails', () => {
    const world = configuring();
    answer(world, REFUSED);
    expect(get(world).status).toBe('failed');
  });
});

describe('a change of view', () => {
  it('that is accepted is done', () => {
    const world = changing();
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null, warnings: [] });
  });

  it('that is refused is a warning and takes nothing off air', () => {
    for (const [result, message] of [
      [REFUSED, 'Do something.'],
      [CHECK_FIRST, 'Do something.'],
      [{ kind: 'not_started' }, 'the meeting is not running'],
    ] as [Outcome, string][]) {
      const world = changing();
      answer(world, result);
      expect(get(world)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null });
      expect(get(world).warnings).toEqual([
        expect.objectContaining({ code: 'mode_refused', message: expect.stringContaining(message) }),
      ]);
    }
  });

  it('waits for the account, and is tried again after passing faults, with a growing backoff', () => {
    const world = changing();
    answer(world, pause('second', 25_000));
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 25_000, modeWanted: { layout: 'speaker_view' } });
    until(world, 25_000);
    for (const [result, gap] of [
      [UNAVAILABLE, 550],
      [LIMITED, 1_050],
      [{ kind: 'withdrawn' }, 0],
    ] as [Outcome, number][]) {
      world.wake('bc_1', 'start', STARTED);
      answer(world, result);
      expect(get(world)).toMatchObject({ nextAttemptAt: world.now + gap, tokenRenewed: false });
      world.pass(gap);
    }
    expect(world.meeting.gateUntil).toBe(0);
  });

  it('renews the token once, and is tried on with backoff when the new one is refused', () => {
    const world = changing();
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ tokenRenewed: true, modeWanted: { layout: 'speaker_view' } });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'live', modeWanted: { layout: 'speaker_view' }, faults: 1 });
    expect(get(world).nextAttemptAt).toBe(world.now + 550);
    expect(get(world).warnings).toHaveLength(0);
  });

  it('is forgotten when a person stops the broadcast meanwhile', () => {
    const world = changing();
    happen(world, { do: 'command', which: 0, name: 'stop' });
    world.pass(1_000);
    answer(world, UNAVAILABLE);
    expect(get(world)).toMatchObject({ status: 'stopping', modeWanted: null, nextAttemptAt: T0 + 20_000 });
  });
});
