import { describe, expect, it } from 'vitest';
import type { Broadcast, InFlight } from '../../../../src/broadcasts/broadcast.ts';
import type { Step } from '../../../../src/broadcasts/decision.ts';
import { onClaim } from '../../../../src/broadcasts/rules/on-claim.ts';
import { T0 } from '../../../proof/model/model.ts';
import { PLAN, scheduled } from '../../../support/rules/scenario.ts';

/** What is written when a worker takes a request on, right before it leaves (`onClaim`). */

type Request = Extract<Step, { do: 'send' }>['request'];
const STOP = T0 + PLAN.startIn + 120_000;

function claimed(request: Request, more: Partial<Broadcast>, due = T0) {
  const snapshot = scheduled().snapshot('bc_1');
  const inFlight: InFlight = { request, fence: 'f1', worker: 'w1', at: T0 + 5 };
  return onClaim(
    { ...snapshot, broadcast: { ...snapshot.broadcast, ...more } },
    { do: 'send', request, due },
    inFlight,
  );
}

describe('a claimed request', () => {
  it.each<[Request, Partial<Broadcast>, Broadcast['status']]>([
    ['start', { status: 'scheduled' }, 'starting'],
    ['start', { status: 'waiting' }, 'starting'],
    ['start', { status: 'live', restartWanted: true }, 'live'],
    ['configure', { status: 'scheduled' }, 'scheduled'],
    ['mode', { status: 'live' }, 'live'],
    ['stop', { status: 'live' }, 'stopping'],
    ['stop', { status: 'stopping' }, 'stopping'],
  ])('%s of %o makes it %s', (request, more, status) => {
    const { next, history } = claimed(request, more);
    expect(next.status).toBe(status);
    expect(next.inFlight).toEqual({
      request,
      fence: 'f1',
      worker: 'w1',
      at: T0 + 5,
      ...(request === 'mode' && { mode: {} }),
    });
    expect(history.map(({ at, by, from, to }) => ({ at, by, from, to }))).toEqual(
      status === more.status ? [] : [{ at: T0 + 5, by: 'worker:w1', from: more.status, to: status }],
    );
  });

  it('for a stop is due at the stop time, keeps its job, and says why', () => {
    const planned = claimed('stop', { status: 'live', wake: 3 }, T0 + 1);
    expect(planned.next).toMatchObject({ stopDueAt: STOP, wake: 3, reason: 'stop time', stopReason: 'stop time' });
    expect(claimed('stop', { status: 'live', stopAt: null }, T0 + 1).next.stopDueAt).toBe(T0 + 1);
  });

  it('for a stop that is repeated keeps the reason and the moment that it was due', () => {
    const asked = { status: 'stopping' as const, stopDueAt: T0 - 9, stopReason: 'asked', reason: 'asked' };
    expect(claimed('stop', asked).next).toMatchObject(asked);
  });

  it('for a change of layout remembers what it asks for', () => {
    const modeWanted = { layout: 'gallery_view' as const };
    expect(claimed('mode', { status: 'live', modeWanted }).next.inFlight?.mode).toEqual(modeWanted);
    expect(claimed('start', { modeWanted }).next.inFlight).not.toHaveProperty('mode');
  });
});
