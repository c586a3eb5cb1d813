import { z } from 'zod';
import type { NewIssue } from '../errors.ts';
import type { RedisTarget } from '../redis/url.ts';
import { Secret } from '../secrets/secret.ts';

/** One server by its parts; for Sentinel and Cluster give a URL (`redis+sentinel://…`, `redis+cluster://…`). */
export interface RedisServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 6379. */
  port?: number;
  /** A Unix socket, in place of host and port. */
  path?: string;
  username?: string;
  password?: string;
  /** Default 0. */
  db?: number;
  tls?: boolean;
}

const schema = z.strictObject({
  host: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  path: z.string().startsWith('/').optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  db: z.int().min(0).optional(),
  tls: z.boolean().optional(),
});

/** The server these options mean, or what is wrong with them; no message quotes a value, one may be the password. */
export function redisTargetOf(options: unknown): { target: RedisTarget } | { issues: NewIssue[] } {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    return {
      issues: parsed.error.issues.map(({ path, message }) => ({ path: ['redis', ...path].join('.'), message })),
    };
  }
  const { host = '127.0.0.1', port = 6379, path, username, password, db = 0, tls = false } = parsed.data;
  const login = { username: username ?? null, password: password ? new Secret(password) : null };
  if (path !== undefined) return { target: { kind: 'socket', path, db, ...login } };
  return { target: { kind: 'single', host, port, tls, db, ...login } };
}
