import type { ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Service } from '../services/service.ts';
import { packageVersion } from '../version.ts';
import { ZoomClient } from '../zoom/client.ts';
import { createTokens } from '../zoom/tokens/create-tokens.ts';
import { createRedisTokenStore } from '../zoom/tokens/redis-token-store.ts';
import type { AppContext } from './context.ts';

/** Opens Zoom for a process without workers: the API reads it when a person plans or syncs a source of the kind `zoom`. */
export function openZoomReads(core: AppContext): { reads: ZoomReads; connections: Service } {
  const { config, logger, redis, keys, clock, accounts, sealer, tracing } = core;
  const { timeoutMs, requestFormat } = config.zoom;
  const shared = { accounts, clock, timeoutMs, proxies: config.proxies, logger };
  const tokens = createTokens({ ...shared, store: createRedisTokenStore({ redis, key: keys.named, sealer }) });
  const reads = new ZoomClient({ ...shared, tokens, requestFormat, tracing, version: packageVersion() });
  const close = async () => {
    await reads.close();
    await tokens.close();
  };
  return { reads, connections: { name: 'connections to Zoom', start: () => {}, stop: close } };
}
