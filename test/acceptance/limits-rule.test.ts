import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUSY_MS, type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until, untilMoment } from '../support/wait-for.ts';
import { daily, fromNow, PER_SECOND, said } from '../support/zoom-responses.ts';

/** Contract rule 4: the kinds of 429. Each case has an account of its own, because an account pauses as a whole. */

const START_RETRY_MS = 3_000;
const ACCOUNTS = ['second', 'header', 'seconds', 'date', 'iso', 'none', 'window', 'stop', 'unknown', 'other'];

let on: Installation;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-test-accounts-'));
  const accounts = ACCOUNTS.map((name) => ({
    name,
    accountId: `zoom-${name}`,
    clientId: name,
    clientSecret: `${name}-secret`,
    plan: 'business',
  }));
  const file = join(folder, 'accounts.json');
  await writeFile(file, JSON.stringify({ accounts }));
  on = await startInstallation({
    workers: 2,
    env: { START_RETRY_MS: String(START_RETRY_MS), ZOOM_ACCOUNTS_FILE: file },
    sandbox: { startRetryMs: 0 },
  });
});
afterAll(async () => {
  await on?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A broadcast of the account whose request of that kind is answered so; resolves when that was written down. */
async function limited(account: string, answer: object, fields: Record<string, unknown> = {}) {
  const meetingId = newMeetingId();
  await on.sandbox.script({ meetingId, action: 'start' }, { ...answer });
  const made = await on.schedule({ account, meetingId, ...fields });
  // The state below lasts for a second: what waits from long before asks too seldom.
  await untilMoment(Date.parse(made.startAt));
  const answeredAt = await until('the 429', async () => (await on.requests(meetingId, 'start'))[0]?.answeredAt);
  const shown = await until('it is written', async () => {
    const now = await on.broadcast(made.id);
    return now.nextAttemptAt ? now : null;
  });
  return { ...made, nextAttemptAt: shown.nextAttemptAt, status: shown.status, answeredAt };
}

async function startedAt(meetingId: string, nth: number): Promise<number> {
  return until('a start', async () => (await on.requests(meetingId, 'start'))[nth]?.at);
}

const daysAlerts = async (id: string) =>
  (await on.history(id)).filter(({ type, reason }) => type === 'alert' && reason?.startsWith('daily_limit'));

describe.concurrent('per second', () => {
  test('the whole account pauses for a second, no other account does', async () => {
    const dueAt = Date.now() + 5_000;
    // Planned before, so that it leaves in the pause also where the API is slow to take it.
    const other = await on.schedule({ account: 'other', startAt: new Date(dueAt + 300).toISOString() });
    const first = await limited('second', PER_SECOND, { startAt: new Date(dueAt).toISOString() });
    const same = await on.schedule({ account: 'second' });
    const [again, sameAt, otherAt] = await Promise.all([
      startedAt(first.meetingId, 1),
      startedAt(same.meetingId, 0),
      startedAt(other.meetingId, 0),
    ]);
    expect(again - first.answeredAt).toBeGreaterThanOrEqual(1_000);
    expect(again - first.answeredAt).toBeLessThan(1_000 + BUSY_MS);
    expect(sameAt - first.answeredAt).toBeGreaterThanOrEqual(1_000);
    expect(otherAt).toBeLessThan(Math.min(again, sameAt));
    await on.waitForStatus(first.id, 'live');
    expect(await daysAlerts(first.id)).toEqual([]);
  });

  test('recognized by the header alone', async () => {
    const { meetingId, answeredAt } = await limited(
      'header',
      said(429, null, 'Slow down', { 'X-RateLimit-Type': 'QPS' }),
    );
    const waited = (await startedAt(meetingId, 1)) - answeredAt;
    expect(waited).toBeGreaterThanOrEqual(1_000);
    expect(waited).toBeLessThan(START_RETRY_MS);
  });
});

describe.concurrent('per day', () => {
  test.each([
    ['seconds', 'seconds', () => '4'],
    ['an HTTP date', 'date', () => new Date(Date.now() + 10_000).toUTCString()],
    ['an ISO time', 'iso', () => `${new Date(Date.now() + 10_000).toISOString().slice(0, 19)}Z`],
  ])('Retry-After as %s: the whole account pauses until then, with an alert', async (_what, account, retryAfter) => {
    const value = retryAfter();
    const first = await limited(account, daily({ 'Retry-After': value }));
    const opens = account === 'seconds' ? first.answeredAt + 4_000 : Date.parse(value);
    // Seconds count from when the worker read the answer, which a busy machine does later.
    expect(Date.parse(first.nextAttemptAt ?? '')).toBeGreaterThanOrEqual(opens - 100);
    expect(Date.parse(first.nextAttemptAt ?? '')).toBeLessThan(opens + BUSY_MS);
    const same = await on.schedule({ account });
    expect(await startedAt(first.meetingId, 1)).toBeGreaterThanOrEqual(opens);
    expect(await startedAt(same.meetingId, 0)).toBeGreaterThanOrEqual(opens);
    await on.waitForStatus(first.id, 'live');
    expect(await startedAt(first.meetingId, 1)).toBeLessThan(opens + BUSY_MS);
    expect(await daysAlerts(first.id)).toHaveLength(1);
  });

  test('without Retry-After: until 00:00 UTC', async () => {
    const first = await limited('none', daily(), { startWindow: 'P2D' });
    const midnight = new Date(`${first.startAt.slice(0, 10)}T00:00:00Z`).getTime() + 86_400_000;
    expect(Date.parse(first.nextAttemptAt ?? '')).toBe(midnight);
    expect(first.status).toBe('starting');
    expect(await daysAlerts(first.id)).toHaveLength(1);
    const same = await on.schedule({ account: 'none', startWindow: 'P2D' });
    const held = await on.waitForStatus(same.id, 'starting');
    expect(Date.parse(held.nextAttemptAt ?? '')).toBe(midnight);
    expect(await on.requests(same.meetingId)).toEqual([]);
  });

  test('missed when the window closes before', async () => {
    const first = await limited('window', daily(), { startWindow: 'PT3S' });
    await on.waitForStatus(first.id, 'missed');
    expect(await on.requests(first.meetingId, 'start')).toHaveLength(1);
  });
});

describe.concurrent('one whose kind is unknown', () => {
  const UNKNOWN = said(429, 429, 'Hold on');

  test('a start follows the 30-second rule, and nobody else waits', async () => {
    const first = await limited('unknown', UNKNOWN);
    const other = await on.schedule({ account: 'unknown' });
    const otherAt = await startedAt(other.meetingId, 0);
    await on.waitForStatus(other.id, 'live');
    const again = await startedAt(first.meetingId, 1);
    expect(otherAt).toBeLessThan(again);
    expect(again - first.answeredAt).toBeGreaterThanOrEqual(START_RETRY_MS);
  });

  test('a stop waits a second', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.script({ meetingId, action: 'stop' }, UNKNOWN);
    const made = await on.schedule({ account: 'stop', meetingId, stopAt: fromNow(6_000) });
    await on.waitForStatus(made.id, 'ended');
    const [first, second] = await on.requests(meetingId, 'stop');
    const waited = (second?.at ?? 0) - (first?.answeredAt ?? 0);
    expect(waited).toBeGreaterThanOrEqual(1_000);
    expect(waited).toBeLessThan(1_000 + BUSY_MS);
  });
});
