import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import type { Alert, AlertCode } from '../../../../src/broadcasts/decision.ts';
import { alertRecords, causesOf, forScript, resolvedCauses } from '../../../../src/broadcasts/rules/alert-records.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';
import { PLAN } from '../../../support/rules/scenario.ts';

/** Alerts as they are stored, and what resolves them. */

const broadcast = (more: Partial<Broadcast> = {}): Broadcast => ({ ...broadcastOf(PLAN, 'bc_1'), ...more });
const alert = (code: AlertCode, more: Partial<Alert> = {}): Alert => ({ code, message: 'what happened', ...more });
const record = (of: Partial<Broadcast>, what: Alert, now = T0) => {
  const [only] = alertRecords(broadcast(of), [what], now);
  if (!only) throw new Error('no record');
  return only;
};
const CODES: AlertCode[] = ['late_start', 'unconfirmed', 'late_stop', 'missed', 'failed', 'preflight', 'daily_limit'];

describe('the record of an alert', () => {
  it('holds its code, its cause, its moment and what never changes', () => {
    expect(record({ labels: { place: 'hall' } }, alert('late_stop', { advice: 'Act.' }))).toStrictEqual({
      id: expect.stringMatching(/^al_[0-9a-f]{16}$/),
      code: 'late_stop',
      cause: 'broadcast:bc_1:late_stop',
      at: T0,
      data: {
        ...{ code: 'late_stop', broadcastId: 'bc_1', account: 'default', labels: { place: 'hall' } },
        ...{ message: 'meeting 68423085: what happened', advice: 'Act.' },
      },
    });
  });

  it('names the broadcast, unless its message does', () => {
    const message = (title: string | null, text: string) =>
      record({ title }, alert('missed', { message: text })).data.message;
    expect(message(null, 'null is lost')).toBe('meeting 68423085: null is lost');
    expect(message(null, 'meeting 68423085 is lost')).toBe('meeting 68423085 is lost');
    expect(message('Sunday', 'Sunday is lost')).toBe('Sunday is lost');
    expect(message('Sunday', 'it is lost')).toBe('"Sunday" (meeting 68423085): it is lost');
  });

  it('has the same id for the same version, and another for another version or cause', () => {
    const id = (version: number, code: AlertCode) => record({ version }, alert(code)).id;
    expect(id(1, 'missed')).toBe(id(1, 'missed'));
    expect(new Set([id(1, 'missed'), id(2, 'missed'), id(1, 'failed')]).size).toBe(3);
  });

  it('of a daily limit concerns the account, until the end of the day', () => {
    const { cause, until } = record({}, alert('daily_limit', { resolvesAt: T0 + 9 }));
    expect({ cause, until }).toEqual({ cause: 'account:default:daily_limit', until: T0 + 9 });
  });

  it('keeps its data as text for the scripts', () => {
    expect(forScript({ id: 'al_1', data: record({}, alert('missed')).data })).toEqual({
      id: 'al_1',
      data: JSON.stringify(record({}, alert('missed')).data),
    });
  });

  it('is over at once when its state has passed already', () => {
    const over = (of: Partial<Broadcast>) => CODES.filter((code) => record(of, alert(code)).resolved);
    const ALL_OPEN = ['missed', 'failed'];
    expect(over({})).toEqual(ALL_OPEN);
    expect(over({ status: 'starting' })).toEqual(ALL_OPEN);
    expect(over({ status: 'live' })).toEqual(['late_start', 'missed', 'failed', 'preflight']);
    expect(over({ status: 'stopping' })).toEqual(['late_start', 'missed', 'failed', 'preflight']);
    expect(over({ status: 'live', confirmed: true })).toEqual([
      'late_start',
      'unconfirmed',
      'missed',
      'failed',
      'preflight',
    ]);
    const ended = ['late_start', 'unconfirmed', 'late_stop', 'missed', 'failed', 'preflight'];
    expect(over({ status: 'ended' })).toEqual(ended);
    expect(over({ status: 'missed' })).toEqual(ended.filter((code) => code !== 'missed'));
    expect(over({ status: 'failed' })).toEqual(ended.filter((code) => code !== 'failed'));
  });
});

describe('the advice of an alert', () => {
  const advice = (code: AlertCode, of: Partial<Broadcast> = {}, now = T0) => record(of, alert(code), now).data.advice;
  const AFTER = T0 + 10_001;
  const FIX = 'Fix the problem in the message. ';
  const STOP = '2026-12-06T14:02:10.000Z';
  const later = `; after ${STOP}: livestream reschedule bc_1 --start now`;
  const gone = 'meeting_not_found: the meeting was deleted';

  it.each<[string, AlertCode, RegExp]>([
    ['of a late start', 'late_start', /what it is waiting for: livestream show bc_1 --history$/],
    ['of an unconfirmed start', 'unconfirmed', /^Check whether the stream is on.*livestream show bc_1 --history$/],
    ['of a late stop', 'late_stop', /^End the live stream.*keeps trying.*livestream show bc_1 --history$/],
    ['of a preflight', 'preflight', /^Fix the problem.*livestream preflight bc_1$/],
    ['of a daily limit', 'daily_limit', /UTC day ends/],
  ])('%s says what to do', (_, code, words) => {
    expect(advice(code)).toMatch(words);
  });

  it.each<[string, Partial<Broadcast>, number, string]>([
    [
      'puts a missed one on air, and says how after its stop',
      { status: 'missed' },
      AFTER,
      `To put it on air now: livestream retry bc_1${later}`,
    ],
    [
      'names no later command without a stop',
      { status: 'missed', stopAt: null },
      AFTER,
      'To put it on air now: livestream retry bc_1',
    ],
    [
      'reschedules a missed one whose stop has passed',
      { status: 'missed' },
      T0 + 200_000,
      'To put it on air now: livestream reschedule bc_1 --start now',
    ],
    [
      'asks to fix a failed one first',
      { status: 'failed', reason: 'refused: no' },
      AFTER,
      `${FIX}To put it on air now: livestream retry bc_1${later}`,
    ],
    [
      'asks so when no reason is known',
      { status: 'failed', reason: null },
      AFTER,
      `${FIX}To put it on air now: livestream retry bc_1${later}`,
    ],
    [
      'does not ask so when the reason names the command',
      { status: 'failed', reason: 'no: livestream retry bc_1' },
      AFTER,
      `To put it on air now: livestream retry bc_1${later}`,
    ],
    [
      'keeps a time that is still ahead',
      { status: 'failed', reason: gone },
      T0,
      `${FIX}To schedule it again: livestream reschedule bc_1 --meeting NUMBER --start 2026-12-06T14:00:10.000Z; after 2026-12-06T14:00:10.000Z: livestream reschedule bc_1 --meeting NUMBER --start now`,
    ],
    [
      'sends people to Zoom when a stop failed',
      { status: 'failed', startedAt: T0 },
      AFTER,
      "End the live stream in the Zoom client. For Zoom's answers: livestream show bc_1 --history",
    ],
  ])('%s', (_, of, now, words) => {
    expect(advice('failed', of, now)).toBe(words);
    expect(advice('missed', of, now)).toBe(words);
  });
});

describe('a cause', () => {
  it('is kept for each alert that names a broadcast, for its removal', () => {
    const causes = causesOf({ id: 'bc_1' });
    expect(causes).toContain('broadcast:bc_1:late_start');
    expect(causes).not.toContain('broadcast:bc_1:daily_limit');
    expect(causes).toHaveLength(10);
  });

  const resolved = (before: Partial<Broadcast> | null, next: Partial<Broadcast>, raised: AlertCode[] = []) =>
    resolvedCauses(before && broadcast(before), { next: broadcast(next), alerts: raised.map((code) => alert(code)) });

  it.each<[string, Partial<Broadcast> | null, Partial<Broadcast>, AlertCode[], string[]]>([
    ['nothing for a new broadcast', null, { status: 'live' }, [], []],
    ['nothing that was never raised', { status: 'starting' }, { status: 'live' }, [], []],
    [
      'a late start that went live',
      { status: 'starting', alerted: ['late_start'] },
      { status: 'live', alerted: ['late_start'] },
      [],
      ['late_start'],
    ],
    [
      'nothing while it is still starting',
      { alerted: ['late_start'] },
      { status: 'starting', alerted: ['late_start'] },
      [],
      [],
    ],
    ['nothing twice', { status: 'live', alerted: ['late_start'] }, { status: 'live', alerted: ['late_start'] }, [], []],
    ['what a new plan forgets', { alerted: ['late_start'] }, { alerted: [] }, [], ['late_start']],
    ['what is raised again', { alerted: ['preflight'] }, { alerted: ['preflight'] }, ['preflight'], ['preflight']],
    [
      'nothing for an alert of another code',
      { alerted: ['preflight'] },
      { alerted: ['preflight', 'late_start'] },
      ['late_start'],
      [],
    ],
    ['no daily limit: it is over when its day is', { alerted: ['daily_limit'] }, { alerted: [] }, [], []],
    [
      'a missed one that is rescheduled',
      { status: 'missed', alerted: ['missed'] },
      { alerted: ['missed'] },
      [],
      ['missed'],
    ],
  ])('resolves %s', (_, before, next, raised, codes) => {
    expect(resolved(before, next, raised)).toEqual(codes.map((code) => `broadcast:bc_1:${code}`));
  });
});
