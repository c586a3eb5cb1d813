import { expect, it } from 'vitest';
import { ThreadLimitReached } from '../../../src/in-thread.ts';
import { SOURCE_DEFAULTS, type Source } from '../../../src/sources/source.ts';
import { SourceReader } from '../../../src/sources/source-reader.ts';
import { calendar } from '../../support/calendar-server.ts';

const source: Source = {
  ...{ name: 's', kind: 'ics', url: null, every: 'PT15M', timezone: null, account: null, labels: {}, dateOrder: null },
  ...{ ...SOURCE_DEFAULTS, ignoreColumns: false, prune: false, brake: 1, paused: false, createdAt: 0, updatedAt: 0 },
};
const many = (count: number) =>
  Buffer.from(
    calendar(Array.from({ length: count }, (_, i) => ({ uid: `e${i}`, meetingId: String(810_000_000 + i), hour: i }))),
  );
const now = Date.UTC(2035, 0, 1);

it('leaves the event loop free while a large calendar is read', async () => {
  const reader = new SourceReader();
  await reader.read(source, many(1), now);
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  const began = performance.now();
  const reading = await reader.read(source, many(3_000), now);
  const tookMs = performance.now() - began;
  clearInterval(ticking);
  expect(reading).toMatchObject({ kind: 'read' });
  if (reading.kind === 'read') expect(reading.checked.events).toHaveLength(3_000);
  // Read on the event loop there is hardly one; half the ticks of a quiet machine are a quarter of what is due.
  expect(ticks).toBeGreaterThan(tookMs / 40);
});

it('ends what does not end, and reads on with a new thread', async () => {
  const reader = new SourceReader();
  await expect(reader.matching('^(a+)+$', [`${'a'.repeat(60)}!`])).rejects.toThrow(ThreadLimitReached);
  expect(await reader.matching('^(a+)+$', ['aaa', 'b'])).toEqual([true, false]);
});

it('reads one after the other, whoever asks, and one that fails does not stop the next', async () => {
  const reader = new SourceReader();
  const zoom = { ...source, kind: 'zoom' as const };
  const [broken, fine] = await Promise.allSettled([
    reader.read(zoom, Buffer.from('no JSON'), now),
    reader.read(source, many(2), now),
  ]);
  expect(broken.status).toBe('rejected');
  expect(fine).toMatchObject({ status: 'fulfilled', value: { kind: 'read' } });
});
