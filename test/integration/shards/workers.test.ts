import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import { respond } from '../../support/local-zoom.ts';
import { ACCOUNTS, type ShardedService, startSharded } from '../../support/sharded-service.ts';
import { until } from '../../support/wait-for.ts';

/** Three shards, an account in each, and two workers over all of them. */
let service: ShardedService;
beforeAll(async () => {
  service = await startSharded(3);
  await service.work();
  await service.work();
});
afterAll(() => service.stop());

const statusOf = async (id: string) => (await service.ask('GET', `/v1/broadcasts/${id}`)).body.status;
/** What Zoom was asked to do with a meeting. */
const sent = (meetingId: string) =>
  service.zoom.received
    .filter(({ path, method }) => method === 'PATCH' && path.includes(`/${meetingId}/livestream/status`))
    .map(({ body }) => JSON.parse(body).action);

it('every shard is served by both workers', async () => {
  expect((await service.ask('GET', '/v1/summary')).body.workers.seen).toBe(2);
  for (const { keys } of service.core.shards) expect(await service.raw.hlen(keys.named('workers'))).toBe(2);
});

it('each goes on air once and off air once, and everybody is notified', async () => {
  const startAt = new Date(Date.now() + 1_500).toISOString();
  const stopAt = new Date(Date.now() + 4_000).toISOString();
  const all = await Promise.all(
    [...ACCOUNTS, ...ACCOUNTS].map((account) =>
      service.schedule(account, { startAt, stopAt, duration: undefined }).then((one) => ({ ...one, account })),
    ),
  );
  for (const { id } of all) await until(`${id} has ended`, async () => (await statusOf(id)) === 'ended', 30_000);
  for (const { meetingId } of all) expect(sent(meetingId)).toEqual(['start', 'stop']);
  const notified = async () => {
    const entries = await service.raw.xrange(service.core.keys.named('events'), '-', '+');
    const events = entries.flatMap(([, fields]) => readEvent(fields[1] as string) ?? []);
    return all.every(({ id }) =>
      ['broadcast.live', 'broadcast.ended'].every(
        (type) => events.filter((event) => event.type === type && event.data['id'] === id).length === 1,
      ),
    );
  };
  await until('all were notified once', notified, 10_000);
});

it('a lost job is added again in its own shard, and what is overdue starts without one', async () => {
  const { id, meetingId } = await service.schedule('south', { startAt: new Date(Date.now() + 2_500).toISOString() });
  const { bullmq } = service.keysOf('south');
  for (const key of await service.raw.keys(`${bullmq.replaceAll(/[{}]/g, '?')}:starts:*`)) await service.raw.del(key);
  await until('it is live', async () => (await statusOf(id)) === 'live', 30_000);
  expect(sent(meetingId)).toEqual(['start']);
  await service.ask('POST', `/v1/broadcasts/${id}/stop`);
  await until('it has ended', async () => (await statusOf(id)) === 'ended', 30_000);
});

it('a refused start raises its alert, which is listed, counted and acknowledged', async () => {
  const { answer } = service.zoom;
  service.zoom.answer = (received, response, socket) => {
    if (received.path.includes('/livestream/status')) respond(response, 404, { code: 3001, message: 'gone' });
    else answer(received, response, socket);
  };
  const ids = await Promise.all(
    ACCOUNTS.map(async (account) => (await service.schedule(account, { startAt: 'now', duration: 'PT1H' })).id),
  );
  for (const id of ids) await until('it has failed', async () => (await statusOf(id)) === 'failed', 30_000);
  service.zoom.answer = answer;
  const open = async () => (await service.ask('GET', '/v1/alerts?state=open&limit=2')).body;
  const first = await open();
  const next = (await service.ask('GET', `/v1/alerts?state=open&limit=2&cursor=${first.nextCursor}`)).body;
  const shown = [...first.alerts, ...next.alerts];
  expect(shown.map(({ broadcastId }) => broadcastId).sort()).toEqual([...ids].sort());
  expect((await service.ask('GET', '/v1/summary')).body.alerts.byCode).toEqual({ failed: 3 });
  for (const { id } of shown) expect((await service.ask('POST', `/v1/alerts/${id}/ack`, {})).status).toBe(200);
  expect((await service.ask('GET', '/v1/summary')).body.alerts).toMatchObject({ open: 0, acknowledged: 3 });
});

it('a pause holds back the starts of every shard, and its end lets them leave', async () => {
  const { body: pause } = await service.ask('POST', '/v1/pauses', { scope: { all: true } });
  const startAt = new Date(Date.now() + 300).toISOString();
  const held = await Promise.all(ACCOUNTS.map((account) => service.schedule(account, { startAt })));
  await until('their moment has passed', () => Date.now() > Date.parse(startAt) + 500);
  for (const { meetingId } of held) expect(sent(meetingId)).toEqual([]);
  await service.ask('DELETE', `/v1/pauses/${pause.id}`);
  for (const { id, meetingId } of held) {
    await until('it is live', async () => (await statusOf(id)) === 'live', 30_000);
    expect(sent(meetingId)).toEqual(['start']);
  }
});
