import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, expect, test } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { initialState } from '../../../src/broadcasts/rules/initial-state.ts';
import type { Write } from '../../../src/broadcasts/store/commit-payload.ts';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { storeOn } from '../../support/rig.ts';

/** The overlap check reads only the places around a broadcast; it must find what reading all of them finds. */
let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

interface OccurrenceSlot {
  id: string;
  from: number;
  to: number;
}

const place = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map((n) => `bc${n}`),
  from: fc.integer({ min: 1, max: 60 }),
  length: fc.integer({ min: 1, max: 12 }),
});
const steps = fc.array(fc.uniqueArray(place, { minLength: 1, maxLength: 8, selector: ({ id }) => id }), {
  minLength: 1,
  maxLength: 25,
});

/** The first, in the order given, that meets a stored one that stays, or one before it in the batch. */
function firstOverlap(stored: Map<string, OccurrenceSlot>, wanted: OccurrenceSlot[]): string | null {
  const moved = new Set(wanted.map(({ id }) => id));
  const taken = [...stored.values()].filter(({ id }) => !moved.has(id));
  for (const one of wanted) {
    if (taken.some((other) => one.from < other.to && other.from < one.to)) return one.id;
    taken.push(one);
  }
  return null;
}

test('a batch is refused for the same broadcast as by a check of each against each', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (batches) => {
      run += 1;
      const { store } = storeOn(redis, { prefix: `overlap${run}` });
      const stored = new Map<string, OccurrenceSlot>();
      const records = new Map<string, Broadcast>();
      for (const batch of batches) {
        const wanted = batch.map(({ id, from, length }) => ({ id, from, to: from + length }));
        const result = await store.commit(wanted.map((one) => write(records.get(one.id) ?? null, one)));
        const expected = firstOverlap(stored, wanted);
        expect(result).toMatchObject(expected === null ? { kind: 'ok' } : { kind: 'overlap', id: expected });
        if (result.kind !== 'ok') continue;
        for (const one of wanted) stored.set(one.id, one);
        for (const record of result.written) records.set(record.id, record);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);

function write(before: Broadcast | null, { id, from, to }: OccurrenceSlot): Write {
  const builder = new DecisionBuilder(before ?? planned(id), 1, 'test').note('changed', null);
  Object.assign(builder.next, { startAt: from, stopAt: to, startBefore: to });
  return { before, decision: builder.build(), checkOverlap: true };
}

function planned(id: string): Broadcast {
  const nulls = { title: null, stopAt: null, timezone: null, destination: null, reason: null, externalId: null };
  const fixed = { kind: 'meeting', account: 'default', status: 'scheduled', onDrop: 'leave', onMove: 'warn' } as const;
  const empty = { settings: {}, labels: {}, warnings: [], seriesId: null, source: null, startWindow: null };
  const times = { startAt: 0, createdAt: 1, updatedAt: 1, startBefore: 0 };
  const own = { id, meetingId: '123', revision: 1, version: 0, plannedAt: 1 };
  return { ...initialState(), ...nulls, ...fixed, ...empty, ...times, ...own };
}
