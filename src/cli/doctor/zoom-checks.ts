import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { type CheckOutcome, failed, ok, warning } from '../../health/check-result.ts';
import { createAgent, type HttpResult } from '../../outbound/http-request.ts';
import { proxyFor } from '../../outbound/proxy.ts';
import { describeLength } from '../../time/human-duration.ts';
import { type ZoomAccount, zoomAccountsOf } from '../../zoom/accounts.ts';
import { readToken, refusalText, sendTokenRequest } from '../../zoom/tokens/token-endpoint.ts';
import type { Check } from './check.ts';
import { checkMeetingScopes, checkWebinarScopes } from './zoom-scopes.ts';

/** The `Date` header has whole seconds only. */
const HEADER_PRECISION_MS = 1_000;
const SKEW_WARNING_MS = 2_000;
const SKEW_ERROR_MS = 30_000;

/**
 * For each account: does Zoom issue a token, are its scopes sufficient, and does our clock agree with Zoom's.
 * @param isSandbox see `redisChecks`
 */
export function zoomChecks(config: Config, clock: Clock, isSandbox: () => Promise<boolean>): Check[] {
  if (!config.zoom.configured)
    return [{ name: 'zoom: credentials', run: async () => ((await isSandbox()) ? SANDBOX : NO_CREDENTIALS) }];
  return zoomAccountsOf(config).flatMap((account) => accountChecks(account, config, clock));
}

const SANDBOX = ok(
  'this is the sandbox of "livestream up", which streams nothing: credentials and the webhook secret are not needed',
);

const NO_CREDENTIALS = warning(
  'no Zoom credentials are set: "livestream up" uses the sandbox',
  'set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET of a Server-to-Server OAuth app (marketplace.zoom.us)',
);

const FIXED_TOKEN = warning(
  'a fixed access token is set: it cannot be checked without a request, and cannot be renewed when it expires',
  'for unattended use, set the account id, client id and client secret of a Server-to-Server OAuth app instead',
);

function accountChecks(account: ZoomAccount, config: Config, clock: Clock): Check[] {
  const prefix = `zoom ${account.name}`;
  const needs = `${prefix}: token`;
  const { oauthUrl, credentials } = account;
  if (credentials.kind === 'token') return [{ name: needs, run: async () => FIXED_TOKEN }];
  let scopes: string[] = [];
  let skewMs: number | null = null;
  const obtain = async () => {
    const { timeoutMs } = config.zoom;
    const agent = createAgent(timeoutMs, config.proxies);
    const result = await sendTokenRequest(agent, clock, { oauthUrl, credentials }, timeoutMs);
    await agent.destroy();
    const issued = readToken(result);
    skewMs = skewOf(result);
    if (issued.kind === 'issued') {
      scopes = issued.scopes ?? [];
      return ok('received');
    }
    return noToken(result, issued, oauthUrl, config);
  };
  return [
    { name: needs, run: obtain },
    { name: `${prefix}: meeting scopes`, needs, run: async () => checkMeetingScopes(scopes) },
    { name: `${prefix}: webinar scopes`, needs, run: async () => checkWebinarScopes(scopes) },
    { name: `${prefix}: clock`, needs, run: async () => clockFinding(skewMs) },
  ];
}

function noToken(
  result: HttpResult,
  issued: Exclude<ReturnType<typeof readToken>, { kind: 'issued' }>,
  oauthUrl: string,
  config: Config,
): CheckOutcome {
  if (result.kind === 'answer') {
    const message = `Zoom issued no token: ${result.status} ${refusalText(result.bodyText)}`.trim();
    return failed(
      message,
      issued.kind === 'refused' ? issued.advice : 'a problem at Zoom: try again, and check status.zoom.us',
    );
  }
  const reason = result.kind === 'failed' ? result.reason : 'not sent';
  return failed(`cannot reach ${oauthUrl}: ${reason}`, networkFix(reason, proxyFor(new URL(oauthUrl), config.proxies)));
}

function networkFix(reason: string, proxy: URL | string | null): string {
  if (proxy === null)
    return 'check the network, DNS and ZOOM_OAUTH_URL; if this machine needs a proxy, set HTTPS_PROXY';
  if (/answered 407/.test(reason))
    return 'set the proxy’s user name and password: HTTPS_PROXY=http://user:password@host:port';
  return 'check HTTPS_PROXY and what the proxy allows; set NO_PROXY for hosts to reach directly';
}

/** Zoom's clock minus this machine's (ms); null without a `Date` header. */
function skewOf(result: HttpResult): number | null {
  if (result.kind !== 'answer' || result.sentAt === null) return null;
  const theirs = Date.parse(String(result.headers['date'] ?? ''));
  const halfway = (result.sentAt + result.answeredAt) / 2;
  return Number.isNaN(theirs) ? null : Math.round(theirs + HEADER_PRECISION_MS / 2 - halfway);
}

function clockFinding(skew: number | null): CheckOutcome {
  if (skew === null)
    return warning('Zoom’s answer has no date to compare with', 'check the clock yourself: timedatectl');
  if (Math.abs(skew) <= SKEW_WARNING_MS) return ok('agrees with Zoom’s clock to within 2 s');
  const message = `this machine is ${describeLength(skew)} ${skew > 0 ? 'behind' : 'ahead of'} Zoom: broadcasts start and stop that much ${skew > 0 ? 'late' : 'early'}`;
  const fix = 'let NTP set the clock (timedatectl set-ntp true)';
  return Math.abs(skew) < SKEW_ERROR_MS ? warning(message, fix) : failed(message, fix);
}
