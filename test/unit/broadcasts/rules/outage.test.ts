import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { OUTAGE_REASON, onOutage, reachOf } from '../../../../src/broadcasts/rules/outage.ts';
import type { ZoomResponse } from '../../../../src/broadcasts/rules/response.ts';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf as planned } from '../../../proof/model/operations.ts';
import { PLAN } from '../../../support/rules/scenario.ts';

const broadcastOf = (fields: Partial<Broadcast>): Broadcast => ({ ...planned(PLAN, 'bc_1'), ...fields });
const PATH = '/meetings/1/livestream/status';

function answered(
  result: Outcome,
  status: number | null = null,
  path = PATH,
  request: ZoomResponse['request'] = 'start',
  message: string | null = null,
) {
  const answer = status === null ? null : { status, code: null, message, trackingId: null };
  const exchange = { request: { method: 'PATCH', path }, answer, result, sentAt: T0, answeredAt: T0 };
  return { fence: 'f', request, exchange, knownRunningAt: 0 };
}

const TRANSIENT: Outcome = { kind: 'transient', reason: 'x', unknown: false };
const reach = (result: Outcome, status: number | null = null, renewed = false) =>
  reachOf(answered(result, status), renewed)?.up ?? null;

describe('what an answer shows about Zoom', () => {
  it('no answer, 5xx, a page and a 401 to a new token: it is away', () => {
    expect(reach(TRANSIENT)).toBe(false);
    expect(reach({ ...TRANSIENT, unknown: true })).toBe(false);
    for (const status of [500, 503]) expect(reach(TRANSIENT, status)).toBe(false);
    for (const status of [200, 403])
      expect(reachOf(answered(TRANSIENT, status, PATH, 'start', '<html>'), false)?.up).toBe(false);
    expect(reach({ kind: 'unauthorized' }, 401, true)).toBe(false);
  });

  it('any answer that is understood, also a refusal: it is there', () => {
    expect(reach({ kind: 'accepted' }, 204)).toBe(true);
    expect(reach({ kind: 'not_started' }, 400)).toBe(true);
    expect(reach({ kind: 'refused', code: 'refused', advice: '' }, 400)).toBe(true);
    expect(reach({ kind: 'start_limited', retryAfterMs: null }, 429)).toBe(true);
  });

  it('what never left, a first 401 and an answer nobody knows: nothing', () => {
    expect(reach({ kind: 'withdrawn' })).toBeNull();
    expect(reach({ kind: 'unauthorized' }, 401)).toBeNull();
    for (const status of [200, 302, 400, 499]) expect(reach(TRANSIENT, status)).toBeNull();
    expect(reach({ kind: 'refused', code: 'credentials_refused', advice: '' })).toBeNull();
    expect(reachOf(answered(TRANSIENT, null, ''), false)).toBeNull();
  });

  it('starts and stops are kept apart', () => {
    expect(reachOf(answered(TRANSIENT, 503, PATH, 'stop'), false)).toEqual({ class: 'stop', up: false });
    for (const request of ['start', 'configure', 'mode'] as const)
      expect(reachOf(answered(TRANSIENT, 503, PATH, request), false)).toEqual({ class: 'start', up: false });
  });
});

describe('a request that an outage holds up', () => {
  it('a start that is due shows it once, with its next moment inside the window', () => {
    const due = broadcastOf({ status: 'scheduled', startAt: T0 });
    const { next, history } = onOutage(due, 'start', T0 + 3_000, T0, 'worker:w') ?? expect.fail();
    expect(next).toMatchObject({ status: 'starting', reason: OUTAGE_REASON, nextAttemptAt: T0 + 3_000 });
    expect(history.map(({ to }) => to)).toEqual(['starting']);
    expect(onOutage(next, 'start', T0 + 6_000, T0 + 3_000, 'worker:w')).toBeNull();
    const late = onOutage(due, 'start', due.startBefore + 1, T0, 'worker:w');
    expect(late?.next.nextAttemptAt).toBe(due.startBefore);
    const waiting = onOutage({ ...due, status: 'waiting' }, 'start', T0 + 1, T0, 'worker:w');
    expect(waiting?.next.status).toBe('starting');
  });

  it('a configuration ahead of the due moment, a change of a live one and a stop under way show nothing', () => {
    const ahead = broadcastOf({ status: 'scheduled', startAt: T0 + 1 });
    expect(onOutage(ahead, 'configure', T0 + 3_000, T0, 'worker:w')).toBeNull();
    const live = broadcastOf({ status: 'live', startAt: T0 });
    expect(onOutage(live, 'mode', T0 + 3_000, T0, 'worker:w')).toBeNull();
    expect(onOutage({ ...live, status: 'stopping' }, 'stop', T0 + 3_000, T0, 'worker:w')).toBeNull();
  });

  it('a stop makes a live one stopping, due when it was planned, with the job it has', () => {
    const live = broadcastOf({ status: 'live', startAt: T0, stopAt: T0 + 60_000, wake: 2 });
    const decision = onOutage(live, 'stop', T0 + 63_000, T0 + 61_000, 'worker:w');
    expect(decision?.next).toMatchObject({
      ...{ status: 'stopping', reason: OUTAGE_REASON, stopReason: 'stop time' },
      ...{ stopDueAt: T0 + 60_000, nextAttemptAt: T0 + 60_000, wake: 2 },
    });
  });
});
