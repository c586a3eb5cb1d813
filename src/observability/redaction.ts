import type { Config } from '../config.ts';

const MASK = '***';
/** Shorter ones would mask ordinary words. */
const MIN_VALUE = 6;

/** Names of fields whose values are secret wherever they turn up, in the spellings of ours, Zoom's and HTTP's. */
export const SECRET_FIELDS = [
  'authorization',
  'Authorization',
  'password',
  'secret',
  'token',
  'accessToken',
  'access_token',
  'clientSecret',
  'client_secret',
  'streamKey',
  'stream_key',
  'sealedStreamKey',
  'apiKey',
  'webhookSecretToken',
  'plainToken',
  'encryptedToken',
  'start_url',
  'x-zm-signature',
  'webhook-signature',
];

const FIELD = SECRET_FIELDS.join('|');
/** A string of JSON; nothing in it can be matched in two ways, so a search takes time in proportion to the text. */
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const PATTERNS: [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`],
  // Field of JSON, whatever its value is; objects and arrays without others in them.
  [
    new RegExp(
      `("(?:${FIELD})"\\s*:\\s*)(?:${TEXT}|\\[(?:[^\\]"]|${TEXT})*\\]|\\{(?:[^{}"]|${TEXT})*\\}|-?\\d[\\d.eE+-]*)`,
      'gi',
    ),
    `$1"${MASK}"`,
  ],
  // Field of JSON inside a text (`\"access_token\":\"…\"`).
  [new RegExp(`(\\\\*"(?:${FIELD})\\\\*"\\s*:\\s*\\\\*")(?:[^"\\\\]|\\\\(?!\\\\*")[^"])*`, 'gi'), `$1${MASK}`],
  [new RegExp(`\\b((?:${FIELD})=)[^&\\s"'\\\\]+`, 'gi'), `$1${MASK}`],
  [/(\/\/[^/\s:@"']*:)[^/\s@"']+@/g, `$1${MASK}@`],
  [/\bwhsec_[\w+/=-]+/g, `whsec_${MASK}`],
  [/\bv0=[0-9a-f]{64}\b/gi, `v0=${MASK}`],
];

/** The last check before a line is written: removes known secret values and whatever looks like a secret. */
export function createRedactor(values: string[] = []): (text: string) => string {
  const spellings = values
    .filter((value) => value.length >= MIN_VALUE)
    // As they stand in JSON.
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  const withoutValues = masking([...new Set(spellings)]);
  return (text) => PATTERNS.reduce((line, [pattern, mask]) => line.replace(pattern, mask), withoutValues(text));
}

/**
 * Masks these values in one pass, however many there are: with the secrets of 5,000 accounts, looking for each of them took 1.4 ms a line.
 * @param values of `MIN_VALUE` characters or more
 */
function masking(values: string[]): (text: string) => string {
  const byStart = new Map<string, string[]>();
  // Longest first: one may be the beginning of another.
  for (const value of values.sort((a, b) => b.length - a.length)) {
    const start = value.slice(0, MIN_VALUE);
    const others = byStart.get(start);
    if (others) others.push(value);
    else byStart.set(start, [value]);
  }
  return (text) => {
    let masked = '';
    let end = 0;
    for (let at = 0; at <= text.length - MIN_VALUE; at += 1) {
      const value = byStart.get(text.slice(at, at + MIN_VALUE))?.find((one) => text.startsWith(one, at));
      if (value === undefined) continue;
      // One that begins inside another is masked with it.
      if (at >= end) masked += text.slice(end, at) + MASK;
      end = Math.max(end, at + value.length);
    }
    return masked + text.slice(end);
  };
}

/** Slack's tokens have 24 characters; words of a path have fewer. */
const SECRET_PART = 20;

/** Every secret value that a configuration holds. */
export function secretsOf(config: Config): string[] {
  const { zoom, redis } = config;
  const accounts = zoom.accounts.flatMap(({ credentials, webhookSecretToken }) => [
    credentials.kind === 'token' ? credentials.accessToken : credentials.clientSecret,
    webhookSecretToken,
  ]);
  const sentinel = redis.target?.kind === 'sentinel' ? redis.target.sentinelLogin.password : null;
  const keys = config.api.keys.map(({ key }) => key);
  const { secret, smtp } = config.notify;
  const others = [
    ...[zoom.webhookSecretToken, secret, smtp?.password, config.client.key, redis.target?.password, sentinel],
  ];
  const texts = [...accounts, ...keys, ...others].flatMap((secret) => (secret ? [secret.reveal()] : []));
  const sealing = config.secretsKey ? [config.secretsKey, ...config.formerSecretsKeys] : config.formerSecretsKeys;
  const addresses = config.notify.targets.flatMap(({ url }) => (url ? secretParts(url) : []));
  return [...texts, ...addresses, ...sealing.map((key) => key.reveal().toString('base64'))];
}

/** The path of a chat's webhook, and the signature of a workflow, let anybody post there. Short parts are not secrets. */
function secretParts(url: URL): string[] {
  return [...url.pathname.split('/'), ...url.searchParams.values()].filter((part) => part.length >= SECRET_PART);
}
