import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { ProxySettings } from '../../outbound/proxy.ts';
import type { AccountDirectory } from '../accounts.ts';

export interface StoredToken {
  /** Names this issue of a token; reveals nothing of it. */
  id: string;
  token: string;
  /** Ms since the epoch. */
  issuedAt: number;
  expiresAt: number;
  /** As Zoom granted them; null when it did not say. */
  scopes: string[] | null;
  /** Issued because Zoom refused the one before. Earlier builds did not store it. */
  afterRefusal?: boolean;
}

/** Where the processes share one token per credentials. Every method may reject when the store is away. */
export interface TokenStore {
  read(name: string): Promise<StoredToken | null>;
  /** True for one holder at a time, until `unlock`, `store` or the end of `ttlMs`. */
  lock(name: string, holder: string, ttlMs: number): Promise<boolean>;
  unlock(name: string, holder: string): Promise<void>;
  /** Stores and unlocks in one step, provided that `holder` still holds the lock; else false and nothing is changed. */
  store(name: string, holder: string, token: StoredToken, ttlMs: number): Promise<boolean>;
}

export type TokenResult =
  | ({ kind: 'token' } & Omit<StoredToken, 'issuedAt' | 'afterRefusal'>)
  /** Zoom refuses the credentials of the account. */
  | { kind: 'refused'; advice: string }
  | { kind: 'transient'; reason: string };

/** The bearer tokens of all accounts. No method rejects. */
export interface Tokens {
  /** A valid token, at once if one is known. One that expires soon is renewed in the background. */
  get(account: string): Promise<TokenResult>;
  /** Like `get`, but a token that expires soon is renewed first. For when there is time. */
  prepare(account: string): Promise<TokenResult>;
  /** Zoom answered 401 to the token of this id: this process does not use it again. */
  reject(account: string, tokenId: string): void;
  /** A token other than the rejected ones: what another process has renewed meanwhile, or else a new one. */
  renew(account: string): Promise<TokenResult>;
  close(): Promise<void>;
}

export interface TokensOptions {
  accounts: AccountDirectory;
  store: TokenStore;
  clock: Clock;
  /** One request to the token endpoint, in ms. */
  timeoutMs: number;
  proxies?: ProxySettings;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** The token endpoint gave a token (null), or refused the credentials and this is the advice. */
  onCredentials?: (account: string, advice: string | null) => void;
  /** No token, for a reason other than the credentials: the endpoint is unreachable or answers with errors. */
  onNoToken?: (account: string, reason: string) => void;
}
