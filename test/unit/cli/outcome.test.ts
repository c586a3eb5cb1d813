import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { aBroadcast, type FakeApi, problem, startFakeApi } from '../../support/fake-api.ts';
import { clockAt, NOON, run } from '../../support/fake-terminal.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await startFakeApi();
  api.broadcasts.set('b1', aBroadcast());
});
afterEach(() => api.stop());

const cli = (argv: string[], clock?: Clock) =>
  run(argv, { env: { LIVESTREAM_API_URL: api.url }, ...(clock ? { clock } : {}) });
type Change = Parameters<typeof aBroadcast>[0];
/** The answer to the command, then what the broadcast becomes. */
const becomes = (...changes: Change[]) =>
  api.next.push(...changes.map((change) => ({ status: 200, body: aBroadcast(change) })));
/** A clock that sleeps in no time. */
const sleeping = (): Clock => {
  let now = NOON;
  return {
    ...clockAt(NOON),
    now: () => now,
    sleepUntil: async (at) => {
      now = Math.max(now, at);
    },
  };
};

/** `start` and `retry` look first; there is nothing to ask about one that is on air. */
const looksFirst = () => becomes({ status: 'live' });

const FAILED = { status: 'failed', reason: 'scopes_missing: Zoom 400/4711' } as const;

describe('a command waits for what becomes of it', () => {
  it.each([
    ['start', ['start', 'b1'], [{ status: 'scheduled' }, { status: 'starting' }, FAILED], 7, 'failed  scopes_missing'],
    ['start', ['start', 'b1'], [{ status: 'starting' }, { status: 'live' }], 0, 'live  stops in'],
    ['start', ['start', 'b1'], [{ status: 'starting' }, { status: 'waiting' }], 8, 'as soon as the host starts'],
    ['retry', ['retry', 'b1'], [{ status: 'scheduled' }, FAILED], 7, 'Once that is fixed: livestream retry b1'],
    [
      'retry',
      ['retry', 'b1'],
      [{ status: 'scheduled' }, { status: 'missed', reason: 'too late' }],
      7,
      'missed  too late',
    ],
    ['stop', ['stop', 'b1'], [{ status: 'stopping' }, { status: 'ended' }], 0, 'b1  ended'],
    ['stop', ['stop', 'b1'], [{ status: 'stopping' }, FAILED], 7, 'failed  scopes_missing'],
    ['cancel', ['cancel', 'b1'], [{ status: 'live' }, { status: 'stopping' }, { status: 'ended' }], 0, 'b1  ended'],
    ['cancel', ['cancel', 'b1'], [{ status: 'live' }, { status: 'stopping' }, FAILED], 7, 'failed  scopes_missing'],
    ['schedule', ['schedule', '1', '--start', 'now'], [{ status: 'scheduled' }, FAILED], 7, 'failed  scopes_missing'],
    [
      'schedule',
      ['schedule', '1', '--start', 'now'],
      [{ status: 'scheduled' }, { status: 'live' }],
      0,
      'live  stops in',
    ],
  ] as const)('%s %j %j: exit code %i'.replace(' %j %j', ''), async (_name, argv, changes, exitCode, text) => {
    if (argv[0] === 'start' || argv[0] === 'retry') looksFirst();
    becomes(...changes);
    const { code, stdout } = await cli([...argv]);
    expect(code).toBe(exitCode);
    expect(stdout).toContain(text);
    expect(api.next).toEqual([]);
  });

  it('at most 20 s, and then says what is still to come', async () => {
    api.broadcasts.set('b1', aBroadcast({ status: 'starting' }));
    looksFirst();
    becomes({ status: 'starting' });
    const clock = sleeping();
    const { code, stdout } = await cli(['start', 'b1'], clock);
    expect([code, clock.now() - NOON]).toEqual([8, 20_000]);
    expect(stdout).toContain('Not done yet');
    looksFirst();
    becomes({ status: 'starting', nextAttemptAt: new Date(clock.now() + 28_000).toISOString() });
    const held = await cli(['start', 'b1'], clock);
    expect([held.code, clock.now() - NOON]).toEqual([8, 20_000]);
    expect(held.stdout).toContain('the next attempt is in 28 s');
  });

  it('with a worker that does not come says what to check', async () => {
    api.broadcasts.set('b1', aBroadcast());
    looksFirst();
    becomes({ status: 'scheduled' });
    const { code, stdout } = await cli(['retry', 'b1'], sleeping());
    expect([code, stdout]).toEqual([8, expect.stringContaining('livestream status')]);
  });

  it('gives a worker time to try one that was waiting before', async () => {
    looksFirst();
    becomes({ status: 'waiting' }, { status: 'waiting' }, { status: 'live' });
    expect((await cli(['start', 'b1'])).code).toBe(0);
  });

  it('not with --no-wait, and not after a refusal', async () => {
    for (const argv of [
      ['start', 'b1'],
      ['schedule', '1', '--start', 'now'],
    ]) {
      if (argv[0] === 'start') looksFirst();
      becomes({ status: 'scheduled' });
      expect((await cli([...argv, '--no-wait'])).code).toBe(0);
    }
    api.next.push(problem(409, 'not_live', 'Not live'));
    expect((await cli(['stop', 'b1'])).code).toBe(4);
    expect(api.seen).toHaveLength(4);
  });

  it('survives an API that is away for a moment, and gives machines the last state', async () => {
    looksFirst();
    becomes({ status: 'scheduled' });
    api.next.push('hang up', 'hang up');
    becomes(FAILED);
    const { code, stdout } = await cli(['retry', 'b1', '--json']);
    expect([code, JSON.parse(stdout).status]).toEqual([7, 'failed']);
  });

  it('says that the connection was lost when the API ends during the wait', async () => {
    looksFirst();
    becomes({ status: 'starting', nextAttemptAt: new Date(NOON + 5_000).toISOString() });
    api.next.push(...Array.from({ length: 200 }, () => 'hang up' as const));
    const { code, stdout, stderr } = await cli(['start', 'b1'], sleeping());
    expect(code).toBe(8);
    expect(stderr).toMatch(/connection to the API was lost: b1 was starting[\s\S]*livestream show b1/);
    expect(stdout).not.toContain('ago');
  });

  it('for several at once; the first that is not done decides', async () => {
    api.broadcasts.set('b2', aBroadcast({ id: 'b2' }));
    const { code, stdout } = await cli(['stop', 'b1', 'b2']);
    expect([code, stdout]).toEqual([0, 'b1  ended\nb2  ended\n']);
  });
});
