import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigError, loadConfig } from '../../../src/config.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { AccountDirectory, type ZoomAccount, zoomAccountsOf } from '../../../src/zoom/accounts.ts';

const EAST = {
  name: 'east',
  accountId: 'A1',
  clientId: 'C1',
  clientSecret: 'S1',
  plan: 'business',
  webhookSecretToken: 'W1',
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'livestream-accounts-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function read(content: string, env: Record<string, string> = {}) {
  const path = join(dir, 'accounts.json');
  await writeFile(path, content);
  return loadConfig({ ZOOM_ACCOUNTS_FILE: path, ...env });
}
const file = (...accounts: unknown[]) => JSON.stringify({ accounts });

async function issuesOf(content: string): Promise<string> {
  try {
    await read(content);
  } catch (error) {
    return (error as ConfigError).message;
  }
  throw new Error('it was taken');
}

describe('the accounts file', () => {
  it('fills in what is left out, and lets an entry name servers of its own', async () => {
    const config = await read(
      file(EAST, { name: 'west', accessToken: 'T', accountId: 'A2', apiUrl: 'https://a.example/v2/' }),
      { ZOOM_ACCESS_TOKEN: 'D' },
    );
    const [main, east, west] = zoomAccountsOf(config);
    expect(main?.name).toBe('default');
    expect(east).toEqual({
      name: 'east',
      apiUrl: 'https://api.zoom.us/v2',
      oauthUrl: 'https://zoom.us/oauth/token',
      accountId: 'A1',
      credentials: { kind: 'server_to_server', accountId: 'A1', clientId: 'C1', clientSecret: expect.any(Secret) },
      plan: 'business',
      rateShare: 0.9,
      webhookSecretToken: expect.any(Secret),
      webSocketUrl: null,
    });
    expect(east?.webhookSecretToken?.reveal()).toBe('W1');
    expect(west).toMatchObject({
      apiUrl: 'https://a.example/v2',
      accountId: 'A2',
      credentials: { kind: 'token', accessToken: expect.any(Secret) },
      plan: 'pro',
      webhookSecretToken: null,
    });
  });

  it('reports every error at once and quotes no value', async () => {
    const message = await issuesOf(
      file(
        { ...EAST, plan: 'gold', rateShare: 2 },
        { name: 'n', clientId: 'TOPSECRET' },
        {
          name: 'm',
          accessToken: 'TOPSECRET',
          clientSecret: 'TOPSECRET',
          colour: 'TOPSECRET',
          apiUrl: 'ftp://TOPSECRET',
        },
      ),
    );
    for (const reported of [
      'accounts[0].plan',
      'accounts[0].rateShare',
      'accounts[1] (n): expected accountId, clientSecret too',
      'accounts[2] (m): expected either clientSecret or accessToken',
      'accounts[2].apiUrl',
      'colour',
    ])
      expect(message).toContain(reported);
    expect(message).not.toContain('TOPSECRET');
    expect(await issuesOf('{"accounts": [TOPSECRET]}')).not.toContain('TOPSECRET');
  });
});

describe('the directory', () => {
  const shared = {
    apiUrl: 'https://a',
    oauthUrl: 'https://b',
    plan: 'pro',
    rateShare: 1,
    webhookSecretToken: null,
    webSocketUrl: null,
    accountId: 'A1',
    credentials: { kind: 'token', accessToken: new Secret('T') },
  } as const;
  const east: ZoomAccount = { ...shared, name: 'east' };
  const west: ZoomAccount = { ...shared, name: 'west' };

  it('resolves a name, `default`, or the only one', () => {
    const both = new AccountDirectory([east, west]);
    expect(both.resolve('west')).toBe(west);
    expect(() => both.resolve(null)).toThrowError(expect.objectContaining({ code: 'account_required', status: 400 }));
    expect(() => both.resolve('north')).toThrowError(
      expect.objectContaining({ code: 'validation_failed', message: expect.stringContaining('east, west') }),
    );
    expect(new AccountDirectory([west]).resolve(null)).toBe(west);
    const main = { ...east, name: 'default' };
    expect(new AccountDirectory([west, main]).resolve(null)).toBe(main);
    expect(both.byZoomAccountId('A1')).toEqual([east, west]);
    expect(both.byZoomAccountId('A2')).toEqual([]);
  });

  it('swaps all accounts, or none when two have one name', () => {
    const directory = new AccountDirectory([east]);
    expect(() => directory.replaceAll([west, west])).toThrowError(
      expect.objectContaining({ code: 'validation_failed' }),
    );
    expect(directory.names()).toEqual(['east']);
    directory.replaceAll([west]);
    expect(directory.names()).toEqual(['west']);
  });
});
