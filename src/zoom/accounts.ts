import { z } from 'zod';
import type { InputFault } from '../errors.ts';
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
}

/** What an entry that leaves a field out gets. */
export type AccountDefaults = Pick<ZoomAccount, 'apiUrl' | 'oauthUrl' | 'plan' | 'rateShare'>;

const ACCOUNT_DEFAULTS: AccountDefaults = {
  apiUrl: 'https://api.zoom.us/v2',
  oauthUrl: 'https://zoom.us/oauth/token',
  plan: 'pro',
  rateShare: 0.9,
};

const DEFAULT_ACCOUNT = 'default';

const text = z.string().min(1).max(1_000);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const Entry = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  apiUrl: httpUrl.optional(),
  oauthUrl: httpUrl.optional(),
  accountId: text.optional(),
  clientId: text.optional(),
  clientSecret: text.optional(),
  accessToken: text.optional(),
  plan: z.enum(['free', 'pro', 'business']).optional(),
  rateShare: z.number().gt(0).lte(1).optional(),
  webhookSecretToken: text.nullable().optional(),
});
const File = z.strictObject({ accounts: z.array(Entry).min(1) });

/**
 * The accounts of `ZOOM_ACCOUNTS_FILE`. Throws `validation_failed` with every fault at once, by path
 * (`accounts[1].clientSecret`); no message quotes a value, since most of them are secrets.
 */
export function parseAccountsFile(fileText: string, defaults: AccountDefaults = ACCOUNT_DEFAULTS): ZoomAccount[] {
  const value = parseJson(fileText);
  const parsed = File.safeParse(value);
  const faults = parsed.success ? [] : parsed.error.issues.map(faultOf);
  faults.push(...crossFaults(value));
  if (!parsed.success || faults.length > 0) {
    const list = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new LivestreamError('validation_failed', `The accounts file has faults: ${list}`, { errors: faults });
  }
  return parsed.data.accounts.map((entry) => accountOf(entry, defaults));
}

function parseJson(fileText: string): unknown {
  try {
    return JSON.parse(fileText);
  } catch {
    // The parser's own message quotes the text around the fault.
    const message = 'is not valid JSON';
    throw new LivestreamError('validation_failed', `The accounts file ${message}`, { errors: [{ path: '', message }] });
  }
}

function faultOf(issue: z.core.$ZodIssue): InputFault {
  const path = issue.path.reduce<string>(
    (parent, key) =>
      typeof key === 'number' ? `${parent}[${key}]` : parent === '' ? String(key) : `${parent}.${String(key)}`,
    '',
  );
  return { path, message: issue.message };
}

/** Faults between fields and between entries, told also when single fields are wrong. */
function crossFaults(value: unknown): InputFault[] {
  const entries: unknown = (value as { accounts?: unknown } | null)?.accounts;
  if (!Array.isArray(entries)) return [];
  const names = new Set<unknown>();
  return entries.flatMap((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const given = entry as Record<string, unknown>;
    const path = `accounts[${index}]`;
    const faults = credentialFaults(given, path);
    if (typeof given.name === 'string' && names.has(given.name)) {
      faults.push({ path: `${path}.name`, message: 'another entry has this name' });
    }
    names.add(given.name);
    return faults;
  });
}

function credentialFaults(given: Record<string, unknown>, path: string): InputFault[] {
  if (given.accessToken !== undefined) {
    return ['clientId', 'clientSecret']
      .filter((field) => given[field] !== undefined)
      .map((field) => ({ path: `${path}.${field}`, message: 'give either this or accessToken' }));
  }
  return ['accountId', 'clientId', 'clientSecret']
    .filter((field) => given[field] === undefined)
    .map((field) => ({ path: `${path}.${field}`, message: 'is required (or give accessToken)' }));
}

function accountOf(entry: z.infer<typeof Entry>, defaults: AccountDefaults): ZoomAccount {
  const { accessToken, accountId = '', clientId = '', clientSecret = '' } = entry;
  return {
    name: entry.name,
    apiUrl: (entry.apiUrl ?? defaults.apiUrl).replace(/\/+$/, ''),
    oauthUrl: entry.oauthUrl ?? defaults.oauthUrl,
    credentials: accessToken
      ? { accessToken, ...(entry.accountId ? { accountId: entry.accountId } : {}) }
      : { accountId, clientId, clientSecret },
    plan: entry.plan ?? defaults.plan,
    rateShare: entry.rateShare ?? defaults.rateShare,
    webhookSecretToken: entry.webhookSecretToken ?? null,
  };
}

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
      const message = `there is no account of this name; known: ${known}`;
      throw new LivestreamError('validation_failed', `account: ${message}`, { errors: [{ path: 'account', message }] });
    }
    const only = this.#accounts.size === 1 ? this.all()[0] : undefined;
    if (only) return only;
    throw new LivestreamError('account_required', `Say which account this is for: known are ${known}`);
  }

  /** The accounts with Zoom's id `accountId` (`payload.account_id` of an event); two apps of one account are two entries. */
  byZoomAccountId(accountId: string): ZoomAccount[] {
    return this.all().filter(({ credentials }) => credentials.accountId === accountId);
  }
}
