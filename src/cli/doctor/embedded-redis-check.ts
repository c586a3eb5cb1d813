import { failed, ok } from '../../health/check-result.ts';
import { redisServerOnPath } from '../../standalone/redis-on-path.ts';
import type { Check } from './check.ts';

/** Without `REDIS_URL` the service starts its own Redis: checks that it can. */
export function embeddedRedisCheck(env: Record<string, string | undefined>): Check {
  return {
    name: 'redis: embedded',
    run: async () => {
      const found = redisServerOnPath(env.PATH ?? '');
      if (found)
        return ok(`REDIS_URL is not set, and "livestream up" does not run in this folder; it will start ${found}`);
      return failed(
        'REDIS_URL is not set and no redis-server or valkey-server is on the PATH',
        'apt install redis-server (Debian, Ubuntu), dnf install valkey (Fedora), brew install redis (macOS), or set REDIS_URL',
      );
    },
  };
}
