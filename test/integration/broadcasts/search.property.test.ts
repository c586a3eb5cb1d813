import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { listRecords } from '../../../src/broadcasts/store/listing-of-shards.ts';
import { textSearch } from '../../../src/broadcasts/store/search-text.ts';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { storeOn } from '../../support/rig.ts';

/** A script leaves out what cannot match `q`; the page must be the same as from comparing each record. */
let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

/** Letters with several spellings, and what JSON escapes or uses itself. */
const PIECES = [
  ...'aAkKsSiIzZ 19-_:,{}%^$.[]',
  ...['\u212a', 'ß', 'ẞ', 'ss', 'İ', 'ı', 'é', 'e\u0301', 'É', 'Σ', 'σ', 'ς', 'ﬁ', 'fi', '１', '９', 'Ａ', '语', '🎬'],
  ...['"', '\\', '/', '\n', '\t', '\u0000', '\u007f', '\u00a0', '\u2013', '\ud800', '\u0301', '"title":"', '\\u0041'],
];
const text = fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 5 });
const record = fc.record({
  title: fc.option(text),
  externalId: fc.option(text),
  meetingId: fc.stringMatching(/^[19]{1,6}$/),
  labels: fc.constantFrom({}, { title: 'ak' }, { externalId: 'é1' }, { 'a"title': '9' }),
  /** How it is written: as by this build, with labels first, or with spaces. */
  form: fc.constantFrom('stored', 'turned', 'spaced'),
});

/** The fields without a default. */
const FIXED = {
  ...{ kind: 'meeting', account: 'default', stopAt: null, status: 'scheduled', revision: 1, version: 1 },
  ...{ createdAt: 1, updatedAt: 1, startBefore: 1, settings: {}, inFlight: null },
};
type Stored = typeof record extends fc.Arbitrary<infer One> ? One : never;

async function storeAll(prefix: string, records: Stored[]) {
  const { store, keys } = storeOn(redis, { prefix });
  const pipeline = redis.pipeline();
  for (const [n, { form, ...fields }] of records.entries()) {
    const entries = Object.entries({ ...FIXED, ...fields, id: `bc_${n}`, startAt: n }).filter(
      ([, one]) => one !== null,
    );
    const whole = Object.fromEntries([
      ...(form === 'turned' ? entries.reverse() : entries),
      ['inFlight', null],
      ['stopAt', null],
    ]);
    const d = JSON.stringify(whole, null, form === 'spaced' ? 1 : 0);
    pipeline.hset(keys.broadcast(`bc_${n}`), { d, v: 1, a: 'default', m: fields.meetingId });
    pipeline.zadd(keys.index('all'), n, `bc_${n}`);
  }
  await pipeline.exec();
  return store;
}

it('q finds on a page what comparing each record finds, whatever the letters and however it is stored', async () => {
  let runs = 0;
  let hits = 0;
  const records = fc.array(record, { minLength: 20, maxLength: 60 });
  const searches = fc.array(text, { minLength: 10, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(records, searches, async (all, queries) => {
      runs += 1;
      const store = await storeAll(`search${runs}`, all);
      for (const q of queries) {
        const matches = textSearch(q);
        const wanted = all.flatMap((one, n) => (matches(one as unknown as Broadcast) ? [`bc_${n}`] : []));
        const { broadcasts } = await listRecords(redis, store, { q, limit: 1_000 });
        expect(broadcasts.map(({ id }) => id)).toEqual(wanted);
        hits += wanted.length;
      }
    }),
    { numRuns: 40 },
  );
  expect(hits).toBeGreaterThan(500);
}, 60_000);

it('q puts damaged records into quarantine, and finds the others', async () => {
  const one = { title: 'ak', externalId: null, meetingId: '1', labels: {}, form: 'stored' } as const;
  const store = await storeAll(
    'damaged',
    Array.from({ length: 4 }, () => one),
  );
  const keyOf = (n: number) => store.keys.broadcast(`bc_${n}`);
  await redis.hset(keyOf(0), 'd', ((await redis.hget(keyOf(0), 'd')) ?? '').slice(0, 30));
  await redis.hdel(keyOf(1), 'd');
  await redis.del(keyOf(2));
  await redis.rpush(keyOf(2), 'x');
  const { broadcasts } = await listRecords(redis, store, { q: 'A', limit: 10 });
  expect(broadcasts.map(({ id }) => id)).toEqual(['bc_3']);
  expect(await Promise.all([0, 1, 2, 3].map((n) => store.damageOf(`bc_${n}`)))).toEqual([
    'it is not a JSON object',
    'it has no data',
    'it has no data',
    null,
  ]);
});
