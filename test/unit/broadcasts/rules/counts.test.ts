import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../../src/broadcasts/broadcast.ts';
import { countsOf } from '../../../../src/broadcasts/rules/counts.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';
import { PLAN } from '../../../support/rules/scenario.ts';

/** What a step adds to the counters of the installation (`countsOf`). */

const broadcast = (more: Partial<Broadcast> = {}): Broadcast => ({ ...broadcastOf(PLAN, 'bc_1'), ...more });
const HELD = { held: { pauseId: 'pa_1', note: null, since: 0 } };

describe('a step counts', () => {
  it.each<[string, Partial<Broadcast>, string[]]>([
    ['nothing while the plan is open', {}, []],
    ['an end, by kind and status', { status: 'missed', kind: 'webinar' }, ['ended:webinar:missed']],
    ['a wait for the start gate', { lookFirst: 'after_429' }, ['wait:gate']],
    ['no wait for another check of the meeting', { lookFirst: 'poll' }, []],
    ['a wait for the host', { status: 'waiting' }, ['wait:host']],
    ['a wait for a pause', HELD, ['wait:pause']],
    [
      'each wait of its own',
      { lookFirst: 'after_429', status: 'waiting', ...HELD },
      ['gate', 'host', 'pause'].map((why) => `wait:${why}`),
    ],
  ])('%s', (_, more, counts) => {
    expect(countsOf(broadcast(), broadcast(more))).toEqual(counts);
    expect(countsOf(null, broadcast(more))).toEqual(counts);
    expect(countsOf(broadcast(more), broadcast(more))).toEqual([]);
  });
});
