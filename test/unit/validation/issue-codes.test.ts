import { describe, expect, it } from 'vitest';
import { LivestreamError } from '../../../src/errors.ts';
import { problemOf } from '../../../src/http/problem.ts';
import { accountCheck } from '../../../src/validation/account-check.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { CONTEXT } from './inputs.ts';

const east = (account: string | null): string => {
  if (account === null) throw new LivestreamError('account_required', 'Any words.');
  if (account !== 'east') throw new LivestreamError('validation_failed', 'Any words.');
  return account;
};
const accountIssue = accountCheck({ resolve: east as never, names: () => ['east'] });

function errorOf(input: object): LivestreamError {
  try {
    parseNewBroadcast({ meetingId: '1', ...input }, { ...CONTEXT, accountIssue });
  } catch (error) {
    return error as LivestreamError;
  }
  throw new Error('nothing was refused');
}

describe('an issue that code must tell from others', () => {
  it.each([
    ['in_past', { startAt: '2026-01-01T10:00:00Z' }],
    ['clock_change', { startAt: '2027-03-14T02:30', timezone: 'America/New_York' }],
    ['clock_change', { startAt: '2027-11-07T01:30', timezone: 'America/New_York' }],
    ['timezone_missing', { startAt: '2027-03-14T12:00' }],
    ['unknown_field', { startAt: 'now', colour: 'red' }],
    ['read_only', { startAt: 'now', status: 'live' }],
    ['account_required', { startAt: 'now' }],
    ['account_unknown', { startAt: 'now', account: 'west' }],
    ['invalid', { startAt: 'now', title: 5 }],
  ])('has the code %s for %j', (code, input) => {
    const about = errorOf({ account: 'east', ...input, ...(code === 'account_required' && { account: undefined }) });
    expect(about.errors.map((issue) => issue.code)).toEqual([code]);
    expect(about.code).toBe(code === 'account_required' ? code : 'validation_failed');
  });

  it('does not make another issue a missing account', () => {
    expect(errorOf({ startAt: 'now', title: 5 })).toMatchObject({ code: 'validation_failed' });
  });

  it('shows no code in the API', () => {
    expect(problemOf(errorOf({ account: 'east', startAt: '2027-03-14T12:00' }))['errors']).toEqual([
      { path: 'startAt', message: expect.stringContaining('timezone') },
    ]);
  });
});
