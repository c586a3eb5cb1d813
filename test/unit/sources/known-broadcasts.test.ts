import { expect, it } from 'vitest';
import { broadcastsOf } from '../../../src/sources/known-broadcasts.ts';
import { MAX_LENGTH_MS } from '../../../src/validation/max-length.ts';
import { parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { CONTEXT, issuesOf } from '../validation/inputs.ts';

/** Clocks in New York go back within these 31 days. */
const LONG = { meetingId: '1', startAt: '2027-10-20T12:00', timezone: 'America/New_York' };

it('no broadcast that is accepted lasts longer than a sync reads back', () => {
  const { startAt, stopAt } = parseNewBroadcast({ ...LONG, stopAt: '2027-11-20T12:00' }, CONTEXT);
  expect((stopAt ?? 0) - startAt).toBe(MAX_LENGTH_MS);
  expect(issuesOf(() => parseNewBroadcast({ ...LONG, stopAt: '2027-11-20T12:00:00.001' }, CONTEXT))).toHaveProperty(
    'stopAt',
    expect.stringContaining('at most 31 days after startAt'),
  );
});

it('a sync knows the longest broadcast until its end', async () => {
  const { startAt, stopAt } = parseNewBroadcast({ ...LONG, stopAt: '2027-11-20T12:00' }, CONTEXT);
  const stored = { id: 'bc_1', startAt, stopAt, source: { name: 'law', uid: '1' } };
  // Stands in for Redis' sorted set of starts, and for the records.
  const redis = { zrangebyscore: async (_key: string, from: number) => (startAt >= from ? ['bc_1'] : []) };
  const shard = { keys: { index: (name: string) => name }, getMany: async (ids: string[]) => ids.map(() => stored) };
  const store = { shards: [shard] };
  const found = (now: number) => broadcastsOf({ redis, store } as never, 'law', now);
  expect(await found(stopAt ?? 0)).toEqual([stored]);
  expect(await found((stopAt ?? 0) + 1)).toEqual([]);
});
