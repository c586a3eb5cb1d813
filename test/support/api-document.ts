import { openAppContext } from '../../src/app/context.ts';
import { startApi } from '../../src/app/start-api.ts';
import { loadConfig } from '../../src/config.ts';
import type { OpenApi } from '../../src/http/docs/openapi.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { RedisTarget } from '../../src/redis/url.ts';
import { startRedis } from './redis-server.ts';

export interface ServedApi {
  /** `http://127.0.0.1:port` */
  url: string;
  document: OpenApi;
  redisUrl: string;
  stop(): Promise<void>;
}

/** The whole API as `livestream api` serves it, with every part's routes, on a private Redis. */
export async function serveApi(env: Record<string, string> = {}): Promise<ServedApi> {
  const redis = await startRedis();
  const config = loadConfig({
    ...{ REDIS_URL: redis.url, LOG_LEVEL: 'silent', LOG_FORMAT: 'json', ZOOM_ACCESS_TOKEN: 'unused' },
    ...env,
  });
  const core = await openAppContext(config, config.redis.target as RedisTarget, createLogger(config));
  const api = await startApi(core, { host: '127.0.0.1', port: 0 });
  const headers: Record<string, string> = env['API_KEYS']
    ? { authorization: `Bearer ${env['API_KEYS'].split(':')[2]}` }
    : {};
  const document = (await (await fetch(`${api.url}/openapi.json`, { headers })).json()) as OpenApi;
  return {
    url: api.url,
    document,
    redisUrl: redis.url,
    async stop() {
      await api.close();
      await core.close();
      await redis.stop();
    },
  };
}
