import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { failed, ok } from '../../health/check-result.ts';
import type { Check } from './check.ts';

const SERVERS = ['redis-server', 'valkey-server'];

/** Without `REDIS_URL` the service starts a Redis of its own: is there one to start? */
export function embeddedRedisCheck(env: Record<string, string | undefined>): Check {
  return {
    name: 'redis: embedded',
    run: async () => {
      const found = serverOnPath(env.PATH ?? '');
      if (found) return ok(`REDIS_URL is not set: ${found} is used; "livestream up" starts and configures it`);
      return failed(
        'REDIS_URL is not set and no redis-server or valkey-server is on the PATH',
        'apt install redis-server (Debian, Ubuntu), dnf install valkey (Fedora), brew install redis (macOS), or set REDIS_URL',
      );
    },
  };
}

function serverOnPath(path: string): string | null {
  const candidates = path
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => SERVERS.map((name) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
