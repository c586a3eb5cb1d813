import type { Config, ConfigProblem } from '../../config.ts';
import { type CheckOutcome, failed, ok, warning } from '../../health/check-result.ts';
import { describeProxy, proxyFor } from '../../outbound/proxy.ts';
import type { Check } from './check.ts';

/**
 * Settings that the service can start without, at a disadvantage.
 * @param isSandbox see `redisChecks`
 */
export function settingsChecks(config: Config, isSandbox: () => Promise<boolean>): Check[] {
  return [
    { name: 'webhook secret', run: () => webhookCheck(config, isSandbox) },
    { name: 'proxy', run: async () => proxyFinding(config) },
    { name: 'secrets key', run: async () => secretsKeyFinding(config) },
  ];
}

const BY_SOCKET = 'not set, and not needed: events come by WebSocket (ZOOM_WEBSOCKET_URL)';

/** The sandbox of `up` signs its events with a secret of its own, which no setting holds. */
async function webhookCheck(config: Config, isSandbox: () => Promise<boolean>): Promise<CheckOutcome> {
  const finding = webhookFinding(config);
  const isNeeded = finding.severity === 'ok' || config.zoom.configured || !(await isSandbox());
  return isNeeded ? finding : ok('not set, and not needed');
}

function webhookFinding({ zoom }: Config) {
  const without = zoom.accounts
    .filter(({ webhookSecretToken, webSocketUrl }) => webhookSecretToken === null && webSocketUrl === null)
    .map(({ name }) => name);
  const none = zoom.accounts.length === 0 ? zoom.webhookSecretToken === null : without.length > 0;
  if (!none) return ok(zoom.accounts.some(({ webhookSecretToken }) => webhookSecretToken !== null) ? 'set' : BY_SOCKET);
  const whose = zoom.accounts.length > 1 ? ` (${without.join(', ')})` : '';
  return warning(
    `not set${whose}: live streams cannot be confirmed, and late hosts are noticed only by polling`,
    'set ZOOM_WEBHOOK_SECRET_TOKEN (or webhookSecretToken in the accounts file) to the Secret Token of the app’s event subscription',
  );
}

function proxyFinding({ zoom, proxies }: Config) {
  const urls = [zoom.apiUrl, zoom.oauthUrl, ...zoom.accounts.flatMap(({ webSocketUrl }) => webSocketUrl ?? [])];
  const proxy = urls.map((url) => proxyFor(new URL(url), proxies)).find((found) => found !== null);
  if (proxy) return ok(`requests to Zoom go through ${describeProxy(proxy)}`);
  const isSet = proxies.http !== null || proxies.https !== null;
  return ok(
    isSet ? 'set, but requests to Zoom go directly (NO_PROXY, or this machine)' : 'none: requests to Zoom go directly',
  );
}

function secretsKeyFinding({ secretsKey }: Config) {
  if (secretsKey !== null) return ok('set');
  return warning(
    'SECRETS_KEY is not set: broadcasts with a stream key are refused',
    'needed only for stream keys: set SECRETS_KEY to the output of: openssl rand -base64 32',
  );
}

/** Settings that prevent the service from starting. */
export function problemChecks(problems: ConfigProblem[]): Check[] {
  return problems.map(({ name, message }) => ({
    name: `setting ${name}`,
    run: async () => failed(message, `fix ${name}`),
  }));
}
