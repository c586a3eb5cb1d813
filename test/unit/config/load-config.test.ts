import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, SETTINGS } from '../../../src/config.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestream-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

function problemsOf(env: Record<string, string>) {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('gives the defaults of the contract when nothing is set', () => {
    const config = loadConfig({}, { terminal: false, cwd: '/srv' });
    expect(config).toMatchObject({
      redis: { target: null, prefix: 'livestream' },
      dataDir: '/srv/.data',
      api: { host: '127.0.0.1', port: 3000, keys: [], rateLimit: 120_000 },
      client: { url: 'http://127.0.0.1:3000', key: null },
      sandbox: { host: '127.0.0.1', port: 3001 },
      zoom: {
        apiUrl: 'https://api.zoom.us/v2',
        oauthUrl: 'https://zoom.us/oauth/token',
        configured: false,
        accounts: [],
        plan: 'pro',
        rateShare: 0.9,
        requestFormat: 'json',
        timeoutMs: 10_000,
      },
      startRetryMs: 30_000,
      startWindowMs: 7_200_000,
      retentionMs: 90 * 86_400_000,
      preflightMs: 600_000,
      worker: { concurrency: null },
      secretsKey: null,
      formerSecretsKeys: [],
      notify: { targets: [], secret: null, smtp: null },
      log: { level: 'info', format: 'json' },
      tracing: false,
    });
    expect(loadConfig({}, { terminal: true }).log.format).toBe('pretty');
  });

  it('takes an empty setting for one that is not set', () => {
    const empty = Object.fromEntries(
      SETTINGS.flatMap(({ name }) => [
        [name, ''],
        [`${name}_FILE`, '  '],
      ]),
    );
    expect(loadConfig(empty, { terminal: true })).toEqual(loadConfig({}, { terminal: true }));
  });

  it.each([
    ['REDIS_URL', 'localhost:6379', 'expected redis://'],
    ['REDIS_PREFIX', 'a b', 'expected 1 to 64 letters'],
    ['REDIS_PREFIX', 'x'.repeat(65), 'expected 1 to 64 letters'],
    ['HOST', 'a:b c', 'expected a host name'],
    ['PORT', '65536', 'expected a whole number from 0 to 65535'],
    ['PORT', '3000.5', 'expected a whole number from 0 to 65535'],
    ['PORT', '-1', 'expected a whole number'],
    ['SANDBOX_PORT', 'http', 'expected a whole number'],
    ['LIVESTREAM_API_URL', 'localhost:3000', 'expected a URL'],
    ['API_KEYS', 'me:owner:k', 'the role read, operate, write or admin'],
    ['API_KEYS', 'me:write', 'a key'],
    ['API_KEYS', 'me:write:a,me:read:b', 'me is used twice'],
    ['ZOOM_API_URL', 'ftp://zoom.us', 'expected a URL'],
    ['ZOOM_PLAN', 'gold', 'expected one of free, pro, business'],
    ['ZOOM_RATE_SHARE', '0', 'expected a number above 0 and up to 1'],
    ['ZOOM_RATE_SHARE', '1.01', 'expected a number above 0 and up to 1'],
    ['ZOOM_RATE_SHARE', '1e-1', 'expected a number above 0 and up to 1'],
    ['ZOOM_REQUEST_FORMAT', 'xml', 'expected json or multipart'],
    ['ZOOM_TIMEOUT_MS', '0', 'expected a whole number from 1'],
    ['START_RETRY_MS', '0', 'expected a whole number from 1'],
    ['START_RETRY_MS', '30s', 'expected a whole number from 1'],
    ['START_WINDOW', '2 apples', 'expected an ISO 8601 duration longer than zero'],
    ['START_WINDOW', 'PT0S', 'expected an ISO 8601 duration longer than zero'],
    ['START_WINDOW', '-PT2H', 'expected an ISO 8601 duration longer than zero'],
    ['START_WINDOW', 'PT-2H', 'expected an ISO 8601 duration longer than zero'],
    ['START_WINDOW', '99999999999d', 'expected an ISO 8601 duration longer than zero'],
    ['RETENTION', '90', 'expected an ISO 8601 duration longer than zero'],
    ['PREFLIGHT', 'on', 'expected an ISO 8601 duration'],
    ['WORKER_CONCURRENCY', '0', 'expected a whole number from 1 to 10000'],
    ['WORKER_CONCURRENCY', '10001', 'expected a whole number from 1 to 10000'],
    ['SECRETS_KEY', Buffer.alloc(31).toString('base64'), 'expected 32 bytes in base64'],
    ['SECRETS_KEY', 'x'.repeat(32), 'expected 32 bytes in base64'],
    ['SECRETS_KEY_FORMER', `${KEY},short`, 'expected one or more comma-separated keys of 32 bytes in base64'],
    ['NOTIFY_URL', 'https://a.example,b.example', 'expected one or more comma-separated URLs'],
    ['NOTIFY_SECRET', 'not base64!', 'expected base64'],
    ['LOG_LEVEL', 'verbose', 'expected one of trace'],
    ['LOG_FORMAT', 'xml', 'expected pretty or json'],
    ['TRACING', 'true', 'expected on or off'],
  ])('refuses %s=%s', (name, value, expected) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.name).toBe(name);
    expect(problems[0]?.message).toContain(expected);
    const secret = SETTINGS.find((setting) => setting.name === name)?.secret;
    if (secret) expect(problems[0]?.message).not.toContain(value);
    else expect(problems[0]?.message).toContain(`got ${JSON.stringify(value).slice(0, 20)}`);
  });

  it.each(['PT2H', ' pt2h ', '2h', '1h 60min', '120 Minutes'])(
    'reads a duration as the command line does: %j',
    (text) => expect(loadConfig({ START_WINDOW: text }).startWindowMs).toBe(7_200_000),
  );

  it('reports every problem at once', () => {
    const problems = problemsOf({ PORT: 'x', START_WINDOW: '2 apples', ZOOM_PLAN: 'gold', LOG_LEVEL: 'loud' });
    expect(problems.map(({ name }) => name)).toEqual(['PORT', 'ZOOM_PLAN', 'START_WINDOW', 'LOG_LEVEL']);
    expect(new ConfigError(problems).message.split('\n')).toHaveLength(5);
  });

  it('never shows a secret, in a message, as JSON or inspected', () => {
    const env = {
      REDIS_URL: 'redis://me:hunter22@db:6379',
      API_KEYS: 'ops:write:hunter22',
      ZOOM_ACCESS_TOKEN: 'hunter22',
      NOTIFY_SECRET: 'whsec_hunter22',
      SECRETS_KEY: KEY,
    };
    const config = loadConfig(env);
    const printed =
      JSON.stringify(config) + inspect(config, { depth: 20, showHidden: true }) + String(config.secretsKey);
    expect(printed).not.toMatch(/hunter22|BwcHBw/);
    expect(config.api.keys[0]?.key.reveal()).toBe('hunter22');
    const invalid = { ...env, REDIS_URL: 'redis://me:hunter22@db:99999', API_KEYS: 'ops:owner:hunter22' };
    expect(JSON.stringify(problemsOf(invalid))).not.toContain('hunter22');
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig({ API_KEYS: 'a:read:b' });
    expect(() => Object.assign(config.zoom, { timeoutMs: 1 })).toThrow(TypeError);
    expect(() => config.api.keys.pop()).toThrow(TypeError);
  });

  it('serves this machine only as long as there are no API keys', () => {
    const problems = problemsOf({ HOST: '0.0.0.0' });
    expect(problems).toEqual([{ name: 'HOST', message: expect.stringContaining('API_KEYS') }]);
    for (const HOST of ['localhost', '127.0.0.2', '::1', '[::1]']) expect(problemsOf({ HOST })).toEqual([]);
    expect(loadConfig({ HOST: '0.0.0.0', API_KEYS: 'a:read:k:with:colons' }).api.keys[0]?.key.reveal()).toBe(
      'k:with:colons',
    );
  });
});

describe('NAME_FILE', () => {
  it('reads any setting from a file and cuts one trailing newline', () => {
    const config = loadConfig({
      ZOOM_ACCESS_TOKEN_FILE: file('token', 'abc\n'),
      PORT_FILE: file('port', '8080\n'),
      SECRETS_KEY_FILE: file('key', `${KEY}\r\n`),
    });
    expect(config.api.port).toBe(8080);
    expect(config.secretsKey?.reveal()).toEqual(Buffer.alloc(32, 7));
    expect(config.zoom.accounts[0]?.credentials).toMatchObject({ kind: 'token' });
  });

  it('refuses both at once, and a file that cannot be read by its name', () => {
    expect(problemsOf({ PORT: '1', PORT_FILE: file('p', '2') })).toEqual([
      { name: 'PORT', message: expect.stringContaining('PORT_FILE') },
    ]);
    const path = join(dir, 'absent');
    expect(problemsOf({ API_KEYS_FILE: path })).toEqual([
      { name: 'API_KEYS_FILE', message: expect.stringContaining(path) },
    ]);
  });
});

describe('Zoom accounts', () => {
  it('names what is missing of the three credentials', () => {
    const names = (env: Record<string, string>) => problemsOf(env).map(({ name }) => name);
    expect(names({ ZOOM_CLIENT_ID: 'c' })).toEqual(['ZOOM_ACCOUNT_ID', 'ZOOM_CLIENT_SECRET']);
    expect(names({ ZOOM_ACCOUNT_ID: 'a', ZOOM_CLIENT_ID: 'c' })).toEqual(['ZOOM_CLIENT_SECRET']);
    expect(names({ ZOOM_ACCOUNT_ID: 'a', ZOOM_ACCESS_TOKEN: 't' })).toEqual([]);
  });

  it('merges the file with the account of the environment', () => {
    const entry = { name: 'east', accountId: 'E', clientId: 'c', clientSecret: 's', plan: 'business', rateShare: 0.5 };
    const path = file('accounts.json', JSON.stringify({ accounts: [entry, { name: 'west', accessToken: 't' }] }));
    const { zoom } = loadConfig({ ZOOM_ACCOUNTS_FILE: path, ZOOM_ACCESS_TOKEN: 't0', ZOOM_RATE_SHARE: '0.8' });
    expect(zoom.configured).toBe(true);
    expect(zoom.accounts.map(({ name, plan, rateShare }) => [name, plan, rateShare])).toEqual([
      ['default', 'pro', 0.8],
      ['east', 'business', 0.5],
      ['west', 'pro', 0.8],
    ]);
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['{"accounts": [{"name": "a", "clientId": "c"}]}', 'expected accountId, clientSecret too'],
    ['{"accounts": [{"name": "a", "accessToken": "t", "plan": "gold"}]}', 'accounts[0].plan: expected one of'],
    ['{"accounts": [{"name": "a", "accessToken": "t", "secret": "x"}]}', 'accounts[0]'],
    ['{"accounts": [{"name": "a", "accessToken": "t"}, {"name": "a", "accessToken": "t"}]}', 'got a twice'],
  ])('refuses the file %s', (content, expected) => {
    const problems = problemsOf({ ZOOM_ACCOUNTS_FILE: file('bad.json', content) });
    expect(problems).toEqual([{ name: 'ZOOM_ACCOUNTS_FILE', message: expect.stringContaining(expected) }]);
  });

  it('reports a name given twice together with the other errors', () => {
    const accounts = [
      { name: 'a', plan: 'gold', accessToken: 't' },
      { name: 'a', accessToken: 't' },
    ];
    const problems = problemsOf({ ZOOM_ACCOUNTS_FILE: file('bad.json', JSON.stringify({ accounts })) });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('got a twice'),
      expect.stringContaining('accounts[0].plan'),
    ]);
  });
});
