import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EventReader, readEvents } from '../../support/event-reader.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { until } from '../../support/wait-for.ts';

let service: Service;
const open: EventReader[] = [];
beforeAll(async () => {
  service = await startService();
});
afterEach(() => {
  for (const reader of open.splice(0)) reader.close();
});
afterAll(() => service.stop());

async function follow(query = '', headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await readEvents(`${service.api().url}/v1/events${query}`, headers);
  open.push(reader);
  return reader;
}

/** Everything that has been read once an event of this broadcast is among it. */
async function readUntil(reader: EventReader, id: string, type = 'broadcast.scheduled') {
  const has = () => reader.events.some(({ event, data }) => event === type && data.data.id === id);
  await until(`${type} of ${id} is sent`, has);
  return reader.events;
}

const idsOf = (reader: EventReader) => reader.events.map(({ data }) => data.data.id);

describe('GET /v1/events', () => {
  it('sends what happens as id, event and data {type, timestamp, data}', async () => {
    const reader = await follow();
    expect(reader.status).toBe(200);
    expect(reader.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(reader.headers.get('cache-control')).toContain('no-store');
    const broadcast = await service.schedule({ title: 'Zwölf 🎥' });
    const [event] = await readUntil(reader, broadcast.id);
    expect(event).toMatchObject({ event: 'broadcast.scheduled', id: expect.stringMatching(/^\d+-\d+$/) });
    expect(Object.keys(event?.data)).toEqual(['type', 'timestamp', 'data']);
    const shown = await service.json('GET', `/v1/broadcasts/${broadcast.id}`);
    expect(event?.data).toEqual({ type: 'broadcast.scheduled', timestamp: shown.createdAt, data: shown });
  });

  it('reports a change and the cancellation', async () => {
    const reader = await follow();
    const { id } = await service.schedule();
    await service.request('PATCH', `/v1/broadcasts/${id}`, { title: 'New' });
    await service.request('DELETE', `/v1/broadcasts/${id}`);
    await readUntil(reader, id, 'broadcast.canceled');
    expect(reader.events.map(({ event }) => event)).toEqual([
      'broadcast.scheduled',
      'broadcast.changed',
      'broadcast.canceled',
    ]);
    expect(reader.events[1]?.data.data.title).toBe('New');
  });

  it('refuses a caller its 201st stream, and takes it when one has ended', async () => {
    const readers = await Promise.all(Array.from({ length: 200 }, () => follow()));
    const refused = await service.request('GET', '/v1/events');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect(await refused.json()).toMatchObject({ code: 'too_many_requests' });
    readers[0]?.close();
    await expect.poll(async () => (await follow()).status, { timeout: 30_000 }).toBe(200);
  });

  it('begins now without Last-Event-ID', async () => {
    const before = await service.schedule();
    const reader = await follow();
    const after = await service.schedule();
    await readUntil(reader, after.id);
    expect(idsOf(reader)).not.toContain(before.id);
  });

  it.each(['header', 'query'])('resumes after the id in the %s, without loss or doubles', async (where) => {
    const first = await follow();
    const ids = [(await service.schedule()).id, (await service.schedule()).id];
    await readUntil(first, ids[1] as string);
    const from = first.events[0]?.id as string;
    first.close();
    ids.push((await service.schedule()).id);
    const second =
      where === 'header' ? await follow('', { 'last-event-id': from }) : await follow(`?lastEventId=${from}`);
    ids.push((await service.schedule()).id);
    await readUntil(second, ids[3] as string);
    expect(idsOf(second)).toEqual(ids.slice(1));
  });

  it('resumes across a restart of the API, also when the client had seen no event yet', async () => {
    const reader = await follow();
    await expect.poll(() => reader.lastEventId()).toMatch(/^\d+-\d+$/);
    const { id: before } = await service.schedule({ title: 'before' });
    await readUntil(reader, before);
    const fresh = await follow();
    await expect.poll(() => fresh.lastEventId()).toMatch(/^\d+-\d+$/);
    await service.restartApi();
    await reader.ended;
    const { id: between } = await service.schedule();
    const resumed = await follow('', { 'last-event-id': fresh.lastEventId() });
    const { id: after } = await service.schedule();
    await readUntil(resumed, after);
    expect(idsOf(resumed)).toEqual([between, after]);
  });

  it('goes on after Redis was killed and came back', async () => {
    const reader = await follow();
    const { id: before } = await service.schedule();
    await readUntil(reader, before);
    await service.redis.kill9();
    await service.redis.restart();
    await expect
      .poll(async () => (await service.request('GET', '/v1/broadcasts')).status, { timeout: 30_000 })
      .toBe(200);
    const { id: after } = await service.schedule();
    await readUntil(reader, after);
    expect(idsOf(reader)).toEqual([before, after]);
  });

  it('filters by type and broadcast, and moves the client on past what it does not want', async () => {
    const all = await follow();
    const one = await service.schedule();
    const canceled = await follow('?type=broadcast.canceled,alert.*');
    const ofOne = await follow(`?type=broadcast.*&broadcastId=${one.id}`);
    const other = await service.schedule();
    for (const { id } of [one, other]) await service.request('DELETE', `/v1/broadcasts/${id}`);
    await readUntil(canceled, other.id, 'broadcast.canceled');
    await readUntil(ofOne, one.id, 'broadcast.canceled');
    await readUntil(all, other.id, 'broadcast.canceled');
    expect(canceled.events.map(({ event }) => event)).toEqual(['broadcast.canceled', 'broadcast.canceled']);
    expect(idsOf(ofOne)).toEqual([one.id]);
  });

  it.each([
    ['?type=nonsense%20!', 'type'],
    ['?type=alarm.missed', 'type'],
    ['?lastEventId=abc', 'lastEventId'],
    ['?lastEventId=99999999999999999999', 'lastEventId'],
    ['?broadcastId=', 'broadcastId'],
    ['?colour=red', 'colour'],
  ])('%s is 400', async (query, path) => {
    const answer = await service.request('GET', `/v1/events${query}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: unknown }).errors).toEqual([expect.objectContaining({ path })]);
  });

  it('HEAD has the headers and ends', async () => {
    const answer = await service.request('HEAD', '/v1/events');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('stands in the description', async () => {
    const { paths } = await service.json('GET', '/openapi.json');
    expect(paths['/v1/events'].get.responses['200'].content).toHaveProperty(['text/event-stream']);
  });
});

describe('events that are no longer stored', () => {
  it('are reported by stream.gap, then the oldest follow', async () => {
    const redis = new Redis(service.redis.url);
    const reader = await follow();
    const { id: lost } = await service.schedule();
    await readUntil(reader, lost);
    await service.schedule();
    const { id: kept } = await service.schedule();
    await redis.xtrim(service.core.keys.named('events'), 'MAXLEN', 1);
    const resumed = await follow('', { 'last-event-id': reader.events[0]?.id as string });
    await readUntil(resumed, kept);
    expect(resumed.events.map(({ event }) => event)).toEqual(['stream.gap', 'broadcast.scheduled']);
    expect(resumed.events[0]?.data.data).toMatchObject({ lastEventId: reader.events[0]?.id });
    const everything = await follow('?lastEventId=0');
    await readUntil(everything, kept);
    expect(everything.events.map(({ event }) => event)).toEqual(['broadcast.scheduled']);
    await redis.quit();
  });

  it('an id that Redis never gave is a gap, and what comes next is sent', async () => {
    const reader = await follow('', { 'last-event-id': '99999999999999-0' });
    const { id } = await service.schedule();
    await readUntil(reader, id);
    expect(reader.events[0]?.event).toBe('stream.gap');
  });
});

describe('many and slow clients', () => {
  const connections = async () => {
    const redis = new Redis(service.redis.url);
    const clients = String(await redis.client('LIST')).split('\n').length;
    await redis.quit();
    return clients;
  };

  it('share one connection to Redis, and all see everything in order', async () => {
    const before = await connections();
    const readers = await Promise.all(Array.from({ length: 50 }, () => follow()));
    expect(await connections()).toBe(before);
    const ids: string[] = [];
    for (let i = 0; i < 20; i += 1) ids.push((await service.schedule()).id);
    for (const reader of readers) {
      await readUntil(reader, ids.at(-1) as string);
      expect(idsOf(reader)).toEqual(ids);
    }
  });

  it('one that reads nothing holds up nobody, costs little memory, and gets all when it reads again', async () => {
    const redis = new Redis(service.redis.url);
    const key = service.core.keys.named('events');
    const port = Number(new URL(service.api().url).port);
    const slow = connect(port, '127.0.0.1');
    slow.write(`GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => slow.once('data', resolve));
    slow.pause();
    const reader = await follow();
    const pad = 'x'.repeat(20_000);
    const memory = process.memoryUsage().rss;
    for (let i = 0; i < 40; i += 1) {
      const batch = redis.pipeline();
      for (let j = 0; j < 50; j += 1)
        batch.xadd(
          key,
          '*',
          'e',
          JSON.stringify({ type: 'test.big', timestamp: '', data: { id: `${i * 50 + j}`, pad } }),
        );
      await batch.exec();
    }
    await readUntil(reader, '1999', 'test.big');
    expect(process.memoryUsage().rss - memory).toBeLessThan(400e6);
    let text = '';
    slow.setEncoding('latin1');
    slow.on('data', (chunk) => {
      text += chunk;
    });
    slow.resume();
    await expect.poll(() => text.includes('"id":"1999"'), { timeout: 30_000 }).toBe(true);
    const seen = [...text.matchAll(/"data":\{"id":"(\d+)"/g)].map(([, id]) => Number(id));
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
    slow.destroy();
    await redis.quit();
  }, 120_000);
});
