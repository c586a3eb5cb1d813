import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/secrets/secret.ts';
import { AccountDirectory, type ZoomAccount } from '../../../../src/zoom/accounts.ts';
import { accountsOnSocketOf, accountsSignedFor } from '../../../../src/zoom/events/event-accounts.ts';

/** Contract, section 5: an event counts only for accounts with its `account_id` whose secret signed it. */

const ENVIRONMENT = 'environment-secret';

function account(name: string, accountId: string | null, secret: string | null): ZoomAccount {
  return {
    ...{ name, apiUrl: 'http://127.0.0.1', oauthUrl: 'http://127.0.0.1', plan: 'pro', rateShare: 1 },
    accountId,
    credentials: { kind: 'token', accessToken: new Secret('token') },
    webhookSecretToken: secret === null ? null : new Secret(secret),
    webSocketUrl: null,
  };
}

const signedFor = (accounts: ZoomAccount[], id: string | null, secret: string) =>
  accountsSignedFor(
    new AccountDirectory(accounts),
    id,
    secret,
    ({ webhookSecretToken }) => webhookSecretToken?.reveal() ?? ENVIRONMENT,
  );

describe('a signed event', () => {
  const east = account('east', 'E', 'east-secret');
  const west = account('west', 'W', 'west-secret');

  it('counts for the account that it names when the secret of that account signed it', () => {
    expect(signedFor([east, west], 'E', 'east-secret')).toEqual(['east']);
    expect(signedFor([east, west], 'E', 'west-secret')).toEqual([]);
    expect(signedFor([east, west], 'N', 'west-secret')).toEqual([]);
    expect(signedFor([east, west], 'E', ENVIRONMENT)).toEqual([]);
  });

  it('counts for each of several accounts of one id only by its own secret', () => {
    const other = account('east-2', 'E', 'second-secret');
    const same = account('east-3', 'E', 'east-secret');
    expect(signedFor([east, other, same, west], 'E', 'east-secret')).toEqual(['east', 'east-3']);
    expect(signedFor([east, other, same, west], 'E', 'second-secret')).toEqual(['east-2']);
  });

  it('counts by the secret of the environment for accounts without one of their own', () => {
    const plain = [account('a', 'A', null), account('b', 'B', null), east];
    expect(signedFor(plain, 'A', ENVIRONMENT)).toEqual(['a']);
    expect(signedFor(plain, 'E', ENVIRONMENT)).toEqual([]);
  });

  it('counts for an account that does not say its id, unless the id is that of another', () => {
    const token = account('default', null, null);
    expect(signedFor([token], 'anything', ENVIRONMENT)).toEqual(['default']);
    expect(signedFor([token, east], 'E', ENVIRONMENT)).toEqual([]);
    expect(signedFor([token, east], 'N', 'east-secret')).toEqual([]);
    expect(signedFor([token, east], null, ENVIRONMENT)).toEqual(['default']);
  });

  it('without an id counts when its secret leaves no doubt', () => {
    expect(signedFor([east, west], null, 'west-secret')).toEqual(['west']);
    expect(signedFor([account('a', 'A', null), account('b', 'B', null)], null, ENVIRONMENT)).toEqual([]);
  });
});

describe('an event on a WebSocket', () => {
  const directory = new AccountDirectory([
    account('east', 'E', null),
    account('east-2', 'E', null),
    account('west', 'W', null),
    account('token', null, null),
  ]);

  it('counts for the Zoom account of the connection alone', () => {
    expect(accountsOnSocketOf(directory, 'W', 'west')).toEqual(['west']);
    expect(accountsOnSocketOf(directory, 'E', 'west')).toEqual([]);
    expect(accountsOnSocketOf(directory, 'N', 'west')).toEqual([]);
    expect(accountsOnSocketOf(directory, 'E', 'east')).toEqual(['east', 'east-2']);
    expect(accountsOnSocketOf(directory, null, 'west')).toEqual(['west']);
    expect(accountsOnSocketOf(directory, 'N', 'token')).toEqual(['token']);
    expect(accountsOnSocketOf(directory, 'E', 'token')).toEqual([]);
    expect(accountsOnSocketOf(directory, 'E', 'gone')).toEqual([]);
  });
});
