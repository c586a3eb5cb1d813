import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemErrorText } from '../../src/cli/text/system-error.ts';
import { type ConfigError, loadConfig } from '../../src/config.ts';
import { machineZoneOf } from '../../src/time/machine-zone.ts';
import { readCalendar } from '../../src/timetable/read-calendar.ts';
import { MAIN } from '../support/livestream-process.ts';

/** What comes from outside and is wrong ends in a clear message, never in an internal error. */

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestream-outside-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(argv: string[], env: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
    env: { PATH, HOME: dir, DATA_DIR: join(dir, 'data'), ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).not.toMatch(/Internal error|\n\s+at .*:\d+:\d+/);
  return { status, stdout, stderr };
}

async function takenPort(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

describe('the time zone of the machine', () => {
  it.each(['Etc/Unknown', 'Europe/Berlln', 'CET-1CEST'])('is UTC and said to be so for TZ=%s', (TZ) => {
    const argv = ['schedule', '81234567890', '--start', '2030-12-02 09:00', '--duration', '30m', '--dry-run'];
    const { status, stdout, stderr } = run(argv, { TZ });
    expect([status, stderr]).toEqual([0, expect.stringContaining(`TZ=${TZ} is not a known time zone`)]);
    expect(stdout).toContain('09:00 UTC');
  });

  it('is the one that is named, or the system’s, without a word', () => {
    expect(machineZoneOf(':Europe/Berlin', 'Europe/Berlin')).toEqual({ zone: 'Europe/Berlin', note: null });
    expect(machineZoneOf(undefined, 'America/New_York')).toEqual({ zone: 'America/New_York', note: null });
    expect(machineZoneOf('/usr/share/zoneinfo/Asia/Tokyo', 'Asia/Tokyo')).toEqual({ zone: 'Asia/Tokyo', note: null });
    expect(machineZoneOf('', 'UTC')).toEqual({ zone: 'UTC', note: null });
    for (const resolved of ['Etc/Unknown', undefined]) {
      expect(machineZoneOf('', resolved)).toMatchObject({ zone: 'UTC', note: expect.stringContaining('unknown') });
    }
  });
});

describe('files of settings', () => {
  const accounts = JSON.stringify({ accounts: [{ name: 'ost', accessToken: 'token' }] });
  const write = (name: string, content: Buffer | string) => {
    const path = join(dir, name);
    writeFileSync(path, content);
    return path;
  };
  const utf16 = (text: string, bigEndian = false) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  const problemOf = (env: Record<string, string>) => {
    try {
      loadConfig(env, { terminal: false });
    } catch (error) {
      return (error as ConfigError).message;
    }
    throw new Error('no problem was found');
  };

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${accounts}`)],
    ['UTF-16', utf16(accounts)],
    ['UTF-16, big end first', utf16(accounts, true)],
  ])('are read in %s', (name, bytes) => {
    const config = loadConfig({ ZOOM_ACCOUNTS_FILE: write(`${name}.json`, bytes) }, { terminal: false });
    expect(config.zoom.accounts.map((account) => account.name)).toEqual(['ost']);
  });

  it('a secret in a file loses its byte order mark and its line end', () => {
    for (const bytes of [Buffer.from('\ufefftoken\r\n'), utf16('token\r\n')]) {
      const { zoom } = loadConfig({ ZOOM_ACCESS_TOKEN_FILE: write('token', bytes) }, { terminal: false });
      const [account] = zoom.accounts;
      expect(account?.credentials.kind === 'token' && account.credentials.accessToken.reveal()).toBe('token');
    }
  });

  it('that cannot be read say why', () => {
    const missing = join(dir, 'missing');
    expect(problemOf({ ZOOM_ACCOUNTS_FILE: dir })).toMatch(/cannot be read: it is a folder \(EISDIR\)/);
    expect(problemOf({ SECRETS_KEY_FILE: missing })).toMatch(/SECRETS_KEY_FILE: .*no such file \(ENOENT\)/);
    expect(problemOf({ ZOOM_ACCOUNTS_FILE: write('bytes', Buffer.from([0x7b, 0xff, 0xfe, 0x00])) })).toMatch(
      /not text in UTF-8/,
    );
    expect(problemOf({ ZOOM_ACCOUNTS_FILE: write('latin', Buffer.from(accounts, 'utf16le')) })).toMatch(
      /byte order mark/,
    );
  });
});

describe('what the system refuses', () => {
  it('a port in use is named, with what to do, by every service', async () => {
    const port = await takenPort();
    const sandbox = run(['sandbox', '--port', port]);
    expect([sandbox.status, sandbox.stderr]).toEqual([
      1,
      expect.stringMatching(`port ${port} .* in use.*SANDBOX_PORT`),
    ]);
    const up = run(['up', '--port', '0'], { SANDBOX_PORT: port });
    expect([up.status, up.stderr]).toEqual([1, expect.stringMatching(`port ${port} .* in use.*SANDBOX_PORT`)]);
    const api = run(['up', '--port', port], { SANDBOX_PORT: '0' });
    expect([api.status, api.stderr]).toEqual([1, expect.stringMatching(`port ${port} .* in use.*PORT`)]);
  }, 90_000);

  it('an address that this machine does not have is named', () => {
    const { status, stderr } = run(['sandbox', '--host', '192.0.2.1']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('this machine has no address 192.0.2.1')]);
  });

  it('a data folder that is none, or may not be written, is named', () => {
    const file = join(dir, 'a-file');
    writeFileSync(file, '');
    const { status, stderr } = run(['up', '--port', '0'], { DATA_DIR: file });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/a-file[\s\S]*DATA_DIR/)]);
    const below = run(['up', '--port', '0'], { DATA_DIR: '/proc/livestream' });
    expect([below.status, below.stderr]).toEqual([1, expect.stringContaining('/proc/livestream')]);
  });

  it('output that cannot be written is reported by the exit code', async () => {
    const { PATH = '' } = process.env;
    const child = spawn('sh', ['-c', `"${process.execPath}" "${MAIN}" --help > /dev/full`], { env: { PATH } });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(said).toMatch(/^Cannot write the output: .*disk is full/);
  });

  it('says it in words for the errors of the system and of nothing else', () => {
    const error = (code: string, more: object = {}) =>
      Object.assign(new Error('x'), { code, syscall: 'mkdir', path: '/x', ...more });
    expect(systemErrorText(error('EACCES'))?.detail).toBe('/x (mkdir): permission denied (EACCES)');
    expect(systemErrorText(error('ENOSPC'))?.advice.join()).toContain('free some space');
    const listen = { syscall: 'listen', path: undefined, address: '0.0.0.0', port: 80 };
    expect(systemErrorText(error('EACCES', listen))?.detail).toContain(
      'is not allowed to listen on port 80 of 0.0.0.0',
    );
    expect(systemErrorText(new TypeError('a bug'))).toBeNull();
  });
});

it('a value in a calendar that cannot be read is an error of its row', () => {
  const event = (uid: string, line: string) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    line,
    'SUMMARY:x',
    'LOCATION:https://zoom.us/j/81234567890',
    'END:VEVENT',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...event('1', 'DTSTART:2030'),
    ...event('2', 'DTSTART:20301202T100000Z'),
    'END:VCALENDAR',
  ];
  const source = readCalendar(lines.join('\r\n'), { now: 0, until: 4e12, timezone: 'UTC' });
  expect(source.issues).toMatchObject([{ row: 1, message: expect.stringContaining('cannot be read') }]);
  expect(source.events).toHaveLength(1);
});
