import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatusRequest, ZoomApi } from '../../../src/broadcasts/zoom-port.ts';
import { SystemClock } from '../../../src/clock.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import type { ZoomAccount } from '../../../src/zoom/accounts.ts';
import { AccountDirectory } from '../../../src/zoom/accounts.ts';
import { ZoomClient } from '../../../src/zoom/client.ts';
import { createTokens } from '../../../src/zoom/tokens/create-tokens.ts';
import type { TokenStore, Tokens } from '../../../src/zoom/tokens/tokens.ts';
import type { LocalZoom } from '../../support/local-zoom.ts';
import { respond, startLocalZoom } from '../../support/local-zoom.ts';
import { freePort } from '../../support/redis-server.ts';

const START: StatusRequest = { account: 'default', kind: 'meeting', meetingId: '68423085', action: 'start' };
const SETTINGS = {
  activeSpeakerName: false,
  displayName: 'Grüße – “Hall”',
  layout: 'speaker_view',
  closeCaption: 'off',
} as const;
const clock = new SystemClock();
/** A fixed token needs no store. */
const noStore = {} as TokenStore;

let zoom: LocalZoom;
let logged: string[];
const opened: Array<ZoomApi | Tokens> = [];

function client(more: { apiUrl?: string; timeoutMs?: number; requestFormat?: 'json' | 'multipart' } = {}): ZoomApi {
  const account: ZoomAccount = {
    name: 'default',
    apiUrl: more.apiUrl ?? `${zoom.url}/v2`,
    oauthUrl: `${zoom.url}/oauth/token`,
    accountId: null,
    credentials: { kind: 'token', accessToken: new Secret('TOPSECRET') },
    webSocketUrl: null,
    plan: 'pro',
    rateShare: 0.9,
    webhookSecretToken: null,
  };
  const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  const timeoutMs = more.timeoutMs ?? 5_000;
  const accounts = new AccountDirectory([account]);
  const tokens = createTokens({ accounts, store: noStore, clock, timeoutMs, logger });
  const api = new ZoomClient({
    accounts,
    tokens,
    clock,
    timeoutMs,
    requestFormat: more.requestFormat ?? 'json',
    logger,
    version: '1.2.3',
  });
  opened.push(api, tokens);
  return api;
}

beforeEach(async () => {
  logged = [];
  zoom = await startLocalZoom((_, response) => respond(response, 204));
});
afterEach(async () => {
  await zoom.close();
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

describe('the request', () => {
  it('is the documented one', async () => {
    const before = clock.now();
    const exchange = await client().updateStatus({ ...START, settings: SETTINGS });
    const settings = {
      active_speaker_name: false,
      display_name: 'Grüße – “Hall”',
      layout: 'speaker_view',
      close_caption: 'off',
    };
    const [received] = zoom.received;
    expect(received).toMatchObject({
      method: 'PATCH',
      path: '/v2/meetings/68423085/livestream/status',
      headers: {
        authorization: 'Bearer TOPSECRET',
        'content-type': 'application/json',
        'user-agent': 'livestream-scheduler/1.2.3',
      },
    });
    expect(JSON.parse(received?.body ?? '')).toEqual({ action: 'start', settings });
    expect(exchange).toMatchObject({
      request: { method: 'PATCH', path: '/meetings/68423085/livestream/status', body: { action: 'start', settings } },
      answer: { status: 204, code: null, message: null },
      result: { kind: 'accepted' },
    });
    expect(exchange.sentAt).toBeGreaterThanOrEqual(before);
    expect(exchange.answeredAt).toBeGreaterThanOrEqual(exchange.sentAt ?? Infinity);
    expect(JSON.stringify([exchange, logged])).not.toContain('TOPSECRET');
  });

  it.each<[Partial<StatusRequest>, unknown]>([
    [{}, { action: 'start' }],
    [{ settings: {} }, { action: 'start' }],
    [{ settings: { displayName: 'A' } }, { action: 'start', settings: { display_name: 'A' } }],
    [{ action: 'stop', settings: SETTINGS }, { action: 'stop' }],
    [
      { action: 'mode', settings: SETTINGS },
      { action: 'mode', settings: { layout: 'speaker_view', close_caption: 'off' } },
    ],
    [
      { kind: 'webinar', settings: SETTINGS },
      {
        action: 'start',
        settings: { active_speaker_name: false, display_name: SETTINGS.displayName, close_caption: 'off' },
      },
    ],
    [{ kind: 'webinar', settings: { layout: 'speaker_view' } }, { action: 'start' }],
  ])('%j sends %j', async (more, body) => {
    await client().updateStatus({ ...START, ...more });
    expect(JSON.parse(zoom.received[0]?.body ?? '')).toEqual(body);
    expect(zoom.received[0]?.path).toBe(`/v2/${more.kind ?? 'meeting'}s/68423085/livestream/status`);
  });

  it('comes as a form when that is asked for', async () => {
    const api = client({ requestFormat: 'multipart' });
    await api.updateStatus({ ...START, settings: SETTINGS });
    await api.updateStatus({ ...START, action: 'stop' });
    const forms = zoom.received.map(({ headers, body }) =>
      new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData(),
    );
    const [start, stop] = await Promise.all(forms);
    expect(start?.get('action')).toBe('start');
    expect(JSON.parse(String(start?.get('settings')))).toMatchObject({
      display_name: 'Grüße – “Hall”',
      layout: 'speaker_view',
    });
    expect([...(stop?.keys() ?? [])]).toEqual(['action']);
  });

  it('configures, and shows the stream key to Zoom alone', async () => {
    zoom.answer = (_, response) =>
      respond(response, 400, {
        code: 300,
        message: 'Validation Failed.',
        errors: [{ field: 'stream_key', message: 'KEY-1 is bad' }],
      });
    const exchange = await client().configure({
      account: 'default',
      kind: 'webinar',
      meetingId: '1',
      streamUrl: 'rtmps://a/b',
      streamKey: 'KEY-1',
      pageUrl: 'https://a',
      resolution: '1080p',
    });
    expect(zoom.received[0]).toMatchObject({ method: 'PATCH', path: '/v2/webinars/1/livestream' });
    const sent = { stream_url: 'rtmps://a/b', stream_key: 'KEY-1', page_url: 'https://a', resolution: '1080p' };
    expect(JSON.parse(zoom.received[0]?.body ?? '')).toEqual(sent);
    expect(exchange.request.body).toEqual({ ...sent, stream_key: '***' });
    expect(exchange.result).toMatchObject({ kind: 'refused', code: 'validation_failed' });
    expect(JSON.stringify([exchange, logged])).not.toContain('KEY-1');
  });

  it('masks a stream key that the answer to a start quotes, whole, in an address or cut off', async () => {
    const key = `KEY/with?a=credential&${'x'.repeat(480)}`;
    const quotes = [`${key} is bad`, `${encodeURIComponent(key)} is bad`, `The stream key is ${key}`];
    for (const message of [...quotes, 'Cannot push to rtmps://live.example.com/app/KEY/with?a=credential.']) {
      zoom.answer = (_, response) => respond(response, 500, { code: 1, message });
      const exchange = await client().updateStatus({ ...START, streamKey: key });
      expect(exchange.answer?.message).toContain('***');
      expect(JSON.stringify([exchange, logged])).not.toMatch(/KEY(\/|%2F)/);
    }
    // Judged before it is masked: the key is a word of the sentence.
    zoom.answer = (_, response) => respond(response, 400, { code: 3000, message: 'Meeting 1 has not started.' });
    const late = await client().updateStatus({ ...START, streamKey: 'started' });
    expect(late).toMatchObject({ result: { kind: 'not_started' }, answer: { message: 'Meeting 1 has not ***.' } });
  });

  it('goes nowhere for a meeting id that is none', async () => {
    const exchange = await client().updateStatus({ ...START, meetingId: '1/../2' });
    expect(exchange).toMatchObject({ result: { kind: 'refused', code: 'invalid_meeting_id' }, sentAt: null });
    expect(zoom.received).toHaveLength(0);
  });
});

describe('the guard', () => {
  it('is asked once, when the connection stands, and lets the request go', async () => {
    let asked = 0;
    const exchange = await client().updateStatus(START, () => {
      asked += 1;
      expect(zoom.received).toHaveLength(0);
      return true;
    });
    expect([asked, exchange.result.kind]).toEqual([1, 'accepted']);
  });

  it('withdraws the request before a byte leaves, and keeps the connection', async () => {
    const api = client();
    const withdrawn = await api.updateStatus(START, () => false);
    expect(withdrawn).toMatchObject({ result: { kind: 'withdrawn' }, sentAt: null, answer: null });
    const failed = await api.updateStatus(START, () => {
      throw new Error('an error of the guard');
    });
    expect(failed.result.kind).toBe('withdrawn');
    expect((await api.updateStatus(START)).result.kind).toBe('accepted');
    expect([zoom.received.length, zoom.connections]).toEqual([1, 1]);
  });
});

describe('connections and answers', () => {
  it('uses one connection again', async () => {
    const api = client();
    for (let i = 0; i < 10; i += 1) {
      expect((await api.updateStatus(START)).result.kind).toBe('accepted');
      // undici looks at a connection that has become idle before it uses it again.
      await new Promise(setImmediate);
    }
    expect(zoom.connections).toBe(1);
  });

  it.each([300, 302, 307])('follows no %i', async (status) => {
    zoom.answer = (_, response) => respond(response, status, undefined, { location: `${zoom.url}/elsewhere` });
    const exchange = await client().updateStatus(START);
    expect(exchange.answer?.status).toBe(status);
    expect(exchange.result).toMatchObject(
      status === 300 ? { kind: 'refused', code: 'invalid_meeting_id' } : { kind: 'transient' },
    );
    expect(zoom.received).toHaveLength(1);
  });

  it('keeps the tracking id', async () => {
    zoom.answer = (_, response) =>
      respond(response, 404, { code: 3001, message: 'Meeting does not exist: 1.' }, { 'x-zm-trackingid': 'v=2.0;x' });
    const { answer } = await client().updateStatus(START);
    expect(answer).toEqual({ status: 404, code: 3001, message: 'Meeting does not exist: 1.', trackingId: 'v=2.0;x' });
  });

  it('takes no 204 with a body for a success', async () => {
    zoom.answer = (_, __, socket) => {
      const body = '{"code":3001,"message":"Meeting does not exist: 1."}';
      socket.end(`HTTP/1.1 204 No Content\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    };
    expect((await client().updateStatus(START)).result.kind).toBe('transient');
  });

  it('reads 64 KB of an endless answer', async () => {
    zoom.answer = (_, response) => {
      response.writeHead(502);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) {}
      };
      response.on('drain', more);
      more();
    };
    const exchange = await client().updateStatus(START);
    expect(exchange.result).toMatchObject({ kind: 'transient', unknown: false });
    expect(exchange.answer?.status).toBe(502);
  });
});

describe('failures', () => {
  it('a time-out may have worked', async () => {
    zoom.answer = () => {};
    const exchange = await client({ timeoutMs: 150 }).updateStatus(START);
    expect(exchange.result).toEqual({ kind: 'transient', reason: 'no answer within 150 ms', unknown: true });
    expect(exchange.answeredAt - (exchange.sentAt ?? Infinity)).toBeLessThan(1_000);
    expect(zoom.received).toHaveLength(1);
  });

  it('bounds an answer that drips, as a whole', async () => {
    zoom.answer = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect((await client({ timeoutMs: 150 }).updateStatus(START)).result).toMatchObject({
      kind: 'transient',
      unknown: true,
    });
  });

  it('a reset is an ordinary transient error, and nothing is sent twice', async () => {
    zoom.answer = (_, __, socket) => socket.resetAndDestroy();
    const exchange = await client().updateStatus(START);
    expect(exchange.result).toMatchObject({ kind: 'transient', unknown: false });
    expect(exchange.sentAt).not.toBeNull();
    expect(zoom.received).toHaveLength(1);
  });

  it('a kept connection that is cut under the request is not used for a second try', async () => {
    const api = client();
    await api.updateStatus(START);
    zoom.answer = (_, __, socket) => socket.destroy();
    expect((await api.updateStatus(START)).result).toMatchObject({ kind: 'transient', unknown: false });
    expect(zoom.received).toHaveLength(2);
  });

  it('refused and unresolved are ordinary transient errors, never sent', async () => {
    for (const apiUrl of [`http://127.0.0.1:${await freePort()}/v2`, 'http://nowhere.invalid/v2']) {
      const exchange = await client({ apiUrl }).updateStatus(START);
      expect(exchange).toMatchObject({ result: { kind: 'transient', unknown: false }, sentAt: null, answer: null });
    }
  });

  it('an account that this worker does not know yet is a transient error, and nothing is sent', async () => {
    const exchange = await client().updateStatus({ ...START, account: 'north' });
    expect(exchange).toMatchObject({ result: { kind: 'transient', unknown: false }, sentAt: null });
  });
});

describe('a check', () => {
  it('reads the meeting', async () => {
    zoom.answer = (_, response) => respond(response, 200, { id: 68423085, uuid: 'u==', status: 'started' });
    const exchange = await client().getMeetingStatus('default', '68423085');
    expect(zoom.received[0]).toMatchObject({ method: 'GET', path: '/v2/meetings/68423085', body: '' });
    expect(exchange.result).toEqual({ kind: 'meeting', status: 'started', uuid: 'u==' });
    expect(exchange.request).toEqual({ method: 'GET', path: '/meetings/68423085' });
  });

  it('can be given less time', async () => {
    zoom.answer = () => {};
    const exchange = await client({ timeoutMs: 60_000 }).getMeetingStatus('default', '1', 100);
    expect(exchange.result).toEqual({ kind: 'transient', reason: 'no answer within 100 ms' });
  });
});
