import { createHash } from 'node:crypto';
import { createAgent } from '../../outbound/http-request.ts';
import type { ZoomAccount } from '../accounts.ts';
import { SharedToken, storeUnavailable } from './shared-token.ts';
import type { ClientCredentials } from './token-endpoint.ts';
import type { TokenResult, Tokens, TokensOptions } from './tokens.ts';

export function createTokens(options: TokensOptions): Tokens {
  const agent = createAgent(options.timeoutMs, options.proxies);
  const entries = new Map<string, SharedToken>();

  const withEntry = async (name: string, use: (entry: SharedToken) => Promise<TokenResult>): Promise<TokenResult> => {
    const account = options.accounts.get(name);
    // Another worker may have it, so this is no refusal by Zoom (contract, section 4).
    if (!account) return { kind: 'transient', reason: `this worker does not have the Zoom account ${name}` };
    const { credentials } = account;
    if (credentials.kind === 'token') return fixedToken(credentials.accessToken.reveal());
    const key = storeName(account, credentials);
    const entry = entries.get(key) ?? new SharedToken(options, key, agent);
    entries.set(key, entry);
    try {
      return await use(entry.of(account, credentials));
    } catch (error) {
      return storeUnavailable(error as Error);
    }
  };

  return {
    get: (name) => withEntry(name, (entry) => entry.get()),
    prepare: (name) => withEntry(name, (entry) => entry.prepare()),
    renew: (name) => withEntry(name, (entry) => entry.renew()),
    reject: (name, tokenId) => {
      const account = options.accounts.get(name);
      if (!account || account.credentials.kind === 'token') return;
      entries.get(storeName(account, account.credentials))?.reject(tokenId);
    },
    close: () => agent.close(),
  };
}

/** A fixed token: it has no known end, and cannot be renewed. */
function fixedToken(token: string): TokenResult {
  return { kind: 'token', id: 'fixed', token, expiresAt: Number.MAX_SAFE_INTEGER, scopes: null };
}

/** A new account with the same name must not get the old one's token, so the name includes the credentials. */
function storeName(account: ZoomAccount, credentials: ClientCredentials): string {
  const parts = [account.oauthUrl, credentials.accountId, credentials.clientId];
  return `${account.name}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}
