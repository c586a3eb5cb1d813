import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { packageVersion } from '../../../src/version.ts';
import { startWorker } from '../../../workers/start-worker.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { eventually } from '../../support/wait-for.ts';

const MINUTE = 60_000;
const ENDED = 3_000;
/** Every 27th failed: some of them far beyond any first page. */
const isBroken = (i: number) => i % 27 === 26;
const BROKEN = Array.from({ length: ENDED }, (_, i) => i).filter(isBroken).length;

let service: Service;
let ids: string[];
beforeAll(async () => {
  service = await startService();
  const startOfDay = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const made: Broadcast[] = [];
  const { scheduler } = service.api();
  for (let from = 0; from < ENDED; from += 1_000) {
    const broadcasts = Array.from({ length: 1_000 }, (_, i) => ({
      meetingId: String(500_000_000 + from + i),
      startAt: new Date(Date.now() + 3_600_000).toISOString(),
      duration: 'PT10M',
      labels: { faculty: (from + i) % 2 ? 'law' : 'arts' },
    }));
    made.push(...(await scheduler.scheduleBatch({ broadcasts }, { by: 'test' })).broadcasts);
  }
  const writes = made.map((before, i) => {
    const builder = new DecisionBuilder(before, startOfDay + i, 'test');
    builder.next.startAt = startOfDay + i;
    if (isBroken(i)) builder.become('failed', 'refused').alert('failed', 'refused: Zoom refused it');
    else builder.become('ended', 'stop time');
    return { before, decision: builder.build() };
  });
  for (let from = 0; from < writes.length; from += 500) {
    const result = await service.core.store.commit(writes.slice(from, from + 500));
    if (result.kind !== 'ok') throw new Error(result.kind);
  }
  ids = made.filter((_, i) => isBroken(i)).map(({ id }) => id);
}, 60_000);
afterAll(() => service.stop());

/** Every alert that the query finds, page by page. */
async function all(query: string, limit = 50) {
  const found = [];
  for (let cursor = ''; ; ) {
    const page = await service.json('GET', `/v1/alerts?limit=${limit}${query}${cursor && `&cursor=${cursor}`}`);
    expect(page.alerts.length).toBeLessThanOrEqual(limit);
    found.push(...page.alerts);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

describe('a day with 3,000 ended broadcasts', () => {
  it('every failure among them is an open alert, the newest first', async () => {
    const open = await all('&state=open');
    expect(open.map(({ broadcastId }) => broadcastId)).toEqual([...ids].reverse());
    expect(Object.keys(open[0]).sort()).toEqual(
      'acknowledgedAt acknowledgedBy advice broadcastId code id message note raisedAt resolvedAt'.split(' '),
    );
    const law = await all('&state=open&label=faculty%3Dlaw', 7);
    const arts = await all('&state=open&label=faculty%3Darts', 1_000);
    expect(law.length + arts.length).toBe(BROKEN);
    expect(law.length).toBeGreaterThan(0);
    const middle = open[40].raisedAt;
    expect(await all(`&from=${middle}`)).toHaveLength(41);
    expect(await all(`&to=${middle}`)).toHaveLength(BROKEN - 41);
    expect(await all('&account=other')).toEqual([]);
  });

  it('the summary counts them all, and does not read them', async () => {
    const commands = async () => {
      const text = await service.core.redis.info('stats');
      return Number(/total_commands_processed:(\d+)/.exec(text)?.[1]);
    };
    const before = await commands();
    const summary = await service.json('GET', '/v1/summary');
    expect((await commands()) - before).toBeLessThan(200);
    expect(summary.alerts).toEqual({
      open: BROKEN,
      acknowledged: 0,
      byCode: { failed: BROKEN },
      version: expect.any(String),
    });
    expect(summary.broadcasts.now).toMatchObject({ ended: ENDED - BROKEN, failed: BROKEN, live: 0 });
    expect(summary.broadcasts.today).toMatchObject({ ended: ENDED - BROKEN, failed: BROKEN });
    expect(summary).toMatchObject({ nextStart: null, nextStop: null, oldestOverdue: null, workers: { seen: 0 } });
    expect(summary.zoomEvents).toEqual({ lastAt: null, ageMs: null });
    expect(summary.versions).toMatchObject([{ version: packageVersion() }]);
    expect(summary.accounts).toMatchObject([{ name: 'default', plan: 'pro', usedToday: 0, leftToday: null }]);
  });

  it('an acknowledged one leaves the open ones, with who did it and why; a wrong request gets every error at once', async () => {
    const [first] = (await service.json('GET', '/v1/alerts?state=open&limit=1')).alerts;
    const answer = await service.request('POST', `/v1/alerts/${first.id}/ack`, { note: 'The host starts it.' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: first.id, note: 'The host starts it.', acknowledgedBy: 'api' });
    expect((await service.json('GET', '/v1/alerts?state=acknowledged')).alerts).toMatchObject([{ id: first.id }]);
    const { alerts } = await service.json('GET', '/v1/summary');
    expect(alerts).toMatchObject({ open: BROKEN - 1, acknowledged: 1, byCode: { failed: BROKEN - 1 } });

    expect((await service.request('POST', '/v1/alerts/al_none/ack', {})).status).toBe(404);
    const paths = async (method: string, path: string, body?: unknown) =>
      (await service.json(method, path, body)).errors.map(({ path: where }: { path: string }) => where);
    expect(await paths('POST', `/v1/alerts/${first.id}/ack`, { note: 1, by: 'me' })).toEqual(['by', 'note']);
    expect(await paths('GET', '/v1/alerts?state=shut&limit=0&status=live')).toEqual(['state', 'limit', 'status']);
    expect(await paths('GET', '/v1/summary?timezone=Mars')).toEqual(['timezone']);
  });

  it('says what starts and stops next, and what is overdue longest', async () => {
    const soon = await service.schedule({ title: 'Soon', startAt: new Date(Date.now() + 20 * MINUTE).toISOString() });
    const later = await service.schedule({
      startAt: new Date(Date.now() + 30 * MINUTE).toISOString(),
      duration: 'PT1H',
    });
    const past = await service.schedule({ title: 'Past', startAt: new Date(Date.now() + 10 * MINUTE).toISOString() });
    const before = await service.core.store.get(past.id);
    const builder = new DecisionBuilder(before, Date.now(), 'test');
    builder.next.startAt = Date.now() - MINUTE;
    await service.core.store.commit([{ before, decision: builder.build() }]);
    const summary = await service.json('GET', '/v1/summary?timezone=Asia/Tokyo');
    expect(summary.nextStart).toMatchObject({ broadcastId: soon.id, title: 'Soon' });
    expect(summary.nextStop).toMatchObject({ broadcastId: later.id });
    expect(summary.oldestOverdue).toMatchObject({ broadcastId: past.id, action: 'start', title: 'Past' });
    expect(summary.oldestOverdue.overdueMs).toBeGreaterThanOrEqual(MINUTE);
    expect(summary.timezone).toBe('Asia/Tokyo');

    // Due, and not overdue yet: on its way, and still the next.
    const due = await service.schedule({ title: 'Due', startAt: new Date(Date.now() + 15 * MINUTE).toISOString() });
    for (const status of ['scheduled', 'starting', 'waiting'] as const) {
      const planned = await service.core.store.get(due.id);
      const next = new DecisionBuilder(planned, Date.now(), 'test');
      next.become(status, null).next.startAt = Date.now() - 100;
      await service.core.store.commit([{ before: planned, decision: next.build() }]);
      const now = await service.json('GET', '/v1/summary');
      expect(now.nextStart).toMatchObject({ broadcastId: due.id, title: 'Due' });
    }
  });
});

describe('GET /v1/accounts', () => {
  let zoom: Server;
  let service: Service;
  let refuses = true;
  let unreachable = false;
  beforeAll(async () => {
    zoom = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (unreachable) request.socket.destroy();
      else if (!request.url?.startsWith('/oauth')) response.writeHead(204).end();
      else if (refuses)
        response.writeHead(400).end('{"reason":"Invalid client_id or client_secret","error":"invalid_client"}');
      else response.writeHead(200).end('{"access_token":"t","token_type":"bearer","expires_in":3600}');
    });
    await new Promise<void>((resolve) => zoom.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(zoom.address() as AddressInfo).port}`;
    const credentials = { ZOOM_ACCOUNT_ID: 'a', ZOOM_CLIENT_ID: 'b', ZOOM_CLIENT_SECRET: 'c', ZOOM_PLAN: 'free' };
    const urls = { ZOOM_API_URL: `${base}/v2`, ZOOM_OAUTH_URL: `${base}/oauth/token` };
    service = await startService({ ZOOM_ACCESS_TOKEN: '', PREFLIGHT: 'off', ...credentials, ...urls });
  });
  afterAll(async () => {
    await service.stop();
    zoom.close();
  });

  it('says whether Zoom takes the credentials, and since when', async () => {
    const credentials = async () => (await service.json('GET', '/v1/accounts')).accounts[0].credentials;
    expect(await service.json('GET', '/v1/accounts')).toMatchObject({
      accounts: [
        {
          name: 'default',
          plan: 'free',
          limits: { requestsPerSecond: 3, requestsPerDay: 5_400, rateShare: 0.9 },
          credentials: { good: null, since: null, checkedAt: null, detail: null },
        },
      ],
    });
    const worker = await startWorker(service.core);
    try {
      unreachable = true;
      await service.schedule({ startAt: new Date(Date.now() + 2_000).toISOString() });
      const away = await eventually(async () => {
        const state = await credentials();
        return state.detail !== null && state;
      }, 30_000);
      expect(away).toMatchObject({ good: null, detail: expect.stringContaining('No token from Zoom: token endpoint') });
      expect(Date.parse(away.since)).toBeGreaterThan(Date.now() - MINUTE);
      unreachable = false;
      await service.schedule({ startAt: new Date(Date.now() + 2_000).toISOString() });
      const bad = await eventually(async () => {
        const state = await credentials();
        return state.good === false && state;
      }, 30_000);
      expect(bad.detail).toMatch(/\w+ \w+/);
      expect(Date.parse(bad.since)).toBeGreaterThan(Date.now() - MINUTE);
      refuses = false;
      await service.schedule({ startAt: new Date(Date.now() + 2_000).toISOString() });
      const good = await eventually(async () => {
        const state = await credentials();
        return state.good === true && state;
      }, 30_000);
      expect(good.detail).toBeNull();
      expect(Date.parse(good.since)).toBeGreaterThanOrEqual(Date.parse(bad.since));
      const summary = await eventually(async () => {
        const found = await service.json('GET', '/v1/summary');
        return found.accounts[0].usedToday > 0 && found;
      }, 30_000);
      expect(summary.accounts[0].leftToday).toBe(5_400 - summary.accounts[0].usedToday);
      expect(summary.workers.seen).toBe(1);
    } finally {
      await worker.close();
    }
  });
});

it('the summary says when Redis refuses writes, and why', async () => {
  const { redis } = service.core;
  const seen = async () => (await service.json('GET', '/v1/summary')).redis;
  expect(await seen()).toEqual({ writes: true, detail: null });
  await redis.config('SET', 'min-replicas-to-write', '1');
  try {
    const refused = { writes: false, detail: expect.stringMatching(/^Redis refuses writes: too few replicas .*Bring/) };
    await eventually(async () => (await seen()).writes === false);
    expect(await seen()).toEqual(refused);
  } finally {
    await redis.config('SET', 'min-replicas-to-write', '0');
  }
});
