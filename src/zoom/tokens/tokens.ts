import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { ProxySettings } from '../../outbound/proxy.ts';
import type { AccountDirectory } from '../accounts.ts';

export interface StoredToken {
  /** Identifies this issue of a token, without revealing it. */
  id: string;
  token: string;
  /** Ms since the epoch. */
  issuedAt: number;
  expiresAt: number;
  /** As Zoom granted them; null: Zoom did not say. */
  scopes: string[] | null;
  /** Issued because Zoom rejected the previous one. Earlier builds did not store it. */
  afterRefusal?: boolean;
}

/** Shares one token per credentials among processes. Every method may reject while the store is away. */
export interface TokenStore {
  read(name: string): Promise<StoredToken | null>;
  /** True for one holder at a time, until `unlock`, `store` or the end of `ttlMs`. */
  lock(name: string, holder: string, ttlMs: number): Promise<boolean>;
  unlock(name: string, holder: string): Promise<void>;
  /** Stores and unlocks in one step if `holder` still holds the lock; else returns false and changes nothing. */
  store(name: string, holder: string, token: StoredToken, ttlMs: number): Promise<boolean>;
}

export type TokenResult =
  | ({ kind: 'token' } & Omit<StoredToken, 'issuedAt' | 'afterRefusal'>)
  /** Zoom rejects the credentials of the account. */
  | { kind: 'refused'; advice: string }
  | { kind: 'transient'; reason: string };

/** The bearer tokens of all accounts. No method rejects. */
export interface Tokens {
  /** A valid token, immediately if one is known. It renews a token that expires soon in the background. */
  get(account: string): Promise<TokenResult>;
  /** Like `get`, but first renews a token that expires soon. For callers with time to spare. */
  prepare(account: string): Promise<TokenResult>;
  /** Zoom answered 401 to the token of this id: this process does not use it again. */
  reject(account: string, tokenId: string): void;
  /** Returns a token other than the rejected ones: one that another process has renewed, or a new one. */
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
  /** The token endpoint issued a token (null), or rejected the credentials with this advice. */
  onCredentials?: (account: string, advice: string | null) => void;
  /** No token, for a reason other than the credentials: the endpoint is unreachable or answers with errors. */
  onNoToken?: (account: string, reason: string) => void;
}
