import type { Config, ConfiguredAccount } from '../config.ts';
import { LivestreamError } from '../errors.ts';
import { Secret } from '../secrets/secret.ts';

const DEFAULT_ACCOUNT = 'default';

/** A configured account, with its addresses. */
export type ZoomAccount = ConfiguredAccount & {
  /** `https://api.zoom.us/v2`. */
  apiUrl: string;
  oauthUrl: string;
};

/** The accounts of the settings. Without any there is `default`, whose credentials only the workers need. */
export function zoomAccountsOf({ zoom }: Pick<Config, 'zoom'>): ZoomAccount[] {
  const { accounts, apiUrl, oauthUrl, plan, rateShare, webhookSecretToken } = zoom;
  if (accounts.length > 0) return accounts.map((account) => ({ ...account, ...urlsOf(account, zoom) }));
  const credentials = { kind: 'token', accessToken: new Secret('') } as const;
  const nobody = { name: DEFAULT_ACCOUNT, accountId: null, credentials, webSocketUrl: null };
  return [{ ...nobody, apiUrl, oauthUrl, plan, rateShare, webhookSecretToken }];
}

/** False for the `default` of a process without any credentials. */
export function hasCredentials({ credentials }: ZoomAccount): boolean {
  return credentials.kind !== 'token' || credentials.accessToken.reveal() !== '';
}

function urlsOf({ apiUrl, oauthUrl }: ConfiguredAccount, zoom: Config['zoom']) {
  return { apiUrl: apiUrl ?? zoom.apiUrl, oauthUrl: oauthUrl ?? zoom.oauthUrl };
}

/** The accounts of this installation, by name. */
export class AccountDirectory {
  #accounts = new Map<string, ZoomAccount>();

  /** Throws `validation_failed` when two accounts have one name. */
  constructor(accounts: readonly ZoomAccount[]) {
    this.replaceAll(accounts);
  }

  /** Replaces all accounts at once, as a reload of the file does; if it throws, the old ones stay. */
  replaceAll(accounts: readonly ZoomAccount[]): void {
    const next = new Map(accounts.map((account) => [account.name, account]));
    if (next.size < accounts.length) {
      const twice = accounts.map(({ name }) => name).find((name, index, all) => all.indexOf(name) !== index);
      const message = `two Zoom accounts are named ${twice}`;
      throw new LivestreamError('validation_failed', message, { errors: [{ path: 'accounts', message }] });
    }
    this.#accounts = next;
  }

  get(name: string): ZoomAccount | undefined {
    return this.#accounts.get(name);
  }

  names(): string[] {
    return [...this.#accounts.keys()];
  }

  all(): ZoomAccount[] {
    return [...this.#accounts.values()];
  }

  /**
   * The account of a broadcast: the named one (`validation_failed` if no account has that name), else `default`, else the only one
   * (`account_required` if there are several).
   */
  resolve(name: string | null): ZoomAccount {
    const found = this.#accounts.get(name ?? DEFAULT_ACCOUNT);
    if (found) return found;
    const known = this.names().join(', ') || 'none';
    if (name !== null) {
      const message = `is not a configured account; configured: ${known}`;
      throw new LivestreamError('validation_failed', `account: ${message}`, { errors: [{ path: 'account', message }] });
    }
    const only = this.#accounts.size === 1 ? this.all()[0] : undefined;
    if (only) return only;
    throw new LivestreamError(
      'account_required',
      `Set "account" (command line: --account). Configured accounts: ${known}`,
    );
  }

  /** The accounts with Zoom's id `accountId` (`payload.account_id` of an event). Two apps of one account are two entries. */
  byZoomAccountId(accountId: string): ZoomAccount[] {
    return this.all().filter((account) => account.accountId === accountId);
  }
}
