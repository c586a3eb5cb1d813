import { createHash, randomBytes } from 'node:crypto';
import { type Answer, zoomError } from './zoom-errors.ts';

/** Server-to-Server OAuth (Zoom API reference, section 6). */

export interface Credentials {
  accountId: string;
  clientId: string;
  clientSecret: string;
}

export interface TokenRequest {
  /** The `Authorization` header. */
  authorization: string | undefined;
  grantType: string | null;
  accountId: string | null;
}

interface Token {
  account: string;
  /** Ms since the epoch; null for a fixed token, which was not issued here. */
  expiresAt: number | null;
  /** Null: all scopes. */
  scopes: ReadonlySet<string> | null;
  revoked: boolean;
}

/** The requesting account, or the answer that refuses the request. `account` is null when no token names one. */
export interface Caller {
  account: string | null;
  scopes: ReadonlySet<string> | null;
  refusal: Answer | null;
}

/** Beyond this many tokens, the oldest go. */
const MAX_TOKENS = 10_000;

export class Tokens {
  readonly #credentials: 'any' | Credentials[];
  readonly #tokens = new Map<string, Token>();

  constructor(credentials: 'any' | Credentials[]) {
    this.#credentials = credentials;
  }

  /** `POST /oauth/token`: a new token; older ones stay valid. `expiresInS` in seconds, `now` in ms. */
  issue(request: TokenRequest, scopes: string[], expiresInS: number, apiUrl: string, now: number): Answer {
    const refusal = this.#refusal(request);
    if (refusal) return refusal;
    const account = request.accountId as string;
    const token = randomBytes(24).toString('base64url');
    this.#remember(token, { account, expiresAt: now + expiresInS * 1000, scopes: new Set(scopes), revoked: false });
    const body = {
      access_token: token,
      token_type: 'bearer',
      expires_in: expiresInS,
      scope: scopes.join(' '),
      api_url: apiUrl,
    };
    return { status: 200, body };
  }

  /** Identifies the caller of this `Authorization` header. A token not issued here is its own account if the sandbox accepts any token. */
  identify(authorization: string | undefined, now: number): Caller {
    const secret = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (secret === undefined) return invalidToken(null);
    let token = this.#tokens.get(secret);
    if (!token && this.#credentials === 'any') {
      const account = `token-${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;
      token = { account, expiresAt: null, scopes: null, revoked: false };
      this.#remember(secret, token);
    }
    if (!token || token.revoked) return invalidToken(token?.account ?? null);
    if (token.expiresAt !== null && token.expiresAt <= now) {
      return { account: token.account, scopes: token.scopes, refusal: zoomError(401, 124, 'Access token is expired.') };
    }
    return { account: token.account, scopes: token.scopes, refusal: null };
  }

  /** Revokes all known tokens, or those of one account; returns how many. */
  revoke(account?: string): number {
    let revoked = 0;
    for (const token of this.#tokens.values()) {
      if (token.revoked || (account !== undefined && token.account !== account)) continue;
      token.revoked = true;
      revoked += 1;
    }
    return revoked;
  }

  /** Makes revoked fixed tokens (not issued here) valid again; issued ones stay as they are. */
  restoreFixed(): void {
    for (const token of this.#tokens.values()) if (token.expiresAt === null) token.revoked = false;
  }

  #refusal({ authorization, grantType, accountId }: TokenRequest): Answer | null {
    const given = basicCredentials(authorization);
    if (!given) return oauthError('Invalid client_id or client_secret', 'invalid_client');
    if (grantType !== 'account_credentials') return oauthError('unsupported grant type', 'unsupported_grant_type');
    if (!accountId) return oauthError('Bad Request', 'invalid_request');
    if (this.#credentials === 'any') return null;
    const app = this.#credentials.find((one) => one.clientId === given.id && one.clientSecret === given.secret);
    if (!app) return oauthError('Invalid client_id or client_secret', 'invalid_client');
    const own = this.#credentials.some(
      (one) => one.clientId === given.id && one.clientSecret === given.secret && one.accountId === accountId,
    );
    return own ? null : oauthError('Bad Request', 'invalid_request');
  }

  #remember(secret: string, token: Token): void {
    this.#tokens.set(secret, token);
    const oldest = this.#tokens.size > MAX_TOKENS ? this.#tokens.keys().next().value : undefined;
    if (oldest !== undefined) this.#tokens.delete(oldest);
  }
}

function invalidToken(account: string | null): Caller {
  return { account, scopes: null, refusal: zoomError(401, 124, 'Invalid access token.') };
}

function oauthError(reason: string, error: string): Answer {
  return { status: 400, body: { reason, error } };
}

function basicCredentials(authorization: string | undefined): { id: string; secret: string } | null {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return null;
  return { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
