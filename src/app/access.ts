import { AuditLog } from '../access/audit-log.ts';
import { Authority } from '../access/authority.ts';
import { KeyStore } from '../access/key-store.ts';
import { Sessions } from '../access/sessions.ts';
import type { ApiRoutes } from '../http/api-context.ts';
import { auditRoutes } from '../http/routes/audit-routes.ts';
import { keyRoutes } from '../http/routes/key-routes.ts';
import { sessionRoutes } from '../http/routes/session-routes.ts';
import type { AppContext } from './context.ts';

/** People: keys, sessions, audit. */
export interface Access {
  authority: Authority;
  routes: ApiRoutes[];
}

export function openAccess({ config, redis, keys, clock, accounts }: AppContext): Access {
  const store = new KeyStore(redis, keys, clock);
  const authority = new Authority(config.api.keys, { keys: store, sessions: new Sessions(redis, keys) });
  const audit = new AuditLog(redis, keys);
  const reserved = config.api.keys.map(({ name }) => name);
  return {
    authority,
    routes: [
      keyRoutes({ store, reserved, accounts: () => accounts.names() }),
      auditRoutes((query) => audit.list(query)),
      sessionRoutes(authority),
    ],
  };
}
