/** Fetches a file, such as a calendar, from a host that the operator listed in CALENDAR_HOSTS. */

import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { Clock } from '../clock.ts';
import type { AllowedHost } from '../config/setting.ts';
import { type AnswerHeaders, createAgent, type HttpResult, sendRequest } from './http-request.ts';
import { isPrivateAddress, publicLookup, type Resolve } from './private-address.ts';
import { type ProxySettings, proxyFor } from './proxy.ts';

/** A year of a busy calendar has about 1 MB. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** For one request, from the connection to the last byte: Google and Outlook take seconds to write a large calendar. */
const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface FilePolicy {
  hosts: readonly AllowedHost[];
  proxies?: ProxySettings;
  /** Of one request, ms; default: 30,000. */
  timeoutMs?: number;
  /** Default: 5 MiB. */
  maxBytes?: number;
  /** Default: the system's. */
  resolve?: Resolve;
}

/** Validators of the last response: sent with a request, so that an unchanged file is not sent again. */
export interface FileVersion {
  etag: string | null;
  lastModified: string | null;
}

export type FetchedFile =
  | { kind: 'file'; body: Buffer; contentType: string | null; version: FileVersion }
  | { kind: 'unchanged' }
  /** `reason`: words for people; no query of the address, which may hold a secret. `isPart`: it broke off, or is too large. */
  | { kind: 'failed'; reason: string; isPart?: true };

/**
 * The address that is fetched for what a person gave (`webcal://` is https), or why it may not be: for the check of an input.
 * Redirects go by the same rules.
 */
export function readFileUrl(given: string, hosts: readonly AllowedHost[]): { url: URL } | { refused: string } {
  const text = given.trim().replace(/^webcals?:\/\//i, 'https://');
  if (!URL.canParse(text)) return { refused: 'must be an address that begins with https:// or webcal://' };
  const url = new URL(text);
  url.hash = '';
  if (hosts.length === 0) return { refused: 'needs the setting CALENDAR_HOSTS, which lists the hosts to fetch from' };
  if (url.username !== '' || url.password !== '') return { refused: 'must not contain a user name or password' };
  const name = bareHost(url);
  const host = hosts.find((one) => one.name === name);
  if (!host) return { refused: `${name} is not listed in CALENDAR_HOSTS` };
  // Whoever marks a host as private trusts the way to it.
  if (url.protocol !== 'https:' && !(host.isPrivate && url.protocol === 'http:')) {
    return { refused: 'must begin with https:// or webcal://' };
  }
  if (!host.isPrivate && (isLiteral(name) || name === 'localhost') && isPrivateAddress(name)) {
    return { refused: privateRefusal(name, name) };
  }
  return { url };
}

/** Never rejects. @param known of the file that was fetched before */
export async function fetchFile(
  given: string,
  policy: FilePolicy,
  clock: Clock,
  known: FileVersion | null = null,
): Promise<FetchedFile> {
  let next = given;
  const first = readFileUrl(given, policy.hosts);
  for (let redirects = 0; ; redirects += 1) {
    const read = readFileUrl(next, policy.hosts);
    if ('refused' in read) return failed(read.refused);
    const answer = await request(read.url, policy, clock, known);
    if (answer.kind !== 'answer') return answer;
    const { status, headers } = answer;
    if (status === 304 && known) return { kind: 'unchanged' };
    if (status === 200) return readFile(answer, policy.maxBytes ?? MAX_FILE_BYTES);
    if (status === 304)
      return failed(`${bareHost(read.url)} answered 304 (not modified), but it was never read before`);
    if (!REDIRECTS.has(status)) return failed(`${bareHost(read.url)} answered ${status}`);
    const target = targetOf(header(headers, 'location'), read.url);
    if (target === null) return failed(`${bareHost(read.url)} answered ${status} without a good Location`);
    if (!('url' in first) || bareHost(target) !== bareHost(first.url))
      return failed(`it redirects to another host, ${bareHost(target)}: use that address`);
    if (read.url.protocol === 'https:' && target.protocol !== 'https:') return failed('it redirects to plain http');
    if (redirects === MAX_REDIRECTS) return failed(`it redirects more than ${MAX_REDIRECTS} times`);
    next = target.href;
  }
}

type Answer = Extract<HttpResult, { kind: 'answer' }>;
type Failed = Extract<FetchedFile, { kind: 'failed' }>;

function failed(reason: string, isPart = false): Failed {
  return { kind: 'failed', reason, ...(isPart && { isPart }) };
}

/** One request on a connection of its own: nothing is kept from one day to the next. */
async function request(
  url: URL,
  { hosts, proxies, timeoutMs = TIMEOUT_MS, maxBytes = MAX_FILE_BYTES, resolve }: FilePolicy,
  clock: Clock,
  known: FileVersion | null,
): Promise<Answer | Failed> {
  const name = bareHost(url);
  let refused: string | null = null;
  // Through a proxy it is the proxy that resolves the name, and that decides where it leads.
  const isChecked = !hosts.some((host) => host.name === name && host.isPrivate) && proxyFor(url, proxies) === null;
  const note = (address: string) => {
    refused = address;
  };
  const agent = createAgent(timeoutMs, proxies, isChecked ? publicLookup(note, resolve) : undefined);
  try {
    const result = await sendRequest(agent, clock, {
      ...{ url, method: 'GET', timeoutMs, maxBodyBytes: maxBytes + 1 },
      headers: {
        accept: 'text/calendar, text/csv, text/plain;q=0.8, */*;q=0.5',
        'accept-encoding': 'gzip, deflate',
        'user-agent': 'livestream-scheduler',
        ...(known?.etag ? { 'if-none-match': known.etag } : {}),
        ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
      },
    });
    if (result.kind === 'answer') return result;
    if (refused !== null) return failed(privateRefusal(name, refused));
    return failed(
      result.kind === 'failed' ? result.reason : 'it was not sent',
      result.kind === 'failed' && result.isPart,
    );
  } finally {
    await agent.destroy().catch(() => {});
  }
}

async function readFile({ body, headers }: Answer, maxBytes: number): Promise<FetchedFile> {
  const tooLarge = failed(`the file is larger than ${Math.floor(maxBytes / 1024)} KiB`, true);
  if (body.length > maxBytes) return tooLarge;
  const encoding = header(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  let plain = body;
  if (encoding !== 'identity' && encoding !== '') {
    const unpack = encoding === 'gzip' || encoding === 'x-gzip' ? gunzip : encoding === 'deflate' ? inflate : null;
    if (!unpack) return failed(`the response has the encoding ${encoding.slice(0, 40)}, which was not requested`);
    try {
      plain = await promisify(unpack)(body, { maxOutputLength: maxBytes });
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge
        : failed('the compressed response cannot be read');
    }
  }
  const version = { etag: header(headers, 'etag'), lastModified: header(headers, 'last-modified') };
  return { kind: 'file', body: plain, contentType: header(headers, 'content-type'), version };
}

function header(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function targetOf(location: string | null, base: URL): URL | null {
  return location !== null && URL.canParse(location, base.href) ? new URL(location, base) : null;
}

function bareHost(url: URL): string {
  return url.hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isLiteral(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}

function privateRefusal(name: string, address: string): string {
  const what = name === address ? 'is' : `resolves to ${address},`;
  return `${name} ${what} a private or loopback address: list it as ${name}! in CALENDAR_HOSTS if that is intended`;
}
