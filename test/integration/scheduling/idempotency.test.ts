import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { type Rig, startRig } from '../../support/rig.ts';

let running: Rig;
const clock = new SystemClock();
const by = 'api:test';

beforeAll(async () => {
  running = await startRig();
});
afterAll(() => running.stop());

const soon = () => new Date(clock.now() + 200).toISOString();

it('answers a repeated request also when its startAt has passed meanwhile', async () => {
  const { scheduler } = running;
  const options = { by, idempotency: { key: ':late', bodyHash: 'h' } };
  const input = { meetingId: '68423085', startAt: soon() };
  const first = await scheduler.schedule(input, options);
  await clock.sleepUntil(Date.parse(input.startAt) + 1);
  const again = await scheduler.schedule(input, options);
  expect(again).toEqual({ broadcast: first.broadcast, replayed: true });
  const { scheduler: same } = running;
  await expect(same.schedule(input, { by })).rejects.toMatchObject({ code: 'validation_failed' });
  const other = { by, idempotency: { key: ':late', bodyHash: 'another' } };
  await expect(same.schedule({}, other)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
});

it('the same for a batch', async () => {
  const { scheduler } = running;
  const options = { by, idempotency: { key: ':late-batch', bodyHash: 'h' } };
  const startAt = soon();
  const input = { broadcasts: [1, 2, 3].map((meetingId) => ({ meetingId, startAt })) };
  const first = await scheduler.scheduleBatch(input, options);
  await clock.sleepUntil(Date.parse(startAt) + 1);
  const again = await scheduler.scheduleBatch(input, options);
  expect(again).toEqual({ broadcasts: first.broadcasts, replayed: true });
});

it('stores one of many that come at once with one key', async () => {
  const { scheduler } = running;
  const options = { by, idempotency: { key: ':rush', bodyHash: 'h' } };
  const input = { meetingId: '777', startAt: new Date(clock.now() + 3_600_000).toISOString() };
  const answers = await Promise.all(Array.from({ length: 20 }, () => scheduler.schedule(input, options)));
  expect(new Set(answers.map(({ broadcast }) => broadcast.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
});
