import { expect, it } from 'vitest';
import { nextChangeOf } from '../../../dashboard/live/reading.ts';
import type { Broadcast } from '../../../src/client/index.ts';

const startAt = '2026-12-06T14:00:00.000Z';
const paused = (until: string | null) =>
  ({ status: 'scheduled', startAt, paused: { id: 'pa_1', until, note: null, by: 'api' } }) as unknown as Broadcast;

it('does not promise the start of a broadcast that a pause holds back then', () => {
  expect(nextChangeOf(paused(null))).toEqual({ what: 'held', at: startAt });
  expect(nextChangeOf(paused('2026-12-06T15:00:00.000Z'))?.what).toBe('held');
  expect(nextChangeOf(paused('2026-12-06T13:00:00.000Z'))?.what).toBe('start');
  expect(nextChangeOf({ status: 'scheduled', startAt, paused: null } as Broadcast)?.what).toBe('start');
});
