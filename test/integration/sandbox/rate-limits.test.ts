import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimits } from '../../../sandbox/rate-limits.ts';
import { openSandbox, type Reply } from '../../support/sandbox-client.ts';

const PER_SECOND = 'You have reached the maximum per-second rate limit for this API. Try again later.';

function burst(count: number, send: () => Promise<Reply>): Promise<Reply[]> {
  return Promise.all(Array.from({ length: count }, send));
}

describe('rate limits', () => {
  it('admits exactly the limit in any sliding second, whatever the arrivals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (gaps) => {
        const limits = new RateLimits();
        const admitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const recent = admitted.filter((at) => at > now - 1000).length;
          const refused = limits.admit('a', 'Light', { perSecond: 4, perDay: null }, 0, now);
          expect(refused === null).toBe(recent < 4);
          if (refused === null) admitted.push(now);
        }
      }),
    );
  });

  it('refuses the 31st request of a second by default, per account', async () => {
    const sandbox = await openSandbox({ plan: 'pro' });
    const replies = await burst(40, () => sandbox.zoom('GET', '/meetings/123456789'));
    const refused = replies.filter(({ status }) => status === 429);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(refused).toHaveLength(10);
    expect(refused[0]?.body).toEqual({ code: 429, message: PER_SECOND });
    expect(Object.fromEntries(refused[0]?.headers ?? [])).toMatchObject({
      'x-ratelimit-category': 'Light',
      'x-ratelimit-type': 'QPS',
      'x-ratelimit-limit': '30',
      'x-ratelimit-remaining': '0',
    });
    expect(refused[0]?.headers.has('retry-after')).toBe(false);
    const other = await sandbox.zoom('GET', '/meetings/123456789', undefined, { authorization: 'Bearer other' });
    expect(other.status).toBe(200);
    sandbox.advance(999);
    expect((await sandbox.zoom('GET', '/meetings/123456789')).status).toBe(429);
    sandbox.advance(1);
    expect((await sandbox.zoom('GET', '/meetings/123456789')).status).toBe(200);
    const { accounts } = (await sandbox.control('GET', 'accounts')).body;
    expect(Object.values(accounts)).toEqual([
      { requests: 42, limitedPerSecond: 11, limitedPerDay: 0, peakPerSecond: 41 },
      { requests: 1, limitedPerSecond: 0, limitedPerDay: 0, peakPerSecond: 1 },
    ]);
  });

  it('a rate-limited start is not accepted and does not begin the 30 seconds', async () => {
    const sandbox = await openSandbox({ lightPerSecond: 1 });
    await sandbox.zoom('GET', '/meetings/123456789');
    expect(await sandbox.status('123456789', 'start')).toMatchObject({ status: 429, body: { message: PER_SECOND } });
    expect((await sandbox.control('GET', 'meetings/123456789')).body).toMatchObject({
      lastStartAt: null,
      acceptedStarts: 0,
    });
    await sandbox.control('PATCH', 'settings', { lightPerSecond: null });
    expect((await sandbox.status('123456789', 'start')).status).toBe(204);
  });

  it('ends the day with the time of the next one in Retry-After, and begins it anew', async () => {
    const sandbox = await openSandbox({ lightPerDay: 2 });
    await burst(2, () => sandbox.zoom('GET', '/meetings/123456789'));
    const refused = await sandbox.zoom('GET', '/meetings/123456789');
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 429, message: expect.stringMatching(/maximum daily rate limit/) },
    });
    expect(refused.headers.get('x-ratelimit-type')).toBe('Daily-limit');
    const until = refused.headers.get('retry-after') ?? '';
    expect(until).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/);
    sandbox.advance(Date.parse(until) - Date.now());
    expect((await sandbox.zoom('GET', '/meetings/123456789')).status).toBe(200);
  });

  it('knows the plans, also account by account, and the Medium label', async () => {
    const sandbox = await openSandbox({ plan: 'free' });
    expect(
      (await burst(6, () => sandbox.zoom('GET', '/meetings/123456789'))).filter(({ status }) => status === 200),
    ).toHaveLength(4);
    const users = await burst(4, () => sandbox.zoom('GET', '/users/u/settings'));
    expect(users.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(users.find(({ status }) => status === 429)?.headers.get('x-ratelimit-category')).toBe('Medium');
    const [account] = Object.keys((await sandbox.control('GET', 'accounts')).body.accounts);
    await sandbox.control('PATCH', 'settings', { plans: { [account as string]: 'none' } });
    expect(
      (await burst(100, () => sandbox.zoom('GET', '/meetings/123456789'))).every(({ status }) => status === 200),
    ).toBe(true);
  });
});
