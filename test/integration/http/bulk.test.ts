import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduler } from '../../../src/app/create-scheduler.ts';
import type { BroadcastStatus } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { allMatches } from '../../../src/broadcasts/store/matches.ts';

import { LivestreamError } from '../../../src/errors.ts';
import type { Answer } from '../../support/running-api.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { eventually } from '../../support/wait-for.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ API_KEYS: 'desk:write:k' });
});
afterAll(() => service.stop());

const WITH_KEY = { authorization: 'Bearer k' };
const send = async (body: unknown): Promise<Pick<Answer, 'status' | 'json'>> => {
  const answer = await service.request('POST', '/v1/broadcasts/bulk', body, WITH_KEY);
  return { status: answer.status, json: await answer.json() };
};
/** Does it as a person would: a dry run, then the run with the number that matched. */
const run = async (body: object) => {
  const dry = await send({ ...body, dryRun: true });
  expect(dry.status).toBe(200);
  const { status, json } = await send({ ...body, expect: dry.json.matched });
  expect([status, json]).toEqual([200, { ...dry.json, dryRun: false }]);
  return json;
};

let tags = 0;
/** A label that only the broadcasts of one test have. */
const tag = () => `test-${tags++}`;
const DAY = '2035-12-10';
const at = (clock: string) => `${DAY}T${clock}:00.000Z`;
async function plan(test: string, start: string, stop: string | null, more: object = {}): Promise<string> {
  const body = { meetingId: 700_000_000 + tags, startAt: at(start), labels: { test }, ...more };
  const answer = await service.request(
    'POST',
    '/v1/broadcasts',
    stop === null ? body : { ...body, stopAt: at(stop) },
    WITH_KEY,
  );
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}
async function become(id: string, status: BroadcastStatus): Promise<void> {
  const before = await service.core.store.get(id);
  const decision = new DecisionBuilder(before, Date.now(), 'test').become(status, null).build();
  expect((await service.core.store.commit([{ before, decision }])).kind).toBe('ok');
}
const timesOf = async (id: string) => {
  const { startAt, stopAt } = await service.core.store.get(id);
  return [startAt, stopAt].map((ms) => (ms === null ? null : new Date(ms).toISOString().slice(11, 16)));
};

describe('POST /v1/broadcasts/bulk', () => {
  it('does it to each that matches, in order of startAt, and says in each history who did', async () => {
    const test = tag();
    const [later, early] = [await plan(test, '11:00', '12:00', { meetingId: 1 }), await plan(test, '10:00', '11:00')];
    await plan(tag(), '10:00', '11:00');
    const body = { filter: { label: `test=${test}`, from: at('00:00'), to: at('23:00') }, action: 'cancel' };
    const dry = await send({ ...body, dryRun: true });
    expect(dry).toMatchObject({ status: 200, json: { matched: 2, refused: [], dryRun: true } });
    expect((await service.core.store.get(early)).revision).toBe(1);
    const { changed } = await run(body);
    expect(changed).toEqual([
      {
        id: early,
        before: { status: 'scheduled', reason: null, startAt: at('10:00'), stopAt: at('11:00') },
        after: { status: 'canceled', reason: 'canceled by api:desk', startAt: at('10:00'), stopAt: at('11:00') },
      },
      expect.objectContaining({ id: later }),
    ]);
    const lines = await service.core.store.history(later);
    expect(lines.slice(1).every(({ by, requestId }) => by === 'api:desk' && requestId !== undefined)).toBe(true);
    expect(lines.map(({ type }) => type)).toEqual(['created', 'command', 'status']);
    expect(await run(body)).toEqual({ matched: 2, changed: [], refused: [], dryRun: false });
  });

  it.each([
    ['later', 'PT1H', ['11:00', '12:00']],
    ['later', 'PT30M', ['10:30', '11:30']],
    ['earlier', '-PT1H', ['09:00', '10:00']],
    ['earlier', 'PT-30M', ['09:30', '10:30']],
  ])('moves broadcasts of one meeting that follow each other, %s, by %s', async (_where, by, starts) => {
    const test = tag();
    const first = await plan(test, '10:00', '11:00');
    const second = await plan(test, '11:00', '12:00');
    const { changed, refused } = await run({ filter: { label: `test=${test}` }, action: 'shift', by });
    expect([changed.map(({ id }: { id: string }) => id), refused]).toEqual([[first, second], []]);
    expect([(await timesOf(first))[0], (await timesOf(second))[0]]).toEqual(starts);
  });

  it('refuses what would overlap one that stays, and what follows from that, and does the rest', async () => {
    const test = tag();
    const meeting = { meetingId: 5_000_001 };
    const first = await plan(test, '10:00', '11:00', meeting);
    const second = await plan(test, '11:00', '12:00', meeting);
    const wall = await plan(tag(), '12:00', '13:00', meeting);
    const other = await plan(test, '10:30', '12:00', { meetingId: 5_000_002 });
    const { matched, changed, refused } = await run({ filter: { label: `test=${test}` }, action: 'shift', by: 'PT1H' });
    expect([matched, changed.map(({ id }: { id: string }) => id)]).toEqual([3, [other]]);
    expect(refused).toEqual([
      { id: first, code: 'overlap', detail: expect.stringContaining(second) },
      { id: second, code: 'overlap', detail: expect.stringContaining(wall) },
    ]);
  });

  it('moves days on the local clock of each, hours exactly, and no broadcast to a time that a clock change takes', async () => {
    const test = tag();
    const timezone = 'America/New_York';
    const zoned = (startAt: string, meetingId: number) => plan(test, '10:00', null, { startAt, timezone, meetingId });
    const across = await zoned('2035-03-10T09:00:00', 5_000_011);
    const skipped = await zoned('2035-03-10T02:30:00', 5_000_012);
    const days = await run({ filter: { label: `test=${test}` }, action: 'shift', by: 'P1D' });
    expect(days.changed).toMatchObject([
      { id: across, before: { startAt: '2035-03-10T14:00:00.000Z' }, after: { startAt: '2035-03-11T13:00:00.000Z' } },
    ]);
    expect(days.refused).toMatchObject([{ id: skipped, code: 'validation_failed' }]);
    expect(days.refused[0].detail).toMatch(/2035-03-11T01:30:00-05:00 or 2035-03-11T03:30:00-04:00/);
    const hours = await run({ filter: { ids: [skipped] }, action: 'shift', by: 'PT24H' });
    expect(hours.changed).toMatchObject([{ after: { startAt: '2035-03-11T07:30:00.000Z' } }]);
  });

  it('moves the stop alone, also of a live one, and refuses where there is none to move', async () => {
    const test = tag();
    const live = await plan(test, '10:00', '11:00', { meetingId: 5_000_021 });
    const open = await plan(test, '10:01', null, { meetingId: 5_000_022 });
    const missed = await plan(test, '10:02', '11:00', { meetingId: 5_000_023 });
    await become(live, 'live');
    await become(missed, 'missed');
    const { changed, refused } = await run({ filter: { label: `test=${test}` }, action: 'extend', by: 'PT20M' });
    expect(changed).toMatchObject([{ id: live, before: { stopAt: at('11:00') }, after: { stopAt: at('11:20') } }]);
    expect(refused).toMatchObject([
      { id: open, code: 'no_stop' },
      { id: missed, code: 'finished' },
    ]);
    const less = await run({ filter: { ids: [live] }, action: 'extend', by: '-PT30M' });
    expect(less.changed).toMatchObject([{ after: { stopAt: at('10:50') } }]);
    const over = await run({ filter: { ids: [live] }, action: 'extend', by: '-PT50M' });
    expect(over.refused).toMatchObject([{ code: 'validation_failed', detail: expect.stringMatching(/after startAt/) }]);
  });

  it('starts, stops and retries, each by its own rules', async () => {
    const test = tag();
    const [planned, live, failed] = [
      await plan(test, '10:00', '11:00', { meetingId: 5_000_031 }),
      await plan(test, '10:01', '11:00', { meetingId: 5_000_032 }),
      await plan(test, '10:02', '11:00', { meetingId: 5_000_033 }),
    ];
    await become(live, 'live');
    await become(failed, 'failed');
    const filter = { label: `test=${test}` };
    const statusOf = async (id: string) => (await service.core.store.get(id)).status;
    expect((await send({ filter, action: 'retry', dryRun: true })).json).toMatchObject({
      changed: [{ id: failed, after: { status: 'scheduled' } }],
      refused: [{ code: 'not_retryable' }, { code: 'not_retryable' }],
    });
    const started = (await send({ filter: { ...filter, status: 'scheduled' }, action: 'start', expect: 1 })).json;
    expect(Date.parse(started.changed[0].after.startAt)).toBeLessThan(Date.now() + 60_000);
    const stopped = await run({ filter, action: 'stop' });
    expect(stopped.changed).toMatchObject([{ id: live, after: { status: 'stopping' } }]);
    expect(stopped.refused.map(({ id }: { id: string }) => id).sort()).toEqual([planned, failed].sort());
    expect(await Promise.all([statusOf(planned), statusOf(failed)])).toEqual(['scheduled', 'failed']);
  });

  it('takes ids, names those that nothing has, and narrows them by the rest of the filter', async () => {
    const test = tag();
    const [one, two] = [
      await plan(test, '10:00', '11:00', { meetingId: 5_000_041 }),
      await plan(test, '11:00', '12:00'),
    ];
    await become(two, 'ended');
    const both = await send({ filter: { ids: [two, one, one, 'bc_none'] }, action: 'cancel', dryRun: true });
    expect(both.json).toMatchObject({ matched: 2, changed: [{ id: one }] });
    expect(both.json.refused).toEqual([{ id: 'bc_none', code: 'not_found', detail: 'There is no broadcast bc_none.' }]);
    const narrowed = { ids: [one, two], status: ['ended', 'failed'] };
    expect((await send({ filter: narrowed, action: 'cancel', dryRun: true })).json).toMatchObject({ matched: 1 });
    const comma = { ids: [one, two], status: 'ended, scheduled', meetingId: 5_000_041 };
    expect((await send({ filter: comma, action: 'cancel', dryRun: true })).json.changed).toMatchObject([{ id: one }]);
  });

  it('does nothing when another number matches than expected', async () => {
    const test = tag();
    const id = await plan(test, '10:00', '11:00');
    const filter = { label: `test=${test}` };
    const answer = await send({ filter, action: 'cancel', expect: 2 });
    expect(answer).toMatchObject({ status: 409, json: { code: 'count_differs', matched: 1, expect: 2 } });
    expect((await send({ filter, action: 'cancel', expect: 2, dryRun: true })).status).toBe(409);
    expect((await service.core.store.get(id)).revision).toBe(1);
    const none = { filter: { label: `test=${tag()}` }, action: 'cancel', expect: 0 };
    expect(await send(none)).toEqual({ status: 200, json: { matched: 0, changed: [], refused: [], dryRun: false } });
  });

  it('knows when more match than one request may change', async () => {
    const test = tag();
    for (const meetingId of [1, 2, 3]) await plan(test, '10:00', '11:00', { meetingId: 5_000_050 + meetingId });
    const filter = { label: `test=${test}` };
    expect(await allMatches(service.core, filter, 2)).toBeNull();
    expect(await allMatches(service.core, filter, 3)).toHaveLength(3);
  });

  it('goes on to its end when the client goes away', async () => {
    const test = tag();
    const broadcasts = Array.from({ length: 300 }, (_, i) => ({
      ...{ meetingId: 6_000_000 + i, startAt: at('10:00'), labels: { test } },
    }));
    expect((await service.request('POST', '/v1/broadcasts/batch', { broadcasts }, WITH_KEY)).status).toBe(201);
    const filter = { label: `test=${test}` };
    const gone = new AbortController();
    const request = fetch(`${service.api().url}/v1/broadcasts/bulk`, {
      method: 'POST',
      headers: { ...WITH_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ filter, action: 'cancel', expect: 300 }),
      signal: gone.signal,
    });
    const canceled = () => allMatches(service.core, { ...filter, status: ['canceled'] }, 300);
    await eventually(async () => ((await canceled()) ?? []).length > 0);
    gone.abort();
    await expect(request).rejects.toThrow(/abort/);
    await eventually(async () => (await canceled())?.length === 300, 60_000);
  });

  it.each([
    [{}, ['action', 'expect', 'filter']],
    [{ filter: {}, action: 'cancel', dryRun: true }, ['filter']],
    [{ filter: { room: 'A' }, action: 'cancel', dryRun: true }, ['filter.room']],
    [{ filter: { ids: [] }, action: 'cancel', dryRun: true }, ['filter.ids']],
    [{ filter: { ids: ['a', 1] }, action: 'cancel', dryRun: true }, ['filter.ids[1]']],
    [{ filter: { ids: Array(10_001).fill('a') }, action: 'cancel', dryRun: true }, ['filter.ids']],
    [
      { filter: { status: 'on air', label: '=', from: 'today' }, action: 'cancel', dryRun: true },
      ['filter.from', 'filter.label', 'filter.status'],
    ],
    [{ filter: { from: at('10:00'), to: at('09:00') }, action: 'cancel', dryRun: true }, ['filter.to']],
    [{ filter: { q: 'a' }, action: 'shift', dryRun: true }, ['by']],
    [{ filter: { q: 'a' }, action: 'extend', by: 'PT0S', dryRun: true }, ['by']],
    [{ filter: { q: 'a' }, action: 'shift', by: '15m', dryRun: true }, ['by']],
    [{ filter: { q: 'a' }, action: 'shift', by: 'P2Y', dryRun: true }, ['by']],
    [{ filter: { q: 'a' }, action: 'cancel', by: 'PT1H', dryRun: true }, ['by']],
    [{ filter: { q: 'a' }, action: 'cancel' }, ['expect']],
    [{ filter: { q: 'a' }, action: 'cancel', dryRun: false }, ['expect']],
    [{ filter: { q: 'a' }, action: 'cancel', expect: -1 }, ['expect']],
    [{ filter: { q: 'a' }, action: 'delete', dryRun: 'yes', speed: 1 }, ['action', 'dryRun', 'expect', 'speed']],
    ['cancel', ['']],
  ])('names every issue of %j', async (body, paths) => {
    const { status, json } = await send(body);
    expect([status, json.code]).toEqual([400, 'validation_failed']);
    const found = json.errors.map(({ path }: { path: string }) => path);
    expect([...new Set(found)].sort()).toEqual(paths);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (key: string, body: unknown) =>
    service.request('POST', '/v1/broadcasts/bulk', body, { ...WITH_KEY, 'idempotency-key': key });
  const threeOf = (test: string) =>
    Promise.all(['10:00', '12:00', '14:00'].map((start) => plan(test, start, null, { duration: 'PT1H' })));
  const moved = async (ids: string[]) => (await Promise.all(ids.map(timesOf))).map(([start]) => start);
  const later = (test: string) => ({ filter: { label: `test=${test}` }, action: 'shift', by: 'PT15M', expect: 3 });

  it('moves each once, and gives the first answer again', async () => {
    const test = tag();
    const ids = await threeOf(test);
    const first = await keyed('snow', later(test));
    const again = await keyed('snow', later(test));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const answer = await first.json();
    expect(answer).toMatchObject({ matched: 3, refused: [], changed: [{}, {}, {}] });
    expect(await again.json()).toEqual(answer);
    expect(await moved(ids)).toEqual(['10:15', '12:15', '14:15']);
    const other = await keyed('snow', { ...later(test), by: 'PT30M' });
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('is not used up by a dry run, nor by what is refused before anything is done', async () => {
    const test = tag();
    const ids = await threeOf(test);
    const { expect: _, ...body } = later(test);
    expect((await keyed('dry', { ...body, dryRun: true })).status).toBe(200);
    expect((await keyed('dry', { ...body, expect: 7 })).status).toBe(409);
    expect((await keyed('dry', later(test))).status).toBe(200);
    expect(await moved(ids)).toEqual(['10:15', '12:15', '14:15']);
  });

  it('goes on where the first request ended when Redis failed half way', async () => {
    const test = tag();
    const ids = await threeOf(test);
    const { store } = service.core;
    const scheduler = createScheduler(service.core);
    const idempotency = { key: `test:${test}`, bodyHash: 'same' };
    const shift = async () => (await scheduler.bulk(later(test), { by: 'test', idempotency })).answer;
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = async (...write) => {
      commits += 1;
      if (commits === 2) throw new LivestreamError('redis_unavailable', 'Redis does not answer.');
      return commit(...write);
    };
    const first = await shift().finally(() => {
      store.commit = commit;
    });
    expect(first.refused).toContainEqual(expect.objectContaining({ code: 'redis_unavailable' }));
    expect(first.changed.length).toBeGreaterThan(0);
    const again = await shift();
    expect(again).toMatchObject({ matched: 3, refused: [] });
    // Those of the first request are reported as it changed them.
    expect(again.changed.map(({ before }) => new Date(before.startAt).toISOString().slice(11, 16))).toEqual([
      '10:00',
      '12:00',
      '14:00',
    ]);
    expect(await moved(ids)).toEqual(['10:15', '12:15', '14:15']);
  });

  it('is obeyed by two requests at once', async () => {
    const test = tag();
    const ids = await threeOf(test);
    const answers = await Promise.all([keyed('twice', later(test)), keyed('twice', later(test))]);
    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ matched: 3, refused: [], changed: [{}, {}, {}] });
    expect(await moved(ids)).toEqual(['10:15', '12:15', '14:15']);
  });
});
