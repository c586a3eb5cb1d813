import { describe, expect, it, vi } from 'vitest';
import { openSandbox, type SandboxClient } from '../../support/sandbox-client.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

const ID = '82929473321';

async function script(sandbox: SandboxClient, match: object, answer: object) {
  const reply = await sandbox.control('POST', 'script', { match, answer });
  expect(reply.status).toBe(201);
}

const lastEntry = async (sandbox: SandboxClient) => (await sandbox.control('GET', 'requests')).body.requests.at(-1);
const meeting = async (sandbox: SandboxClient) => (await sandbox.control('GET', `meetings/${ID}`)).body;

describe('scripted answers', () => {
  it('answer the next requests that match, so many times, without effect', async () => {
    const sandbox = await openSandbox();
    const answer = { status: 503, text: '<html>down</html>', headers: { 'Retry-After': '7' }, times: 2 };
    await script(sandbox, { method: 'PATCH', path: 'livestream/status$', action: 'start', meetingId: ID }, answer);
    expect((await sandbox.status('123456789', 'start')).status).toBe(204);
    expect((await sandbox.status(ID, 'stop')).status).toBe(204);
    for (let n = 0; n < 2; n += 1) {
      const reply = await sandbox.status(ID, 'start');
      expect(reply).toMatchObject({ status: 503, text: '<html>down</html>' });
      expect(reply.headers.get('retry-after')).toBe('7');
      expect(reply.headers.get('x-zm-trackingid')).toBeTruthy();
    }
    expect(await meeting(sandbox)).toMatchObject({ acceptedStarts: 0, streaming: false });
    expect(await lastEntry(sandbox)).toMatchObject({
      status: 503,
      accepted: false,
      scripted: true,
      outcome: 'answered',
    });
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
    expect(await lastEntry(sandbox)).toMatchObject({ status: 204, accepted: true, scripted: false });
  });

  it('may apply the request all the same', async () => {
    const sandbox = await openSandbox();
    await script(sandbox, { action: 'start' }, { status: 502, accept: true });
    expect(await sandbox.status(ID, 'start')).toMatchObject({ status: 502, text: '' });
    expect(await meeting(sandbox)).toMatchObject({ acceptedStarts: 1, streaming: true });
    expect(await lastEntry(sandbox)).toMatchObject({ status: 502, accepted: true });
  });

  it('answer a 300 and an error under 200, also to the token request', async () => {
    const sandbox = await openSandbox();
    await script(
      sandbox,
      {},
      { status: 300, body: { message: 'Missing meetingId.' }, headers: { location: 'http://127.0.0.1:1/' } },
    );
    await script(sandbox, {}, { status: 200, body: { code: 124, message: 'Invalid access token.' } });
    await script(sandbox, { path: '^/oauth/token$' }, { status: 500 });
    expect(await sandbox.status(ID, 'start')).toMatchObject({ status: 300, body: { message: 'Missing meetingId.' } });
    expect(await sandbox.status(ID, 'start')).toMatchObject({ status: 200, body: { code: 124 } });
    expect((await fetch(sandbox.oauthUrl, { method: 'POST' })).status).toBe(500);
  });

  it.each([
    ['before', 0, false],
    ['after', 1, true],
  ])('reset the connection %s the effect', async (when, acceptedStarts, accepted) => {
    const sandbox = await openSandbox();
    await script(sandbox, { action: 'start' }, { reset: true, when });
    await expect(sandbox.status(ID, 'start')).rejects.toThrow();
    expect(await meeting(sandbox)).toMatchObject({ acceptedStarts });
    expect(await lastEntry(sandbox)).toMatchObject({ status: null, answeredAt: null, accepted, outcome: 'reset' });
    expect((await sandbox.status('123456789', 'start')).status).toBe(204);
  });

  it('hang, with or without effect, until the client leaves or the time is over', async () => {
    const sandbox = await openSandbox();
    await script(sandbox, { action: 'start' }, { hang: 60_000, accept: true });
    const gone = fetch(`${sandbox.apiUrl}/meetings/${ID}/livestream/status`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
      body: '{"action":"start"}',
      signal: AbortSignal.timeout(100),
    });
    await expect(gone).rejects.toThrow();
    expect(await meeting(sandbox)).toMatchObject({ acceptedStarts: 1 });
    await vi.waitFor(
      async () => expect(await lastEntry(sandbox)).toMatchObject({ outcome: 'client_gone', accepted: true }),
      HANGS_MS,
    );
    await script(sandbox, { action: 'stop' }, { hang: 50 });
    await expect(sandbox.status(ID, 'stop')).rejects.toThrow();
    expect(await meeting(sandbox)).toMatchObject({ acceptedStops: 0, streaming: true });
  });

  it('only delay the own answer; the effect comes at once', async () => {
    const sandbox = await openSandbox();
    await script(sandbox, { action: 'start' }, { delayMs: 200 });
    const begun = performance.now();
    const started = sandbox.status(ID, 'start');
    await vi.waitFor(async () => expect((await meeting(sandbox)).streaming).toBe(true), HANGS_MS);
    expect((await started).status).toBe(204);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(195);
    const entry = await lastEntry(sandbox);
    expect(entry.answeredAt - entry.at).toBeGreaterThanOrEqual(200);
  });

  it('a scripted live-stream 429 begins the 30 seconds, a scripted rate limit does not', async () => {
    const sandbox = await openSandbox();
    const limited = { code: 429, message: 'You have reached the maximum per-second rate limit for this API.' };
    await script(sandbox, { meetingId: '123456789' }, { status: 429, body: limited });
    await sandbox.status('123456789', 'start');
    expect((await sandbox.status('123456789', 'start')).status).toBe(204);
    await script(
      sandbox,
      { meetingId: ID },
      { status: 429, body: { message: 'Too many requests submitted to start the live stream' } },
    );
    await sandbox.status(ID, 'start');
    expect(await sandbox.status(ID, 'start')).toMatchObject({ status: 429, body: { code: 429 } });
    sandbox.advance(30_000);
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
  });

  it('are shown while they wait and can be withdrawn', async () => {
    const sandbox = await openSandbox();
    const rules = [{ match: { action: 'stop' }, answer: { status: 500, times: 3 } }, { answer: { hang: 5 } }];
    await sandbox.control('POST', 'script', { rules });
    expect((await sandbox.control('GET', 'script')).body.rules).toMatchObject([
      { left: 3, match: { action: 'stop' } },
      { left: 1 },
    ]);
    expect((await sandbox.control('DELETE', 'script')).status).toBe(204);
    expect((await sandbox.status(ID, 'stop')).status).toBe(204);
  });
});
