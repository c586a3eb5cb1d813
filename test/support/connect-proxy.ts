import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy that writes down what it is asked and leads every host to this machine: CONNECT, and plain http by whole address. */
export interface ConnectProxy {
  url: string;
  /** `CONNECT host:port` or `GET http://…`, with the login after it where one came. */
  asked: string[];
  /** What CONNECT is answered; 200 leads on. */
  status: number;
  /** Awaited before CONNECT is answered. */
  held: Promise<unknown>;
}

export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const proxy: ConnectProxy = { url: '', asked: [], status: 200, held: Promise.resolve() };
  const note = (line: string, login: string | undefined) => proxy.asked.push(login ? `${line} ${login}` : line);
  const server = createServer((incoming, response) => {
    note(`${incoming.method} ${incoming.url}`, incoming.headers['proxy-authorization']);
    const { pathname } = new URL(incoming.url ?? '');
    const onwards = request({ host: '127.0.0.1', port, method: incoming.method, path: pathname }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onwards);
  });
  server.on('connect', async (incoming, socket, head) => {
    note(`CONNECT ${incoming.url}`, incoming.headers['proxy-authorization']);
    socket.on('error', () => {});
    await proxy.held;
    if (proxy.status !== 200) return socket.end(`HTTP/1.1 ${proxy.status} No\r\ncontent-length: 0\r\n\r\n`);
    const onwards = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) onwards.write(head);
      onwards.pipe(socket);
      socket.pipe(onwards);
    });
    onwards.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
