import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/config.ts';
import { fetchFile, readFileUrl } from '../../../src/outbound/fetch-file.ts';
import { isPrivateAddress } from '../../../src/outbound/private-address.ts';

const clock = new SystemClock();
const hostsOf = (list: string) => loadConfig({ CALENDAR_HOSTS: list }, { terminal: false }).calendarHosts;

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

const HERE = { hosts: hostsOf('127.0.0.1!') };

describe('a file from a listed host', () => {
  it('is read, and an unchanged one is not sent again', async () => {
    const { asked, port } = await serve((request, response) => {
      const known = request.headers['if-none-match'] === '"a"';
      response.writeHead(known ? 304 : 200, { etag: '"a"', 'last-modified': 'Sat, 28 Nov 2026 10:00:00 GMT' });
      response.end(known ? undefined : 'BEGIN:VCALENDAR');
    });
    const url = `http://127.0.0.1:${port}/a.ics?token=x`;
    const first = await fetchFile(url, HERE, clock);
    if (first.kind !== 'file') throw new Error(JSON.stringify(first));
    expect(first.body.toString()).toBe('BEGIN:VCALENDAR');
    expect(await fetchFile(url, HERE, clock, first.version)).toEqual({ kind: 'unchanged' });
    expect(asked[1]?.headers['if-modified-since']).toBe('Sat, 28 Nov 2026 10:00:00 GMT');
    expect(asked[1]?.url).toBe('/a.ics?token=x');
  });

  it('may be packed, but not larger than allowed, packed or not', async () => {
    const { port } = await serve((request, response) => {
      const text = 'x'.repeat(request.url === '/small' ? 500 : 5_000);
      const packed = request.url !== '/plain';
      response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {}).end(packed ? gzipSync(text) : text);
    });
    const get = (path: string) => fetchFile(`http://127.0.0.1:${port}${path}`, { ...HERE, maxBytes: 1_024 }, clock);
    expect(await get('/small')).toMatchObject({ kind: 'file', body: Buffer.from('x'.repeat(500)) });
    const tooLarge = { kind: 'failed', isPart: true, reason: 'the file is larger than 1 KiB' };
    expect(await get('/packed')).toEqual(tooLarge);
    expect(await get('/plain')).toEqual(tooLarge);
  });

  it('is not unpacked beyond what is allowed, however small it came', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1_024 * 1_024));
    const { port } = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const result = await fetchFile(`http://127.0.0.1:${port}/`, { ...HERE, maxBytes: 64 * 1_024 }, clock);
    expect(bomb.length).toBeLessThan(64 * 1_024);
    expect(result).toEqual({ kind: 'failed', isPart: true, reason: 'the file is larger than 64 KiB' });
  });

  it('is not taken when less of it comes than was promised', async () => {
    const { port } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('BEGIN:VCALENDAR', () => response.destroy());
    });
    const result = await fetchFile(`http://127.0.0.1:${port}/`, HERE, clock);
    expect(result).toMatchObject({ kind: 'failed', isPart: true });
  });

  it('is not "unchanged" when nothing was read of it before', async () => {
    const { port } = await serve((_, response) => response.writeHead(304).end());
    expect(await fetchFile(`http://127.0.0.1:${port}/`, HERE, clock)).toEqual({
      kind: 'failed',
      reason: '127.0.0.1 answered 304 (not modified), but it was never read before',
    });
  });

  it('is given up when it drips, with what came and what the limit is', async () => {
    const { port } = await serve((_, response) => {
      const dripping = setInterval(() => response.write('B'), 20);
      response.on('close', () => clearInterval(dripping));
      response.writeHead(200).write('BEGIN');
    });
    const result = await fetchFile(`http://127.0.0.1:${port}/`, { ...HERE, timeoutMs: 1_000 }, clock);
    expect(result).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^the answer came too slowly: \d+ bytes of it within the limit of 1000 ms$/),
    });
  });

  it('is followed to another address of the same host only, and not for ever', async () => {
    const other = await serve((_, response) => response.end('secret'));
    const { port, asked } = await serve((request, response) => {
      const targets: Record<string, string> = {
        '/moved': '/new',
        '/away': `http://localhost:${other.port}/`,
        '/round': '/round',
      };
      const location = targets[request.url ?? ''];
      if (location) response.writeHead(302, { location }).end();
      else response.end('found');
    });
    const get = (path: string) =>
      fetchFile(`http://127.0.0.1:${port}${path}`, { hosts: hostsOf('127.0.0.1!,localhost!') }, clock);
    expect(await get('/moved')).toMatchObject({ kind: 'file' });
    expect(await get('/away')).toMatchObject({
      reason: expect.stringContaining('redirects to another host, localhost'),
    });
    expect(other.asked).toEqual([]);
    asked.length = 0;
    expect(await get('/round')).toMatchObject({ reason: 'it redirects more than 3 times' });
    expect(asked.length).toBe(4);
  });

  it('is given up when the host does not answer in time', async () => {
    const { port } = await serve(() => {});
    const result = await fetchFile(`http://127.0.0.1:${port}/`, { ...HERE, timeoutMs: 50 }, clock);
    expect(result).toEqual({ kind: 'failed', reason: 'no answer within 50 ms' });
  });
});

describe('a host', () => {
  it('whose name leads to a private address is not connected to, unless it is listed so', async () => {
    const { port, asked } = await serve((_, response) => response.end('found'));
    const resolve = (_: string, done: (error: null, found: { address: string; family: number }[]) => void) =>
      done(null, [
        { address: '93.184.215.14', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const url = `https://calendar.invalid:${port}/`;
    const result = await fetchFile(url, { hosts: hostsOf('calendar.invalid'), resolve }, clock);
    expect(result).toEqual({
      kind: 'failed',
      reason:
        'calendar.invalid resolves to 127.0.0.1, a private or loopback address: list it as calendar.invalid! in CALENDAR_HOSTS if that is intended',
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['https://a.example/x', '', 'needs the setting CALENDAR_HOSTS'],
    ['https://a.example/x', 'b.example', 'a.example is not listed in CALENDAR_HOSTS'],
    ['http://a.example/x', 'a.example', 'must begin with https://'],
    ['https://10.0.0.1/x', '10.0.0.1', 'list it as 10.0.0.1! in CALENDAR_HOSTS'],
    ['https://[::1]/x', '::1', 'list it as ::1! in CALENDAR_HOSTS'],
    ['https://me:pw@a.example/x', 'a.example', 'must not contain a user name or password'],
    ['file:///etc/passwd', 'a.example', 'is not listed'],
    ['not an address', 'a.example', 'must be an address'],
  ])('refuses %s where CALENDAR_HOSTS is "%s"', (url, list, why) => {
    expect(readFileUrl(url, hostsOf(list))).toEqual({ refused: expect.stringContaining(why) });
  });

  it('is read from webcal:// by https', () => {
    const read = readFileUrl('webcal://A.example/x.ics#top', hostsOf('a.example'));
    expect(read).toEqual({ url: new URL('https://a.example/x.ics') });
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['::1', 'fe80::1%eth0', 'fd00::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', 'localhost'],
  ])('%s is no public address', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['93.184.215.14', '172.32.0.1', '2606:4700::1111'])('%s is a public address', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
