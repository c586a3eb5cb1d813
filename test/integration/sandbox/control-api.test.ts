import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import { ask, openSandbox } from '../../support/sandbox-client.ts';
import { until } from '../../support/wait-for.ts';

const ID = '82929473321';

describe('the control API', () => {
  it.each([
    ['PUT', 'meetings/abc', {}, ['id']],
    ['PUT', `meetings/${ID}`, { sate: 'waiting' }, ['']],
    ['PUT', `meetings/${ID}`, { state: 'begun', duration: 1.5 }, ['state', 'duration']],
    ['PUT', 'users/u', { exists: 'yes' }, ['exists']],
    ['POST', `meetings/${ID}/end`, { now: true }, ['']],
    ['POST', 'script', { match: { path: '(' }, answer: { status: 200 } }, ['match.path']],
    ['POST', 'script', { answer: { status: 99 } }, ['answer.status']],
    ['POST', 'script', { answer: { accept: true } }, ['answer', 'answer']],
    ['POST', 'script', { answer: { reset: true } }, ['answer.when']],
    ['POST', 'script', { answer: { hang: -1 } }, ['answer.hang']],
    ['POST', 'script', { answer: { status: 200, headers: { x: 'a\nb' } } }, ['answer.headers.x']],
    ['PATCH', 'settings', { plan: 'gold', latencyMs: -1 }, ['plan', 'latencyMs']],
    ['PATCH', 'settings', { webhookUrl: 'ftp://x' }, ['webhookUrl']],
    ['POST', 'events', { event: 'x' }, ['payload']],
    ['GET', 'requests?since=x', undefined, ['since']],
    ['GET', 'requests?meeting=1', undefined, ['']],
  ])('%s %s refuses %j naming each issue', async (method, path, body, paths) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.control(method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual(paths);
  });

  it('names what does not exist, what conflicts and what cannot be read', async () => {
    const sandbox = await openSandbox({ autoMeetings: false });
    expect(await sandbox.control('GET', `meetings/${ID}`)).toMatchObject({ status: 404, body: { error: 'not_found' } });
    expect(await sandbox.control('GET', 'nonsense')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    expect(await sandbox.control('POST', 'meetings')).toMatchObject({ status: 404 });
    await sandbox.control('PUT', `meetings/${ID}`, {});
    for (const move of ['start', 'drop']) {
      expect(await sandbox.control('POST', `meetings/${ID}/${move}`)).toMatchObject({
        status: 409,
        body: { error: 'conflict' },
      });
    }
    await sandbox.control('POST', `meetings/${ID}/end`);
    for (const move of ['end', 'stream'])
      expect((await sandbox.control('POST', `meetings/${ID}/${move}`)).status).toBe(409);
    expect((await sandbox.control('POST', 'webhooks/validate')).body.message).toMatch(/webhookUrl/);
    const malformed = await ask('POST', `${sandbox.url}/_sandbox/script`, '{', {});
    expect(malformed).toMatchObject({ status: 400, body: { error: 'malformed_json' } });
    expect(await sandbox.control('GET', 'meetings/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { error: 'malformed_path' },
    });
    expect(await sandbox.control('PUT', `users/${'u'}`, 'x'.repeat(1_100_000))).toMatchObject({ status: 413 });
  });

  it('logs every request with what became of it, filtered and cleared', async () => {
    const sandbox = await openSandbox();
    const before = Date.now();
    await sandbox.status(ID, 'start', { layout: 'follow_host' });
    await sandbox.status(ID, 'start');
    await sandbox.zoom('GET', '/meetings/123456789?x=1');
    const { requests } = (await sandbox.control('GET', 'requests')).body;
    expect(requests).toHaveLength(3);
    expect(requests[0]).toEqual({
      n: 1,
      at: expect.any(Number),
      method: 'PATCH',
      path: `/v2/meetings/${ID}/livestream/status`,
      meetingId: ID,
      action: 'start',
      body: { action: 'start', settings: { layout: 'follow_host' } },
      account: expect.stringMatching(/^token-/),
      status: 204,
      answeredAt: expect.any(Number),
      accepted: true,
      scripted: false,
      outcome: 'answered',
      remotePort: expect.any(Number),
    });
    expect(requests[0].at).toBeGreaterThanOrEqual(before);
    expect(requests[1]).toMatchObject({ n: 2, status: 429, accepted: false });
    expect(requests[2]).toMatchObject({
      n: 3,
      path: '/v2/meetings/123456789',
      action: null,
      body: null,
      accepted: false,
    });
    const select = async (query: string) =>
      (await sandbox.control('GET', `requests?${query}`)).body.requests.map((entry: { n: number }) => entry.n);
    expect(await select(`meetingId=${ID}`)).toEqual([1, 2]);
    expect(await select('since=1')).toEqual([2, 3]);
    expect(await select('action=start&since=1')).toEqual([2]);
    expect((await sandbox.control('DELETE', 'requests')).status).toBe(204);
    await sandbox.status(ID, 'stop');
    expect(await select('')).toEqual([4]);
  });

  it('knows the port of a client that was gone before its request was read', async () => {
    const sandbox = await openSandbox();
    const body = '{"action":"start"}';
    const head = `PATCH /v2/meetings/${ID}/livestream/status HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const port = socket.localPort;
    // An answer, so that the sandbox has taken the connection.
    socket.write('GET /_sandbox/sockets HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, () => socket.resetAndDestroy());
    const { requests } = await until('it is in the log', async () => {
      const answer = (await sandbox.control('GET', 'requests')).body;
      return answer.requests.length > 0 && answer;
    });
    expect(requests).toEqual([expect.objectContaining({ method: 'PATCH', remotePort: port })]);
  });

  it('keeps the newest requests up to its cap and says how many it dropped', async () => {
    const sandbox = await openSandbox({ logLimit: 3 });
    for (let n = 0; n < 8; n += 1) await sandbox.zoom('GET', '/meetings/123456789');
    const { requests, dropped } = (await sandbox.control('GET', 'requests')).body;
    expect(requests.map((entry: { n: number }) => entry.n)).toEqual([6, 7, 8]);
    expect(dropped).toBe(5);
  });

  it('puts a meeting anew, changes one in place, and resets everything', async () => {
    const sandbox = await openSandbox({ startRetryMs: 500, webhookSecret: 's3cret' });
    await sandbox.status(ID, 'start');
    const patched = await sandbox.control('PATCH', `meetings/${ID}`, { state: 'waiting' });
    expect(patched.body).toMatchObject({ state: 'waiting', streaming: false, acceptedStarts: 1 });
    const anew = await sandbox.control('PUT', `meetings/${ID}`, { state: 'waiting' });
    expect(anew).toMatchObject({ status: 200, body: { acceptedStarts: 0, lastStartAt: null } });
    await sandbox.control('PATCH', 'settings', { startRetryMs: 7, latencyMs: 1, autoMeetings: false });
    const shown = await sandbox.control('GET', 'settings');
    expect(shown.body).toMatchObject({ startRetryMs: 7, latencyMs: 1, autoMeetings: false, webhookSecret: '***' });
    expect((await sandbox.control('POST', 'reset')).status).toBe(204);
    expect((await sandbox.control('GET', 'settings')).body).toMatchObject({
      startRetryMs: 500,
      latencyMs: 0,
      autoMeetings: true,
    });
    expect((await sandbox.control('GET', 'meetings')).body).toEqual({ meetings: [] });
    expect((await sandbox.control('GET', 'requests')).body).toEqual({ requests: [], dropped: 0 });
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
  });

  it('a request that breaks off in its body has no effect and is not logged', async () => {
    const sandbox = await openSandbox();
    const { hostname, port } = new URL(sandbox.url);
    const socket = connect(Number(port), hostname);
    const head = `PATCH /v2/meetings/${ID}/livestream/status HTTP/1.1\r\nhost: x\r\nauthorization: Bearer t\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: 40\r\n\r\n{"action":"start"}`, () =>
      socket.end(),
    );
    await once(socket.resume(), 'close');
    expect((await sandbox.control('GET', `meetings/${ID}`)).body).toMatchObject({ acceptedStarts: 0 });
    expect((await sandbox.control('GET', 'requests')).body.requests).toEqual([]);
  });

  it('a check of a number does not decide that it is a meeting', async () => {
    const sandbox = await openSandbox();
    expect((await sandbox.control('GET', `meetings/${ID}`)).body).toMatchObject({
      state: 'started',
      acceptedStarts: 0,
    });
    expect((await sandbox.status(ID, 'start', undefined, 'webinars')).status).toBe(204);
  });

  it('delays every answer by the latency set', async () => {
    const sandbox = await openSandbox({ latencyMs: 80, latencyJitterMs: 20 });
    const begun = performance.now();
    await sandbox.status(ID, 'start');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79);
  });
});

describe('startSandbox', () => {
  it('runs several at once that know nothing of each other, and says where it listens', async () => {
    const [one, two] = [await openSandbox(), await openSandbox()];
    await one.control('PUT', `meetings/${ID}`, { state: 'gone' });
    expect((await one.status(ID, 'start')).status).toBe(404);
    expect((await two.status(ID, 'start')).status).toBe(204);
    expect(one.apiUrl).toBe(`${one.url}/v2`);
    expect((await ask('GET', `${one.url}/`, undefined, {})).body).toMatchObject({
      apiUrl: one.apiUrl,
      oauthUrl: one.oauthUrl,
    });
  });

  it('rejects wrong options by name and a port that is taken, and closes twice', async () => {
    await expect(startSandbox({ plan: 'gold' as never, latencyMs: -1 })).rejects.toThrow(/plan[\s\S]*latencyMs/);
    const sandbox = await openSandbox();
    await expect(startSandbox({ port: Number(new URL(sandbox.url).port) })).rejects.toThrow(/is in use/);
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});
