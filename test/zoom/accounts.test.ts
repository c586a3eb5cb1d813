import { describe, expect, it } from 'vitest';
import type { LivestreamError } from '../../src/errors.ts';
import { AccountDirectory, parseAccountsFile } from '../../src/zoom/accounts.ts';

const EAST = {
  name: 'east',
  accountId: 'A1',
  clientId: 'C1',
  clientSecret: 'S1',
  plan: 'business',
  webhookSecretToken: 'W1',
};

function file(...accounts: unknown[]): string {
  return JSON.stringify({ accounts });
}

function faultsOf(text: string): LivestreamError {
  try {
    parseAccountsFile(text);
  } catch (error) {
    return error as LivestreamError;
  }
  throw new Error('it was taken');
}

describe('the accounts file', () => {
  it('fills in what is left out', () => {
    const [east, west] = parseAccountsFile(file(EAST, { name: 'west', accessToken: 'T' }));
    expect(east).toEqual({
      name: 'east',
      apiUrl: 'https://api.zoom.us/v2',
      oauthUrl: 'https://zoom.us/oauth/token',
      credentials: { accountId: 'A1', clientId: 'C1', clientSecret: 'S1' },
      plan: 'business',
      rateShare: 0.9,
      webhookSecretToken: 'W1',
    });
    expect(west).toMatchObject({ credentials: { accessToken: 'T' }, plan: 'pro', webhookSecretToken: null });
  });

  it('tells every fault at once, by path, and quotes no value', () => {
    const error = faultsOf(
      file(
        EAST,
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
    expect(error.code).toBe('validation_failed');
    expect(error.errors.map(({ path }) => path).sort()).toEqual([
      'accounts[1].name',
      'accounts[1].plan',
      'accounts[1].rateShare',
      'accounts[2].accountId',
      'accounts[2].clientSecret',
      'accounts[3]',
      'accounts[3].apiUrl',
      'accounts[3].clientSecret',
    ]);
    expect(`${error.message} ${JSON.stringify(error.errors)}`).not.toContain('TOPSECRET');
    expect(error.message).toContain('colour');
  });

  it('quotes nothing of a file that is no JSON', () => {
    const error = faultsOf('{"accounts": [TOPSECRET]}');
    expect(error.code).toBe('validation_failed');
    expect(error.message).not.toContain('TOPSECRET');
  });
});

describe('the directory', () => {
  const [east, west] = parseAccountsFile(file(EAST, { name: 'west', accessToken: 'T', accountId: 'A1' }));
  if (!east || !west) throw new Error('two accounts');

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
