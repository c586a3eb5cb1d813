import { AuditLog } from '../access/audit-log.ts';
import { Authority } from '../access/authority.ts';
import { KeyStore } from '../access/key-store.ts';
import { Sessions } from '../access/sessions.ts';
import { FeedStore } from '../feeds/feed-store.ts';
import type { ApiRoutes } from '../http/api-context.ts';
import { auditRoutes } from '../http/routes/audit-routes.ts';
import { keyRoutes } from '../http/routes/key-routes.ts';
import { sessionRoutes } from '../http/routes/session-routes.ts';
import type { WriteAudit } from '../http/written-down.ts';
import type { AppContext } from './context.ts';

/** People: keys, sessions, audit. */
export interface Access {
  authority: Authority;
  routes: ApiRoutes[];
  /** Records what a person did, where no script of the store records it. */
  audit: WriteAudit;
}

export function openAccess({ config, redis, keys, clock, accounts }: AppContext): Access {
  const store = new KeyStore(redis, keys, clock);
  const authority = new Authority(config.api.keys, { keys: store, sessions: new Sessions(redis, keys) });
  const audit = new AuditLog(redis, keys);
  const feeds = new FeedStore(redis, keys, clock);
  const reserved = config.api.keys.map(({ name }) => name);
  return {
    authority,
    audit: (entry) => audit.write(entry),
    routes: [
      keyRoutes({
        ...{ store, reserved },
        accounts: () => accounts.names(),
        ended: ({ id }, by) => feeds.deleteOf(`stored:${id}`, by),
      }),
      auditRoutes((query) => audit.list(query)),
      sessionRoutes(authority),
    ],
  };
}
