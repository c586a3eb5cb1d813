import { isIP } from 'node:net';
import { z } from 'zod';
import { parseRedisUrl, RedisUrlError } from '../redis/url.ts';
import { Secret } from '../secrets/secret.ts';
import { durationToMs, MAX_LENGTH_MS, wordsToMs } from '../time/duration.ts';
import { isTimezone } from '../time/local-time.ts';
import { type NotifyTarget, readNotifyUrl } from './notify-url.ts';
import { isRole, ROLES, type Role } from './roles.ts';
import { readSmtpUrl, type SmtpServer } from './smtp-url.ts';

/** One environment variable. `Value` is what its text becomes. */
export interface Setting<Value> {
  /** Parsed when the variable is not set; null: no value then. */
  default: string | null;
  /** The default as docs/settings.md shows it, where it is not plain text. */
  defaultShown?: string;
  meaning: string;
  secret: boolean;
  schema: z.ZodType<Value, string>;
}

// The kinds of values. Each schema's one message is what was expected; the loader adds what it got.

function parsed<Value>(expected: string, parse: (text: string) => Value | null): z.ZodType<Value, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

export function text(expected = 'text'): z.ZodType<string, string> {
  return parsed(expected, (value) => value.trim() || null);
}

/** A secret is used as it is, without trimming. */
export function secretText(): z.ZodType<Secret, string> {
  return parsed('printable characters', (value) => (/^[\x21-\x7e]+$/.test(value) ? new Secret(value) : null));
}

export function matching(pattern: RegExp, expected: string): z.ZodType<string, string> {
  return parsed(expected, (value) => (pattern.test(value) ? value : null));
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): z.ZodType<Choice, string> {
  const expected = choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`;
  return parsed(expected, (value) => choices.find((choice) => choice === value) ?? null);
}

/** A whole number; both bounds are allowed. */
export function integer(from: number, to: number): z.ZodType<number, string> {
  return parsed(`a whole number from ${from} to ${to}`, (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= from && number <= to ? number : null;
  });
}

/** More than 0, up to 1. */
export function share(): z.ZodType<number, string> {
  return parsed('a number above 0 and up to 1', (value) => {
    const number = /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
    return number > 0 && number <= 1 ? number : null;
  });
}

/** The same as on the command line. */
function anyDuration(value: string): number | null {
  const text = value.trim();
  const ms = durationToMs(text.toUpperCase()) ?? wordsToMs(text.toLowerCase());
  return ms !== null && ms <= MAX_LENGTH_MS ? ms : null;
}

/** An IANA name. */
export function timezone(): z.ZodType<string, string> {
  return parsed('an IANA time zone such as Europe/Berlin', (value) => (isTimezone(value) ? value : null));
}

/** Ms, more than 0. */
export function duration(): z.ZodType<number, string> {
  return parsed(
    'an ISO 8601 duration longer than zero, such as PT2H or P90D, or one such as 2h or 90d',
    (value) => anyDuration(value) || null,
  );
}

/** Ms, or null for `off`. */
export function durationOrOff(): z.ZodType<{ ms: number | null }, string> {
  return parsed('an ISO 8601 duration longer than zero, such as PT10M, or one such as 10m, or off', (value) => {
    const ms = anyDuration(value);
    return value === 'off' ? { ms: null } : ms ? { ms } : null;
  });
}

/** Without a trailing slash. */
export function httpUrl(): z.ZodType<string, string> {
  return parsed('a URL that begins with http:// or https://', httpUrlOrNull);
}

/** Addresses of NOTIFY_URL; each error in them is an issue of its own. */
export function notifyUrl(): z.ZodType<NotifyTarget[], string> {
  return z.string().transform((value, context) => {
    const { targets, errors } = readNotifyUrl(value);
    for (const message of errors) context.addIssue({ code: 'custom', message });
    return targets;
  });
}

export function smtpUrl(): z.ZodType<SmtpServer, string> {
  return z.string().transform((value, context) => {
    const read = readSmtpUrl(value);
    if (typeof read !== 'string') return read;
    context.addIssue({ code: 'custom', message: read });
    return z.NEVER;
  });
}

function httpUrlOrNull(value: string): string | null {
  if (!/^https?:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value)) return null;
  return value.replace(/\/+$/, '');
}

/** An address without a scheme, as `proxy.example.org:3128`, is an http one. */
export function proxyUrl(): z.ZodType<Secret, string> {
  const expected =
    'a proxy such as http://proxy.example.org:3128 (http:// or https://, no SOCKS; in a password, write % as %25)';
  return parsed(expected, (value) => {
    const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
    const isUrl = /^https?:\/\//i.test(whole) && !/\s/.test(whole) && URL.canParse(whole);
    return isUrl && isEncoded(new URL(whole)) ? new Secret(whole) : null;
  });
}

/** Whoever sends the user and password of an address decodes them first. */
function isEncoded({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

export function webSocketUrl(): z.ZodType<string, string> {
  return parsed('a URL that begins with wss:// or ws://', (value) =>
    /^wss?:\/\//i.test(value) && !/\s/.test(value) && URL.canParse(value) ? value : null,
  );
}

/** A name or address to listen on; `[::1]` becomes `::1`. */
export function host(): z.ZodType<string, string> {
  return parsed('a host name or an IP address, without a port', (value) => {
    const bare = value.replace(/^\[(.*)\]$/, '$1');
    const name = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(bare);
    return isIP(bare) || name ? bare : null;
  });
}

/** A host that files may be fetched from. */
export interface AllowedHost {
  /** Lower case; an IPv6 address without brackets. */
  name: string;
  /** Listed as `host!`: it may resolve to a private or loopback address, and may be asked over plain http. */
  isPrivate: boolean;
}

/** Names of hosts, with commas between them; `!` after one that is in a private network. */
export function allowedHosts(): z.ZodType<AllowedHost[], string> {
  const expected =
    'one or more comma-separated host names such as calendar.example.org, or intranet.example.org! for one in a private network';
  return parsed(expected, (value) => {
    const hosts = value.split(',').map((part) => {
      const [, named = '', mark] = /^(.*?)(!?)$/.exec(part.trim()) ?? [];
      const read = host().safeParse(named);
      return read.success ? { name: read.data.toLowerCase(), isPrivate: mark === '!' } : null;
    });
    return hosts.every((one) => one !== null) ? hosts : null;
  });
}

/** True for addresses that can be reached only from this machine. */
export function isLoopback(value: string): boolean {
  const name = value.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

export function redisUrl(): z.ZodType<ReturnType<typeof parseRedisUrl>, string> {
  return z.string().transform((value, context) => {
    try {
      return parseRedisUrl(value);
    } catch (error) {
      if (!(error instanceof RedisUrlError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/** Exactly 32 bytes. */
export function key32(): z.ZodType<Secret<Buffer>, string> {
  return parsed('32 bytes in base64 (make one with: openssl rand -base64 32)', key32OrNull);
}

export function keys32(): z.ZodType<Secret<Buffer>[], string> {
  return parsed('one or more comma-separated keys of 32 bytes in base64', (value) => {
    const keys = value.split(',').map((part) => key32OrNull(part.trim()));
    return keys.every((key) => key !== null) ? keys : null;
  });
}

function key32OrNull(value: string): Secret<Buffer> | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return null;
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === 32 ? new Secret(bytes) : null;
}

/** Standard Webhooks: base64, usually with `whsec_` before it. */
export function webhookSecret(): z.ZodType<Secret, string> {
  return parsed('base64, with or without the prefix whsec_ (Standard Webhooks)', (value) => {
    const bare = value.replace(/^whsec_/, '');
    return /^[A-Za-z0-9+/_-]+={0,2}$/.test(bare) ? new Secret(value) : null;
  });
}

export interface ApiKey {
  name: string;
  role: Role;
  key: Secret;
}

export function apiKeys(): z.ZodType<ApiKey[], string> {
  return z.string().transform((value, context) => {
    const keys: ApiKey[] = [];
    const issue = (message: string) => context.addIssue({ code: 'custom', message });
    value.split(',').forEach((entry, index) => {
      const [name = '', role = '', ...rest] = entry.trim().split(':');
      const key = rest.join(':');
      const expected = `expected name:role:key for key ${index + 1}`;
      if (!/^[\w.-]{1,64}$/.test(name)) issue(`${expected}, with a name of letters, digits and . _ -`);
      else if (!isRole(role)) issue(`${expected}, with the role ${ROLES.slice(0, -1).join(', ')} or ${ROLES.at(-1)}`);
      else if (!/^[\x21-\x7e]+$/.test(key)) issue(`${expected}, with a key in printable characters`);
      else if (keys.some((other) => other.name === name)) issue(`names must be unique, ${name} is used twice`);
      else if (keys.some((other) => other.key.reveal() === key))
        issue(`keys must be unique, the key of ${name} is used twice`);
      else keys.push({ name, role, key: new Secret(key) });
    });
    return keys;
  });
}
