import { describe, expect, it } from 'vitest';
import type { LivestreamError } from '../../../src/errors.ts';
import { problemOf } from '../../../src/http/problem.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { CONTEXT } from './inputs.ts';

function errorOf(input: object): LivestreamError {
  try {
    parseNewBroadcast({ meetingId: '1', ...input }, CONTEXT);
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
  ])('has the code %s for %j', (code, input) => {
    expect(errorOf(input).errors[0]?.code).toBe(code);
  });

  it('shows no code in the API', () => {
    expect(problemOf(errorOf({ startAt: '2027-03-14T12:00' }))['errors']).toEqual([
      { path: 'startAt', message: expect.stringContaining('timezone') },
    ]);
  });
});
