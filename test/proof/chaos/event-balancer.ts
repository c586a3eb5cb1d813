import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands before the APIs in a real installation, for Zoom's events: one that is not taken goes to the next API. */
export interface EventBalancer {
  url: string;
  /** Events that no API took, or that were lost on purpose: Zoom repeats them minutes later only. */
  lost(): number;
  delivered(): number;
  /** From now on every event is lost, or not. */
  lose(all: boolean): void;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 1_200;

export async function startEventBalancer(apis: string[]): Promise<EventBalancer> {
  const counts = { lost: 0, delivered: 0 };
  let losing = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const taken = !losing && (await offer(apis, Buffer.concat(chunks), request.headers));
    counts[taken ? 'delivered' : 'lost'] += 1;
    response.writeHead(taken ? 204 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => counts.lost,
    delivered: () => counts.delivered,
    lose: (all) => {
      losing = all;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function offer(apis: string[], body: Buffer, headers: IncomingHttpHeaders): Promise<boolean> {
  const signed = Object.fromEntries(
    ['content-type', 'x-zm-signature', 'x-zm-request-timestamp'].map((name) => [name, String(headers[name])]),
  );
  for (const api of apis) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const request = { method: 'POST', headers: signed, body: new Uint8Array(body), signal };
    const status = await fetch(`${api}/v1/zoom/webhooks`, request).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 204) return true;
  }
  return false;
}
