import { isLoopback } from '../config/setting.ts';
import type { Secret } from '../secrets/secret.ts';

/** The ways out of the network, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY name them. Addresses may hold a password. */
export interface ProxySettings {
  http: Secret | null;
  https: Secret | null;
  /** Hosts that are reached directly, with commas or spaces between them. */
  noProxy: string;
}

const NO_PROXIES: ProxySettings = { http: null, https: null, noProxy: '' };
const PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/** This machine is never reached through a proxy: the sandbox runs on it. */
const LOCAL = 'localhost,127.0.0.1,[::1]';

/** What undici's `EnvHttpProxyAgent` is given, so that it reads nothing from the environment itself. */
export function proxyOptions(settings: ProxySettings = NO_PROXIES) {
  const { http, https, noProxy } = settings;
  const given = noProxy.trim();
  return {
    httpProxy: http?.reveal() ?? '',
    httpsProxy: https?.reveal() ?? http?.reveal() ?? '',
    noProxy: given === '*' ? given : `${given},${LOCAL}`,
  };
}

/** The proxy of a request to `url` (`ws:` counts as `http:`); null: it goes directly. Agrees with `EnvHttpProxyAgent`. */
export function proxyFor(url: URL, settings: ProxySettings = NO_PROXIES): URL | null {
  const protocol = url.protocol.replace(/^ws/, 'http');
  const { httpProxy, httpsProxy, noProxy } = proxyOptions(settings);
  const proxy = protocol === 'https:' ? httpsProxy : httpProxy;
  if (proxy === '' || noProxy === '*' || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) return null;
  const host = url.hostname.toLowerCase();
  const port = url.port || PORTS[protocol];
  const isExempt = noProxy.split(/[,\s]+/).some((entry) => {
    if (entry === '') return false;
    const [, name = entry, only] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const bare = name.replace(/^\*?\./, '').toLowerCase();
    return (only === undefined || only === port) && (host === bare || host.endsWith(`.${bare}`));
  });
  return isExempt ? null : new URL(proxy);
}

/** For people and logs: without user and password. */
export function describeProxy({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}
