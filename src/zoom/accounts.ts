import { LivestreamError } from '../errors.ts';

/** Server-to-Server OAuth, or a fixed bearer token (which is never renewed). */
export type ZoomCredentials =
  | { accountId: string; clientId: string; clientSecret: string }
  /** `accountId` only tells whose webhooks are meant. */
  | { accessToken: string; accountId?: string };

export interface ZoomAccount {
  /** Ours, as broadcasts name it; `default` for the one of the environment. */
  name: string;
  /** `https://api.zoom.us/v2`, without a slash at its end. */
  apiUrl: string;
  oauthUrl: string;
  credentials: ZoomCredentials;
  plan: 'free' | 'pro' | 'business';
  /** The part of the plan's rate limit that is ours: above 0, up to 1. */
  rateShare: number;
  webhookSecretToken: string | null;
  /** Endpoint URL of a WebSocket subscription, `wss://…`. */
  webSocketUrl?: string;
}

const DEFAULT_ACCOUNT = 'default';

/** The accounts of this installation, by name. */
export class AccountDirectory {
  #accounts = new Map<string, ZoomAccount>();

  /** Throws `validation_failed` when two accounts have one name. */
  constructor(accounts: readonly ZoomAccount[]) {
    this.replaceAll(accounts);
  }

  /** Swaps all accounts at once, as a reload of the file does; on a throw the former ones stay. */
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
   * The account a broadcast means: the named one (`validation_failed` when there is none of that name), else `default`, else
   * the only one there is (`account_required` when there are several).
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

  /** The accounts with Zoom's id `accountId` (`payload.account_id` of an event); two apps of one account are two entries. */
  byZoomAccountId(accountId: string): ZoomAccount[] {
    return this.all().filter(({ credentials }) => credentials.accountId === accountId);
  }
}
