import { z } from 'zod';
import { Secret } from '../secrets/secret.ts';
import { fileText } from './file-text.ts';
import type { ConfigProblem } from './problems.ts';
import type { SettingValues, ZoomPlan } from './settings.ts';
import { ZOOM_PLANS } from './settings.ts';

/** Server-to-Server OAuth, or a fixed bearer token, which is never renewed. */
export type ZoomCredentials =
  | { kind: 'token'; accessToken: Secret }
  | { kind: 'server_to_server'; accountId: string; clientId: string; clientSecret: Secret };

/** One Zoom account as it is configured. */
export interface ConfiguredAccount {
  /** `default` is the one from the environment. */
  name: string;
  /** Zoom's id of it, as in `payload.account_id` of events; null when only a token is known. */
  accountId: string | null;
  credentials: ZoomCredentials;
  /** Left out: ZOOM_API_URL and ZOOM_OAUTH_URL. */
  apiUrl?: string;
  oauthUrl?: string;
  plan: ZoomPlan;
  /** Above 0, up to 1. */
  rateShare: number;
  webhookSecretToken: Secret | null;
  /** Endpoint URL of a WebSocket subscription, `wss://…`. */
  webSocketUrl: string | null;
}

const filled = z.string('expected text').trim().min(1, 'expected non-empty text');
const url = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });

const entrySchema = z.strictObject({
  name: z.string('expected text').regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits and . _ -'),
  apiUrl: url.optional(),
  oauthUrl: url.optional(),
  accountId: filled.optional(),
  clientId: filled.optional(),
  clientSecret: filled.optional(),
  accessToken: filled.optional(),
  plan: z.enum(ZOOM_PLANS, `expected one of ${ZOOM_PLANS.join(', ')}`).optional(),
  rateShare: z
    .number('expected a number above 0 and up to 1')
    .gt(0, 'expected above 0')
    .lte(1, 'expected up to 1')
    .optional(),
  webhookSecretToken: filled.nullable().optional(),
  webSocketUrl: z.url({ protocol: /^wss?$/, error: 'expected a URL that begins with wss:// or ws://' }).optional(),
});
const fileSchema = z.strictObject({ accounts: z.array(entrySchema) });

/** The account `default` and those of the file, checked; what is wrong is added to `problems`. */
export function zoomAccounts(values: SettingValues, problems: ConfigProblem[]): ConfiguredAccount[] {
  const own = environmentAccount(values, problems);
  const path = values.ZOOM_ACCOUNTS_FILE;
  return [...(own ? [own] : []), ...(path ? fileAccounts(path, values, own, problems) : [])];
}

function environmentAccount(values: SettingValues, problems: ConfigProblem[]): ConfiguredAccount | null {
  const parts = {
    accountId: values.ZOOM_ACCOUNT_ID,
    clientId: values.ZOOM_CLIENT_ID,
    clientSecret: values.ZOOM_CLIENT_SECRET,
    accessToken: values.ZOOM_ACCESS_TOKEN,
  };
  const credentials = credentialsOf(parts);
  if (!credentials && Object.values(parts).some((part) => part !== null)) {
    const names = { accountId: 'ZOOM_ACCOUNT_ID', clientId: 'ZOOM_CLIENT_ID', clientSecret: 'ZOOM_CLIENT_SECRET' };
    for (const part of missingParts(parts)) {
      const message = `required with ${presentNames(values)}, got nothing (or set only ZOOM_ACCESS_TOKEN)`;
      // A part that is set but invalid has been reported already.
      if (!problems.some(({ name }) => name.startsWith(names[part]))) problems.push({ name: names[part], message });
    }
  }
  return (
    credentials && {
      name: 'default',
      accountId: parts.accountId,
      credentials,
      plan: values.ZOOM_PLAN ?? 'pro',
      rateShare: values.ZOOM_RATE_SHARE ?? 1,
      webhookSecretToken: values.ZOOM_WEBHOOK_SECRET_TOKEN,
      webSocketUrl: values.ZOOM_WEBSOCKET_URL,
    }
  );
}

function presentNames(values: SettingValues): string {
  const names = ['ZOOM_ACCOUNT_ID', 'ZOOM_CLIENT_ID', 'ZOOM_CLIENT_SECRET'] as const;
  return names.filter((name) => values[name] !== null).join(' and ');
}

interface CredentialParts {
  accountId: string | null;
  clientId: string | null;
  clientSecret: Secret | null;
  accessToken: Secret | null;
}

function missingParts(parts: CredentialParts): ('accountId' | 'clientId' | 'clientSecret')[] {
  return (['accountId', 'clientId', 'clientSecret'] as const).filter((part) => parts[part] === null);
}

function credentialsOf({ accountId, clientId, clientSecret, accessToken }: CredentialParts): ZoomCredentials | null {
  if (accessToken) return { kind: 'token', accessToken };
  if (accountId && clientId && clientSecret) return { kind: 'server_to_server', accountId, clientId, clientSecret };
  return null;
}

function fileAccounts(
  path: string,
  values: SettingValues,
  own: ConfiguredAccount | null,
  problems: ConfigProblem[],
): ConfiguredAccount[] {
  const addProblem = (message: string) => problems.push({ name: 'ZOOM_ACCOUNTS_FILE', message });
  const json = readJson(path, addProblem);
  if (json === undefined) return [];
  const read = fileSchema.safeParse(json);
  for (const message of credentialIssues(json)) addProblem(`${path}: ${message}`);
  for (const message of nameIssues(json, own)) addProblem(message);
  if (!read.success) {
    for (const issue of read.error.issues) addProblem(`${path}: ${dotted(issue.path) || 'the file'}: ${issue.message}`);
    return [];
  }
  return read.data.accounts.flatMap((entry) => {
    const secret = (value: string | null | undefined) => (value ? new Secret(value) : null);
    const parts: CredentialParts = {
      accountId: entry.accountId ?? null,
      clientId: entry.clientId ?? null,
      clientSecret: secret(entry.clientSecret),
      accessToken: secret(entry.accessToken),
    };
    const credentials = credentialsOf(parts);
    // Missing parts were reported above.
    if (!credentials) return [];
    return {
      name: entry.name,
      accountId: parts.accountId,
      credentials,
      ...(entry.apiUrl ? { apiUrl: entry.apiUrl.replace(/\/+$/, '') } : {}),
      ...(entry.oauthUrl ? { oauthUrl: entry.oauthUrl } : {}),
      plan: entry.plan ?? values.ZOOM_PLAN ?? 'pro',
      rateShare: entry.rateShare ?? values.ZOOM_RATE_SHARE ?? 1,
      webhookSecretToken: secret(entry.webhookSecretToken),
      webSocketUrl: entry.webSocketUrl ?? null,
    };
  });
}

/** Reported together with other issues. An accessToken replaces the other three. */
function credentialIssues(json: unknown): string[] {
  return entriesOf(json).flatMap((entry, index) => {
    const given = (field: string) => entry?.[field] !== undefined && entry[field] !== null;
    const where = `accounts[${index}]${typeof entry?.name === 'string' ? ` (${entry.name})` : ''}`;
    if (given('accessToken')) {
      const both = ['clientId', 'clientSecret'].filter(given);
      return both.length > 0 ? [`${where}: expected either ${both.join(', ')} or accessToken, got both`] : [];
    }
    const missing = ['accountId', 'clientId', 'clientSecret'].filter((field) => !given(field));
    return missing.length > 0 ? [`${where}: expected ${missing.join(', ')} too, or accessToken`] : [];
  });
}

/** Reported together with other issues, each name once. */
function nameIssues(json: unknown, own: ConfiguredAccount | null): string[] {
  const names = [...(own ? [own.name] : []), ...entriesOf(json).map((entry) => entry?.name)];
  const twice = new Set(names.filter((name, index) => typeof name === 'string' && names.indexOf(name) !== index));
  return [...twice].map((name) => {
    const where = name === own?.name ? '; the ZOOM_ settings of the environment are the account default' : '';
    return `names must be unique, got ${name} twice${where}`;
  });
}

function entriesOf(json: unknown): (Record<string, unknown> | null)[] {
  const entries: unknown = (json as { accounts?: unknown } | null)?.accounts;
  return Array.isArray(entries) ? entries : [];
}

function readJson(path: string, addProblem: (message: string) => void): unknown {
  try {
    return JSON.parse(fileText(path));
  } catch (error) {
    // The parser's message quotes the text, which contains secrets.
    const reason = error instanceof SyntaxError ? 'is not valid JSON' : `cannot be read: ${(error as Error).message}`;
    addProblem(`expected a JSON file, ${path} ${reason}`);
    return undefined;
  }
}

function dotted(path: PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    return typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`;
  }, '');
}
