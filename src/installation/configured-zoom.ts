/** Which Zoom an installation belongs to, and whether a starting process uses the same one. Pure. */

import { isLoopback } from '../config/setting.ts';
import type { Config } from '../config.ts';
import { sameJson } from '../json.ts';

/** One account as a process or the store knows it. */
export interface KnownAccount {
  /** Host of Zoom's API, in lower case, with its port unless that is the usual one; `loopback` for this machine. */
  host: string;
  /** Zoom's id of the account; null while only a token is known. */
  zoomId: string | null;
}

/** What the store keeps, under `<base>installation`. */
export interface Installation {
  /** `sandbox`: broadcasts here are simulated by the sandbox of `livestream up`. */
  kind: 'sandbox' | 'zoom';
  accounts: Record<string, KnownAccount>;
}

/** The Zoom that the settings of a process name. */
export interface ConfiguredZoom extends Installation {
  /** Accounts whose entry names its own API: they may join an installation on another host. */
  ownHost: string[];
}

/** What is stored and still to be done: unfinished broadcasts, and series, which create more. */
export interface Planned {
  broadcasts: number;
  series: number;
}

/** What the caller allows explicitly. */
export interface Consent {
  takeOver: boolean;
  discardSandbox: boolean;
}

export type Verdict =
  /** Nothing to write. `missing`: accounts of the store that this process does not have. */
  | { do: 'join'; missing: string[] }
  /** The same Zoom, with more details known. */
  | { do: 'extend'; to: Installation; missing: string[] }
  /** Another Zoom from now on. `forget`: accounts whose meetings and tokens belong to the former one. */
  | { do: 'switch'; to: Installation; discard: boolean; forget: 'all' | string[] }
  | { do: 'refuse'; detail: string; advice: string[] };

const LOOPBACK = 'loopback';

/** The host of an API address. The port of a simulator on this machine changes from run to run, so it does not count. */
export function hostOf(apiUrl: string): string {
  const { hostname, host } = new URL(apiUrl);
  return isLoopback(hostname.replace(/^\[|\]$/g, '')) ? LOOPBACK : host.toLowerCase();
}

/** Null when the settings have no Zoom account: such a process serves any store. */
export function configuredZoomOf({ zoom }: Config, sandbox: boolean): ConfiguredZoom | null {
  if (sandbox) return { kind: 'sandbox', accounts: {}, ownHost: [] };
  if (!zoom.configured) return null;
  const accounts = zoom.accounts.map(({ name, accountId, apiUrl }): [string, KnownAccount] => [
    name,
    { host: hostOf(apiUrl ?? zoom.apiUrl), zoomId: accountId },
  ]);
  const ownHost = zoom.accounts.filter(({ apiUrl }) => apiUrl !== undefined).map(({ name }) => name);
  return { kind: 'zoom', accounts: Object.fromEntries(accounts), ownHost };
}

/**
 * Decides whether a starting process may use the store.
 * @param stored null when nothing is recorded: a new store, or one of a version before this record
 * @param own the store is the Redis of this very data folder
 */
export function judge(
  stored: Installation | null,
  zoom: ConfiguredZoom,
  planned: Planned,
  consent: Consent,
  own = false,
): Verdict {
  const to: Installation = { kind: zoom.kind, accounts: zoom.accounts };
  const idle = planned.broadcasts + planned.series === 0;
  if (!stored) {
    // Earlier builds recorded nothing: a process with credentials is trusted, a sandbox only in its own folder.
    if (zoom.kind === 'zoom' || own || idle || consent.takeOver) return { do: 'extend', to, missing: [] };
    const unknown = `found ${count(planned)} here that may not belong to the sandbox`;
    return { do: 'refuse', detail: unknown, advice: [KEEP_SANDBOX, ELSEWHERE] };
  }
  if (stored.kind === 'sandbox' && zoom.kind === 'sandbox') return { do: 'join', missing: [] };
  if (stored.kind === 'zoom' && zoom.kind === 'zoom') return judgeZoom(stored, zoom, planned, consent);
  if (consent.takeOver) return { do: 'switch', to, discard: false, forget: 'all' };
  if (zoom.kind === 'sandbox') {
    const detail = `found ${count(planned)} of ${name(stored)} here; the sandbox would only simulate them`;
    return { do: 'refuse', detail, advice: [GIVE_CREDENTIALS, ELSEWHERE, KEEP_SANDBOX] };
  }
  // Even when nothing is planned: what failed in the sandbox could be retried, and would go on air for real.
  if (idle || consent.discardSandbox) return { do: 'switch', to, discard: true, forget: 'all' };
  const detail = `found ${count(planned)} of the sandbox here; ${name(zoom)} would put them on air for real`;
  return { do: 'refuse', detail, advice: [DISCARD, TAKE_OVER] };
}

/** `COMMAND` is a placeholder for the command that started this process, such as `npm start --`. */
const DISCARD = 'to cancel them, start once with: COMMAND --discard-sandbox';
const TAKE_OVER = 'to keep them and run them with this Zoom, start once with: COMMAND --take-over';
const KEEP_SANDBOX = 'to simulate them in the sandbox anyway: COMMAND --take-over';
const ELSEWHERE = 'to try things out separately: use another REDIS_PREFIX, REDIS_URL or DATA_DIR';
const GIVE_CREDENTIALS = 'to run them: set the Zoom credentials of this installation (ZOOM_ACCOUNT_ID …)';

function judgeZoom(stored: Installation, zoom: ConfiguredZoom, planned: Planned, consent: Consent): Verdict {
  const missing = Object.keys(stored.accounts).filter((account) => !zoom.accounts[account]);
  const others = differences(stored, zoom);
  const accounts = merged(stored, zoom);
  if (others.length === 0) {
    const to: Installation = { kind: 'zoom', accounts };
    return sameJson(to, stored) ? { do: 'join', missing } : { do: 'extend', to, missing };
  }
  const idle = planned.broadcasts + planned.series === 0;
  const pretended = Object.values(stored.accounts).every(({ host }) => isPretended(host));
  const sameHosts = others.every(({ account, host }) => stored.accounts[account]?.host === host);
  const to: Installation = { kind: 'zoom', accounts: sameHosts ? accounts : zoom.accounts };
  const forget = sameHosts ? others.map(({ account }) => account) : ('all' as const);
  if (consent.takeOver) return { do: 'switch', to, discard: false, forget };
  if (pretended && idle) return { do: 'switch', to, discard: true, forget };
  if (consent.discardSandbox && pretended) return { do: 'switch', to, discard: true, forget };
  const detail = `found ${count(planned)} of another Zoom here: ${others.map(({ text }) => text).join('; ')}`;
  const advice = [
    'check ZOOM_API_URL, ZOOM_ACCOUNT_ID and ZOOM_ACCOUNTS_FILE, and that REDIS_URL and REDIS_PREFIX are right',
  ];
  return { do: 'refuse', detail, advice: [...advice, ...(pretended ? [DISCARD] : []), TAKE_OVER] };
}

interface Difference {
  account: string;
  host: string;
  text: string;
}

/** Where a process contradicts the store. An account that the store does not know may be added if its host is known. */
function differences(stored: Installation, zoom: ConfiguredZoom): Difference[] {
  const hosts = new Set(Object.values(stored.accounts).map(({ host }) => host));
  return Object.entries(zoom.accounts).flatMap(([account, { host, zoomId }]): Difference[] => {
    const known = stored.accounts[account];
    if (known && known.host !== host) {
      return [
        { account, host, text: `account ${account} is at ${hostName(known.host)} there, at ${hostName(host)} here` },
      ];
    }
    if (known?.zoomId && zoomId && known.zoomId !== zoomId) {
      return [{ account, host, text: `account ${account} is Zoom's ${known.zoomId} there, ${zoomId} here` }];
    }
    if (known || hosts.size === 0 || hosts.has(host) || zoom.ownHost.includes(account)) return [];
    const text = `its accounts are at ${[...hosts].map(hostName).join(', ')}, account ${account} is at ${hostName(host)} here`;
    return [{ account, host, text }];
  });
}

/** An account or an id that is missing here is kept. */
function merged(stored: Installation, zoom: ConfiguredZoom): Installation['accounts'] {
  const accounts = { ...stored.accounts };
  for (const [account, { host, zoomId }] of Object.entries(zoom.accounts)) {
    accounts[account] = { host, zoomId: zoomId ?? stored.accounts[account]?.zoomId ?? null };
  }
  return accounts;
}

/** Whether a process that runs still works for the Zoom of the store. */
export function isSameZoom(stored: Installation | null, zoom: ConfiguredZoom): boolean {
  if (!stored) return true;
  return stored.kind === zoom.kind && (stored.kind === 'sandbox' || differences(stored, zoom).length === 0);
}

/** No Zoom can be at a name without a dot: it is a simulator on this machine or in this cluster. */
function isPretended(host: string): boolean {
  return host === LOOPBACK || !host.replace(/:\d+$/, '').includes('.');
}

function hostName(host: string): string {
  return host === LOOPBACK ? 'this machine (loopback)' : host;
}

/** In words, for messages and logs. */
export function name({ kind, accounts }: Installation): string {
  if (kind === 'sandbox') return 'the sandbox';
  const hosts = [...new Set(Object.values(accounts).map(({ host }) => hostName(host)))];
  return `the Zoom at ${hosts.join(', ') || 'an unknown host'}`;
}

/** `3 unfinished broadcasts and 1 series` */
export function count({ broadcasts, series }: Planned): string {
  const parts = [`${broadcasts} unfinished broadcast${broadcasts === 1 ? '' : 's'}`];
  if (series > 0) parts.push(`${series} series`);
  return parts.join(' and ');
}
