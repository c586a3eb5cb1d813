import { createHash } from 'node:crypto';
import { EVENT_TYPES, matchesType } from '../broadcasts/rules/event-types.ts';
import { closest } from './near-miss.ts';

/** One address of NOTIFY_URL. */
export interface NotifyTarget {
  /** Identifies it in jobs and keys: the address itself may be a secret (Slack's are). */
  id: string;
  /** For people: host or mail address, and id. */
  name: string;
  format: 'standard' | 'slack' | 'teams' | 'mail';
  /** Without this service's own parameters. Null for mail. */
  url: URL | null;
  /** The mail address; null for the others. */
  mailTo: string | null;
  /** `Basic …` when the address has a user and a password. */
  authorization: string | null;
  /** The types of events it gets, `alert.*` for instance; empty: all. */
  only: string[];
  /** The accounts whose events it gets; empty: all. */
  accounts: string[];
  /** The labels of which a broadcast must have one; `value` null: any. Empty: all broadcasts. */
  labels: { name: string; value: string | null }[];
}

/** What NOTIFY_URL says, or everything that is wrong with it, without the addresses' secrets. */
export type ReadTargets = { targets: NotifyTarget[]; errors: string[] };

const SLACK_HOST = 'hooks.slack.com';
const FORMATS = ['slack', 'teams'] as const;
const OURS = ['format', 'only', 'account', 'label'];
const OF_MAIL = ['only', 'account', 'label'];
const ADDRESS = /^[^\s@,;:<>()"\\]+@[^\s@,;:<>()"\\]+$/;
const ONLY_EXPECTED = 'event names such as alert.*, broadcast.failed';
const EXPECTED = 'expected one or more comma-separated URLs that begin with http://, https:// or mailto:';

/**
 * Reads NOTIFY_URL: addresses separated by commas, spaces or line ends. A comma inside `only=` or between mail addresses
 * separates nothing, because the next address begins with its scheme.
 */
export function readNotifyUrl(text: string): ReadTargets {
  const addresses = splitAddresses(text);
  if (addresses.length === 0 || addresses.some((address) => !isAddress(address)))
    return { targets: [], errors: [EXPECTED] };
  const read = addresses.map((address, i) => readAddress(address, `address ${i + 1}`));
  const targets = new Map(read.flatMap((one) => one.targets).map((target) => [target.id, target]));
  return { targets: [...targets.values()], errors: read.flatMap(({ errors }) => errors) };
}

function splitAddresses(text: string): string[] {
  const addresses: string[] = [];
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const last = addresses.at(-1);
    const goesOn = last !== undefined && !/^[a-z][a-z\d+.-]*:/i.test(part);
    const inOnly = goesOn && /[?&]only=[^&]*$/i.test(last);
    const inMail = goesOn && /^mailto:[^?]*$/i.test(last) && part.includes('@');
    if (inOnly || inMail) addresses[addresses.length - 1] = `${last},${part}`;
    else addresses.push(part);
  }
  return addresses;
}

function isAddress(address: string): boolean {
  return /^mailto:./i.test(address) || (/^https?:\/\/[^/]/i.test(address) && URL.canParse(address));
}

function readAddress(address: string, place: string): ReadTargets {
  const mail = /^mailto:/i.test(address);
  const cut = address.indexOf('?');
  const withoutQuery = cut < 0 ? address : address.slice(0, cut);
  const where = mail ? place : `${place} (${new URL(withoutQuery).host})`;
  const query = readQuery(cut < 0 ? '' : address.slice(cut + 1), mail ? OF_MAIL : OURS, mail);
  const errors = [...query.errors];
  const targets: NotifyTarget[] = mail
    ? mailTargets(address, withoutQuery, query, errors)
    : [webTarget(address, withoutQuery, query)];
  return { targets, errors: errors.map((error) => `${where}: ${error}`) };
}

interface Query extends Pick<NotifyTarget, 'only' | 'accounts' | 'labels'> {
  format: (typeof FORMATS)[number] | null;
  /** What is the target's own, as it was written. */
  rest: string[];
  errors: string[];
}

/**
 * Takes what is ours out of a query. The rest belongs to the target (a Teams workflow's `sig`, for instance) and stays byte for
 * byte, unless it looks like ours misspelt. A target that has a parameter of such a name gets it with its first letter
 * percent-encoded: `%66ormat=json`.
 */
function readQuery(text: string, ours: readonly string[], strict: boolean): Query {
  const query: Query = { format: null, only: [], accounts: [], labels: [], rest: [], errors: [] };
  for (const pair of text.split('&').filter(Boolean)) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = decoded((at < 0 ? '' : pair.slice(at + 1)).replaceAll('+', ' '));
    if (ours.includes(name)) readParameter(query, name, value);
    else if (strict || isLikelyMisspelled(name, value)) query.errors.push(unknownParameter(name, ours, strict));
    else query.rest.push(pair);
  }
  return query;
}

function readParameter(query: Query, name: string, value: string): void {
  const refuse = (expected: string) => query.errors.push(`${name}= must be ${expected}, got ${quoted(value)}`);
  if (name === 'format') {
    const format = FORMATS.find((known) => known === value);
    if (format) query.format = format;
    else refuse('slack or teams (leave it out for signed JSON)');
  } else if (name === 'only') {
    const patterns = value.split(',').map((pattern) => pattern.trim());
    const wrong = patterns.filter((pattern) => !EVENT_TYPES.some((type) => matchesType(pattern, type)));
    for (const pattern of wrong) query.errors.push(unknownType(pattern));
    query.only.push(...patterns);
  } else if (name === 'account') {
    if (value.trim() === '') refuse('the name of a Zoom account');
    else query.accounts.push(...value.split(',').map((account) => account.trim()));
  } else {
    const [label = '', ...rest] = value.split('=');
    if (label.trim() === '') refuse('a label such as faculty=law, or only its name');
    else query.labels.push({ name: label, value: value.includes('=') ? rest.join('=') : null });
  }
}

/** A name close to that of an own parameter, or a value that only own parameters have. */
function isLikelyMisspelled(name: string, value: string): boolean {
  if (/^%/.test(name)) return false;
  const known = FORMATS.some((format) => format === value.toLowerCase());
  const types = value
    .split(',')
    .every((pattern) => pattern.includes('.') && EVENT_TYPES.some((type) => matchesType(pattern, type)));
  return closest(decoded(name), OURS) !== null || known || types;
}

function unknownParameter(name: string, ours: readonly string[], strict: boolean): string {
  const near = closest(decoded(name), ours);
  const meant = near === null ? '' : ` (did you mean ${near}?)`;
  const own = strict ? '' : '; a parameter of the target itself: write its first letter percent-encoded';
  return `unknown parameter ${quoted(name)}${meant}, valid: ${ours.join(', ')}${own}`;
}

function unknownType(pattern: string): string {
  const near = closest(pattern, EVENT_TYPES);
  const meant = near === null ? '' : ` (did you mean ${near}?)`;
  return `only= must be ${ONLY_EXPECTED}, got ${pattern === '' ? 'nothing' : quoted(pattern)}${meant}`;
}

function webTarget(address: string, withoutQuery: string, query: Query): NotifyTarget {
  const url = new URL(query.rest.length > 0 ? `${withoutQuery}?${query.rest.join('&')}` : withoutQuery);
  const id = idOf(new URL(address).href);
  const authorization = url.username === '' ? null : basic(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  const format = query.format ?? (url.hostname === SLACK_HOST ? 'slack' : 'standard');
  const { only, accounts, labels } = query;
  return { id, name: `${url.host} (${id})`, format, url, mailTo: null, authorization, only, accounts, labels };
}

/** One target for each mail address, so that each has its own delivery. */
function mailTargets(address: string, withoutQuery: string, query: Query, errors: string[]): NotifyTarget[] {
  const { only, accounts, labels } = query;
  const people = decoded(withoutQuery.slice('mailto:'.length))
    .split(',')
    .map((one) => one.trim());
  return people.flatMap((mailTo) => {
    if (!ADDRESS.test(mailTo)) {
      errors.push(`expected a mail address such as mailto:a@example.org, got ${quoted(mailTo)}`);
      return [];
    }
    const id = idOf(`${mailTo} ${address}`);
    const common = { format: 'mail' as const, url: null, authorization: null, only, accounts, labels };
    return [{ id, name: `${mailTo} (${id})`, mailTo, ...common }];
  });
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function basic({ username, password }: URL): string {
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
