import type { Config } from '../src/config.ts';
import type { ZoomAccount } from '../src/zoom/accounts.ts';

/** The account of the environment, or the first of the file. Throws an `Error` when there is none. */
export function accountOf({ zoom }: Config): ZoomAccount {
  const [account] = zoom.accounts;
  if (!account)
    throw new Error('no credentials: set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or ZOOM_ACCESS_TOKEN');
  const { name, plan, rateShare, credentials, apiUrl = zoom.apiUrl, oauthUrl = zoom.oauthUrl } = account;
  const revealed =
    credentials.kind === 'token'
      ? { accessToken: credentials.accessToken.reveal() }
      : { ...credentials, clientSecret: credentials.clientSecret.reveal() };
  return { name, plan, rateShare, apiUrl, oauthUrl, credentials: revealed, webhookSecretToken: null };
}
