import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first `redis-server`, else `valkey-server`, on the PATH; null without one. */
export function redisServerOnPath(path: string): string | null {
  const folders = path.split(delimiter).filter(Boolean);
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name)));
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

/** Throws an error that says how to get a Redis server when there is none on the PATH. */
export function findRedisServer(path = process.env['PATH'] ?? ''): string {
  const found = redisServerOnPath(path);
  if (found !== null) return found;
  throw new Error(
    'no Redis server on the PATH (redis-server or valkey-server). Install one, or set REDIS_URL to a running server:\n' +
      '  Debian, Ubuntu: sudo apt-get install redis-server\n' +
      '  Fedora:         sudo dnf install valkey\n' +
      '  Alpine:         apk add redis\n' +
      '  macOS:          brew install redis',
  );
}
