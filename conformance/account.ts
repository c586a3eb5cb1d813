import type { Config } from '../src/config.ts';
import { type ZoomAccount, zoomAccountsOf } from '../src/zoom/accounts.ts';

/** The account in the environment, or the first in the file. Throws an `Error` without one. */
export function accountOf(config: Config): ZoomAccount {
  const [account] = config.zoom.configured ? zoomAccountsOf(config) : [];
  if (account) return account;
  throw new Error('no credentials: set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or ZOOM_ACCESS_TOKEN');
}
