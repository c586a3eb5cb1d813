import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import type { ZoomCredentials } from '../../config.ts';
import { parseObject } from '../../json.ts';
import type { HttpResult } from '../../outbound/http-request.ts';
import { sendRequest } from '../../outbound/http-request.ts';
import type { ZoomAccount } from '../accounts.ts';

export type IssuedToken =
  | { kind: 'issued'; token: string; lifetimeMs: number; scopes: string[] | null }
  /** Zoom rejects the credentials; a retry does not help. */
  | { kind: 'refused'; advice: string }
  | { kind: 'transient'; reason: string };

export type ClientCredentials = Extract<ZoomCredentials, { kind: 'server_to_server' }>;

const DEFAULT_LIFETIME_S = 3_600;

type TokenAccount = Pick<ZoomAccount, 'oauthUrl'> & { credentials: ClientCredentials };

/** Requests a Server-to-Server token once (Zoom API reference, section 6). Never rejects. The result quotes nothing from the request. */
export async function requestToken(
  agent: Dispatcher,
  clock: Clock,
  account: TokenAccount,
  timeoutMs: number,
): Promise<IssuedToken> {
  return readToken(await sendTokenRequest(agent, clock, account, timeoutMs));
}

/** Only sends the request; `readToken` reads the result. */
export function sendTokenRequest(
  agent: Dispatcher,
  clock: Clock,
  account: TokenAccount,
  timeoutMs: number,
): Promise<HttpResult> {
  const { accountId, clientId, clientSecret } = account.credentials;
  const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: accountId });
  return sendRequest(agent, clock, {
    url: new URL(account.oauthUrl),
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: Buffer.from(form.toString()),
    timeoutMs,
  });
}

/** Interprets a response of the token endpoint. Only a refusal is final; retry everything else. */
export function readToken(result: HttpResult): IssuedToken {
  if (result.kind === 'withdrawn') return { kind: 'transient', reason: 'token request withdrawn' };
  if (result.kind === 'failed') return { kind: 'transient', reason: `token endpoint: ${result.reason}` };
  const body = parseObject(result.bodyText) ?? {};
  const token = body.access_token;
  if (result.status === 200 && typeof token === 'string' && token !== '') {
    return { kind: 'issued', token, lifetimeMs: lifetimeMs(body.expires_in), scopes: scopesOf(body.scope) };
  }
  if (isRefusal(result.status, body)) return { kind: 'refused', advice: adviceFor(body) };
  return { kind: 'transient', reason: `token endpoint answered HTTP ${result.status}` };
}

/** The endpoint's own words about a rejection; empty: it gave none. */
export function refusalText(bodyText: string): string {
  const { reason, error } = parseObject(bodyText) ?? {};
  return String(reason ?? error ?? '');
}

/** OAuth errors that are transient and say nothing about the credentials (RFC 6749, and what gateways add). */
const TRANSIENT = /server_error|temporar|unavailable|too many|rate limit|time-?out|timed out|internal/i;

/**
 * Only an answer with an OAuth error refuses the credentials: 400 as reported, 401 and 403 too. A proxy's page or a bare 401 is a
 * transient error: as a refusal it would end all broadcasts of the account for good.
 */
function isRefusal(status: number, body: Record<string, unknown>): boolean {
  const said = [body.error, body.reason].filter((part) => typeof part === 'string').join(' ');
  return said !== '' && !TRANSIENT.test(said) && [200, 400, 401, 403].includes(status);
}

function adviceFor(body: Record<string, unknown>): string {
  const said = `${String(body.error ?? '')} ${String(body.reason ?? '')}`.toLowerCase();
  if (said.includes('invalid_client'))
    return 'Check the client id and client secret of this Zoom account: Zoom refused them.';
  if (said.includes('account does not exist') || said.includes('invalid_request')) {
    return 'Check the account id of this Zoom account: Zoom does not accept it.';
  }
  if (said.includes('grant') || said.includes('app type')) {
    return 'Use the credentials of a Server-to-Server OAuth app: this app has another type or is not activated.';
  }
  return 'Check the credentials of this Zoom account, and that its app is activated: Zoom issues no token for them.';
}

function lifetimeMs(value: unknown): number {
  const seconds = Number(value);
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_LIFETIME_S) * 1_000;
}

function scopesOf(value: unknown): string[] | null {
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((scope) => scope !== '') : null;
}
