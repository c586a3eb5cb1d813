import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { STOP_RETRY_FOR_MS } from '../../../../src/broadcasts/rules/stopping.ts';
import {
  askOthersUntil,
  onUnknownAccount,
  unknownAccountReason,
} from '../../../../src/broadcasts/rules/unknown-account.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf as planned } from '../../../proof/model/operations.ts';
import { PLAN } from '../../../support/rules/scenario.ts';

const broadcastOf = (fields: Partial<Broadcast>): Broadcast => ({ ...planned(PLAN, 'bc_1'), ...fields });
describe('a worker that does not know the account', () => {
  it('asks again soon at first and seldom when nobody takes it up', () => {
    expect(askOthersUntil(T0 + 1_000, T0)).toBe(T0 + 200);
    expect(askOthersUntil(T0 + 100, T0)).toBe(T0 + 100);
    expect(askOthersUntil(T0, T0)).toBe(T0 + 200);
    expect(askOthersUntil(T0, T0 + 4_000)).toBe(T0 + 5_000);
    expect(askOthersUntil(T0, T0 + 60_000)).toBe(T0 + 65_000);
  });

  it('says why it waits once two seconds are over, and once', () => {
    const due = broadcastOf({ status: 'scheduled', startAt: T0 });
    expect(onUnknownAccount(due, 'start', T0, T0 + 1_999, 'worker:w')).toBeNull();
    const decision = onUnknownAccount(due, 'start', T0, T0 + 2_000, 'worker:w') ?? expect.fail();
    expect(decision.next).toMatchObject({ status: 'scheduled', reason: unknownAccountReason('default') });
    expect(decision.history.map(({ type }) => type)).toEqual(['observed']);
    expect(onUnknownAccount(decision.next, 'start', T0, T0 + 9_000, 'worker:w')).toBeNull();
  });

  it('makes a stop that is due wanted, and gives it up after 24 h', () => {
    const live = broadcastOf({ status: 'live', startAt: T0, stopAt: T0 + 60_000, wake: 1 });
    const wanted = onUnknownAccount(live, 'stop', T0 + 60_000, T0 + 62_000, 'worker:w') ?? expect.fail();
    expect(wanted.next).toMatchObject({ status: 'stopping', stopDueAt: T0 + 60_000, wake: 1 });
    const end = T0 + 60_000 + STOP_RETRY_FOR_MS;
    expect(onUnknownAccount(wanted.next, 'stop', T0 + 60_000, end - 1, 'worker:w')).toBeNull();
    const given = onUnknownAccount(wanted.next, 'stop', T0 + 60_000, end, 'worker:w');
    expect(given?.next).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^stop_given_up: .*"default"/),
    });
    expect(given?.alerts).toHaveLength(1);
  });

  it('keeps a live one live whose start after a drop is due, and a stop as it was asked for', () => {
    const dropped = broadcastOf({ status: 'live', startAt: T0, restartWanted: true });
    expect(onUnknownAccount(dropped, 'start', T0, T0 + 2_000, 'w')?.next).toMatchObject({
      status: 'live',
      stopDueAt: null,
    });
    const asked = broadcastOf({ status: 'stopping', stopDueAt: T0 + 5_000, stopReason: 'asked' });
    expect(onUnknownAccount(asked, 'stop', T0 + 5_000, T0 + 7_000, 'w')?.next).toMatchObject({
      ...{ status: 'stopping', stopDueAt: T0 + 5_000, stopReason: 'asked' },
    });
  });
});
