import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describeProxy } from './proxy.ts';

type Done = (error: Error | null, socket?: Socket) => void;

/**
 * For `createConnection` of a WebSocket: a connection to its server through the proxy (CONNECT), with TLS inside for `wss:`.
 * No message has the password of the proxy.
 */
export function tunnelTo(target: URL, proxy: URL, timeoutMs: number): (options: object, done: Done) => undefined {
  return (_options, done) => {
    const secure = target.protocol === 'wss:' || target.protocol === 'https:';
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const authority = `${target.hostname}:${target.port || (secure ? 443 : 80)}`;
    const { username, password } = proxy;
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const opening = (proxy.protocol === 'https:' ? requestHttps : requestHttp)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      agent: false,
      timeout: timeoutMs,
      headers: { host: authority, ...(username ? { 'proxy-authorization': `Basic ${login}` } : {}) },
    });
    const failed = (why: string) => done(new Error(`the proxy ${describeProxy(proxy)} ${why}`));
    opening.once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        return failed(`answered ${statusCode} to CONNECT`);
      }
      if (!secure) return done(null, socket);
      const inside = connectTls({ socket, host, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) });
      done(null, inside);
    });
    // A proxy that answers CONNECT with a page.
    opening.once('response', ({ statusCode }) => {
      opening.destroy();
      failed(`answered ${statusCode} to CONNECT`);
    });
    opening.once('timeout', () => opening.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' })));
    opening.once('error', (error: NodeJS.ErrnoException) => failed(`does not answer (${error.code ?? error.message})`));
    opening.end();
    return undefined;
  };
}
