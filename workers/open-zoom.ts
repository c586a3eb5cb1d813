import type { AppContext } from '../src/app/context.ts';
import type { ZoomApi, ZoomReads } from '../src/broadcasts/zoom-port.ts';
import { COUNTS, StoredCounts } from '../src/observability/stored-counts.ts';
import type { Service } from '../src/services/service.ts';
import { packageVersion } from '../src/version.ts';
import { AccountHealth } from '../src/zoom/account-health.ts';
import { ZoomClient } from '../src/zoom/client.ts';
import { createTokens } from '../src/zoom/tokens/create-tokens.ts';
import { createRedisTokenStore } from '../src/zoom/tokens/redis-token-store.ts';
import type { Tokens } from '../src/zoom/tokens/tokens.ts';

/** Zoom for a worker: counts every request, and stores what each answer says about the account's health. */
export interface ZoomAccess {
  client: ZoomApi & ZoomReads;
  tokens: Tokens;
  counts: StoredCounts;
  /** Counts a failed leader task. */
  onTaskFailure: (task: string) => void;
  /** Closes the connections to Zoom. */
  connections: Service;
}

export function openZoom(core: AppContext): ZoomAccess {
  const { config, logger, redis, keys, clock, accounts, sealer, tracing } = core;
  const { timeoutMs, requestFormat } = config.zoom;
  const shared = { accounts, clock, timeoutMs, proxies: config.proxies, logger };
  const health = new AccountHealth(redis, keys, clock);
  const tokens = createTokens({
    ...shared,
    store: createRedisTokenStore({ redis, key: keys.named, sealer }),
    onCredentials: (account, advice) => health.token(account, advice),
    onNoToken: (account, reason) => health.noToken(account, reason),
  });
  const counts = new StoredCounts(redis, keys.named(COUNTS), logger);
  const client = new ZoomClient({
    ...shared,
    tokens,
    requestFormat,
    tracing,
    version: packageVersion(),
    onExchange: ({ account, request, outcome, status }) => {
      counts.zoom(request, outcome);
      if (status !== null) health.answered(account, status);
    },
  });
  core.zoomInFlight = () => client.inFlight;
  const close = async () => {
    await client.close();
    await tokens.close();
  };
  return {
    client,
    tokens,
    counts,
    onTaskFailure: (task) => counts.leaderError(task),
    connections: { name: 'connections to Zoom', start: () => {}, stop: close },
  };
}
