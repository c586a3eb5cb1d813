import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BUSY_MS,
  type Installation,
  newMeetingId,
  type SandboxRequest,
  startInstallation,
} from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** Contract rule 8 under load, with two worker processes: a token that ends among 100 starts, and no token to be had. */

const STARTS = 100;
/** One start each so many ms: slower than the plan's limit, so that it is not what holds them. */
const APART_MS = 30;
const DOWN_MS = 5_000;

let on: Installation;
beforeAll(async () => {
  on = await startInstallation({ workers: 2 });
});
afterAll(() => on?.close());

async function tokenRequests(): Promise<SandboxRequest[]> {
  const { requests } = (await on.sandbox.control('GET', 'requests')).body;
  return requests.filter(({ path }: SandboxRequest) => path === '/oauth/token');
}

/** A hundred broadcasts, the first due `inMs` from now; answers when the last is due, ms. */
async function hundredStarts(
  inMs: number,
): Promise<{ ids: string[]; meetings: string[]; first: number; last: number }> {
  const first = Date.now() + inMs;
  const broadcasts = Array.from({ length: STARTS }, (_, i) => ({
    meetingId: newMeetingId(),
    startAt: new Date(first + i * APART_MS).toISOString(),
  }));
  const reply = await on.api('POST', '/v1/broadcasts/batch', { broadcasts });
  expect(reply.status).toBe(201);
  const ids = reply.body.broadcasts.map(({ id }: { id: string }) => id);
  return { ids, meetings: broadcasts.map(({ meetingId }) => meetingId), first, last: first + (STARTS - 1) * APART_MS };
}

/** All are live, and Zoom took one start of each. */
async function allLiveOnce({ ids, meetings }: { ids: string[]; meetings: string[] }): Promise<void> {
  const live = new Set<string>();
  await until(`${STARTS} broadcasts are live`, async () => {
    const { broadcasts } = (await on.api('GET', '/v1/broadcasts?status=live&limit=1000')).body;
    for (const { id } of broadcasts) live.add(id);
    return ids.every((id) => live.has(id));
  });
  const took = await Promise.all(meetings.map((id) => on.sandbox.meeting(id)));
  const once = took.filter(({ acceptedStarts, limitedStarts }) => acceptedStarts === 1 && limitedStarts === 0);
  expect(once).toHaveLength(STARTS);
}

test('a token that ends by its time in the middle of 100 starts is renewed exactly once', async () => {
  // Good for 8 s and renewed 2 s before; what is issued after it lasts.
  await on.sandbox.control('PATCH', 'settings', { tokenExpiresInS: 8 });
  await on.sandbox.control('POST', 'tokens/revoke', {});
  const warm = await on.schedule();
  await on.waitForStatus(warm.id, 'live');
  const issuedAt = (await tokenRequests()).at(-1)?.at as number;
  const before = (await tokenRequests()).length;
  await on.sandbox.control('PATCH', 'settings', { tokenExpiresInS: 3_600 });
  const batch = await hundredStarts(issuedAt + 6_000 - Date.now() - (STARTS / 2) * APART_MS);
  await allLiveOnce(batch);
  const renewals = (await tokenRequests()).slice(before);
  expect(renewals).toHaveLength(1);
  expect(renewals[0]?.at).toBeGreaterThan(batch.first);
  expect(renewals[0]?.at).toBeLessThan(batch.last);
  const late = await on.api('GET', `/v1/broadcasts/${batch.ids.at(-1)}`);
  expect(late.body.startLatenessMs).toBeLessThan(BUSY_MS);
});

test('a token that Zoom refuses in the middle of 100 starts is renewed exactly once, and each start is sent again', async () => {
  const warm = await on.schedule();
  await on.waitForStatus(warm.id, 'live');
  const before = (await tokenRequests()).length;
  const batch = await hundredStarts(2_500);
  const middle = (batch.first + batch.last) / 2;
  await until('the middle', () => Date.now() >= middle);
  await on.sandbox.control('POST', 'tokens/revoke', {});
  await allLiveOnce(batch);
  expect(await tokenRequests()).toHaveLength(before + 1);
  const all: SandboxRequest[] = (await on.sandbox.control('GET', 'requests?action=start')).body.requests;
  const refused = all.filter(({ status, at }) => status === 401 && at >= middle - APART_MS);
  expect(refused.length).toBeGreaterThan(0);
});

test('a token endpoint that is down for 5 s, the token being refused: all become live, none twice', async () => {
  const warm = await on.schedule();
  await on.waitForStatus(warm.id, 'live');
  const downAt = Date.now();
  const asked = async () => (await tokenRequests()).filter(({ at }) => at >= downAt);
  // Cut connections first, 503 then.
  await on.sandbox.script({ path: '^/oauth/token$' }, { reset: true, when: 'before', times: 6 });
  await on.sandbox.script({ path: '^/oauth/token$' }, { status: 503, times: 1_000 });
  await on.sandbox.control('POST', 'tokens/revoke', {});
  const batch = await hundredStarts(300);
  await until('it was down for 5 s', async () => Date.now() >= downAt + DOWN_MS && (await asked()).length > 6);
  await on.sandbox.control('DELETE', 'script');
  const backAt = Date.now();
  await allLiveOnce(batch);
  // Each of the two workers asks twice a second, however many starts are due.
  expect((await asked()).filter(({ at }) => at < backAt).length).toBeLessThan(2 * 2 * ((backAt - downAt) / 1_000 + 1));
  expect((await tokenRequests()).filter(({ at }) => at >= backAt)).toHaveLength(1);
});
