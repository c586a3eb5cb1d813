import { type Dispatcher, request } from 'undici';
import type { Clock } from '../../clock.ts';
import type { Config, ZoomAccount, ZoomCredentials } from '../../config.ts';
import { createAgent } from '../../outbound/http-request.ts';
import { proxyFor, shownProxy } from '../../outbound/proxy.ts';
import { describeLength } from '../../time/human-duration.ts';
import { type Check, type Finding, fault, ok, warning } from './check.ts';
import { checkMeetingScopes, checkWebinarScopes } from './zoom-scopes.ts';

/** The `Date` header has whole seconds only. */
const HEADER_PRECISION_MS = 1_000;
const SKEW_WARNING_MS = 2_000;
const SKEW_ERROR_MS = 30_000;

interface TokenAnswer {
  status: number;
  scopes: ReadonlySet<string>;
  /** Zoom's reason when there is no token in the answer; null when there is. */
  refusal: string | null;
  /** Zoom's clock minus ours (ms); null without a `Date` header. */
  skewMs: number | null;
}

/** Of each account: can a token be had, does it allow what we do, and does our clock agree with Zoom's. */
export function zoomChecks(config: Config, clock: Clock): Check[] {
  const { zoom } = config;
  if (!zoom.configured) return [{ name: 'zoom: credentials', run: async () => NO_CREDENTIALS }];
  return zoom.accounts.flatMap((account) => accountChecks(account, config, clock));
}

const NO_CREDENTIALS = warning(
  'no Zoom credentials are set: "livestream up" uses the sandbox',
  'set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET of a Server-to-Server OAuth app (marketplace.zoom.us)',
);

function accountChecks(account: ZoomAccount, config: Config, clock: Clock): Check[] {
  const prefix = `zoom ${account.name}`;
  const { credentials } = account;
  if (credentials.kind === 'token') return [{ name: `${prefix}: token`, run: async () => FIXED_TOKEN }];
  let answer: TokenAnswer | null = null;
  const needs = `${prefix}: token`;
  const obtain = async () => {
    const agent = createAgent(config.zoom.timeoutMs, config.proxies);
    try {
      answer = await askForToken(credentials, config, clock, agent);
      return tokenFinding(answer);
    } catch (error) {
      return unanswered(error as Error & { code?: string }, config);
    } finally {
      await agent.destroy();
    }
  };
  const scopes = () => answer?.scopes ?? new Set<string>();
  return [
    { name: needs, run: obtain },
    { name: `${prefix}: meeting scopes`, needs, run: async () => checkMeetingScopes(scopes()) },
    { name: `${prefix}: webinar scopes`, needs, run: async () => checkWebinarScopes(scopes()) },
    { name: `${prefix}: clock`, needs, run: async () => clockFinding(answer?.skewMs ?? null) },
  ];
}

function unanswered(error: Error & { code?: string }, config: Config): Finding {
  const { oauthUrl } = config.zoom;
  const proxy = proxyFor(new URL(oauthUrl), config.proxies);
  const code = error.code ?? error.message;
  if (!proxy)
    return fault(
      `${oauthUrl} does not answer (${code})`,
      'check the network, DNS and ZOOM_OAUTH_URL; where only a proxy leads out, set HTTPS_PROXY',
    );
  const [, status] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? [];
  const what = status ? `the proxy answers ${status} to CONNECT` : `no answer (${code})`;
  return fault(
    `${oauthUrl} cannot be reached through the proxy ${shownProxy(proxy)}: ${what}`,
    status === '407'
      ? 'give the proxy’s user and password: HTTPS_PROXY=http://user:password@host:port'
      : 'check HTTPS_PROXY and what the proxy allows; NO_PROXY names hosts that are reached directly',
  );
}

const FIXED_TOKEN = warning(
  'a fixed access token is set: it cannot be checked without a call, nor renewed when it ends',
  'for unattended use set the account id, client id and client secret of a Server-to-Server OAuth app instead',
);

type ServerToServer = Extract<ZoomCredentials, { kind: 'server_to_server' }>;

/** `POST /oauth/token` with `account_credentials` (Zoom: Server-to-Server OAuth). The token itself is not kept. */
async function askForToken(
  credentials: ServerToServer,
  config: Config,
  clock: Clock,
  agent: Dispatcher,
): Promise<TokenAnswer> {
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret.reveal()}`).toString('base64');
  const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: credentials.accountId });
  const sentAt = clock.now();
  const answer = await request(config.zoom.oauthUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    headersTimeout: config.zoom.timeoutMs,
    bodyTimeout: config.zoom.timeoutMs,
    signal: AbortSignal.timeout(config.zoom.timeoutMs),
    dispatcher: agent,
  });
  const halfway = (sentAt + clock.now()) / 2;
  const body = parseBody(await answer.body.text());
  const theirs = Date.parse(String(answer.headers.date ?? ''));
  const hasToken = answer.statusCode === 200 && typeof body.access_token === 'string';
  return {
    status: answer.statusCode,
    scopes: new Set(
      String(body.scope ?? '')
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
    refusal: hasToken ? null : String(body.reason ?? body.error ?? body.message ?? 'no reason given'),
    skewMs: Number.isNaN(theirs) ? null : Math.round(theirs + HEADER_PRECISION_MS / 2 - halfway),
  };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function tokenFinding({ status, refusal }: TokenAnswer): Finding {
  if (refusal === null) return ok('received');
  const message = `Zoom sent no token: ${status} ${refusal}`;
  if (status >= 500 || status === 429) return fault(message, 'a problem at Zoom: try again, and check status.zoom.us');
  if (/client/i.test(refusal))
    return fault(message, 'copy the client id and client secret from the app on marketplace.zoom.us again');
  return fault(message, 'the app must be Server-to-Server OAuth and activated; copy its account id again');
}

function clockFinding(skew: number | null): Finding {
  if (skew === null)
    return warning('Zoom’s answer has no date to compare with', 'check the clock by hand: timedatectl');
  if (Math.abs(skew) <= SKEW_WARNING_MS) return ok('agrees with Zoom’s to the second or so');
  const message = `this machine is ${describeLength(skew)} ${skew > 0 ? 'behind' : 'ahead of'} Zoom: broadcasts are off by as much`;
  const fix = 'let NTP set the clock (timedatectl set-ntp true)';
  return Math.abs(skew) < SKEW_ERROR_MS ? warning(message, fix) : fault(message, fix);
}
