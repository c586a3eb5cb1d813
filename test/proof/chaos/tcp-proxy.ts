import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One HTTP request as it went through (ms): when its head came in, when the head of its answer went out; null: never. */
export interface Passage {
  /** Of the connection to the target. */
  port: number;
  method: string;
  leftAt: number;
  deliveredAt: number | null;
}

interface Chunk {
  to: Socket;
  bytes: Buffer;
  /** The request that begins here. */
  request: Passage | null;
}

const REQUEST = /^(GET|PATCH|POST) /;
const ANSWER = /^HTTP\/1/;

/** A line between a process and what it talks to: it can go silent with its sockets open, break, or refuse to connect. */
export class TcpProxy {
  readonly #target: number;
  readonly #links = new Set<Link>();
  readonly passages: Passage[] = [];
  #server: Server | undefined;
  #port = 0;
  #silent = false;

  constructor(target: number) {
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** Connections are accepted, on the same port each time. */
  async open(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (client) => {
      const link = new Link(client, connect({ port: this.#target, host: '127.0.0.1', noDelay: true }), this);
      this.#links.add(link);
      link.onGone = () => this.#links.delete(link);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Connections are refused, and those that are there break. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && once(server, 'close');
    server?.close();
    this.reset();
    await closed;
  }

  /** A black hole: every socket stays open, new ones too, and nothing comes through in either direction. */
  goSilent(): void {
    this.#silent = true;
  }

  /** The black hole ends, and what had been sent into it arrives now, as TCP's repetitions do. */
  resume(): void {
    this.#silent = false;
    for (const link of [...this.#links]) link.flush();
  }

  /** Every connection breaks; what was sent into a black hole is lost. */
  reset(): void {
    this.#silent = false;
    for (const link of [...this.#links]) link.break();
  }
}

class Link {
  onGone = () => {};
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #proxy: TcpProxy;
  readonly #waiting: Chunk[] = [];
  readonly #unanswered: Passage[] = [];
  #closed = false;

  constructor(client: Socket, upstream: Socket, proxy: TcpProxy) {
    this.#client = client;
    this.#upstream = upstream;
    this.#proxy = proxy;
    this.#join(client, upstream);
    this.#join(upstream, client);
    upstream.once('connect', () => {
      for (const passage of this.#unanswered) passage.port = upstream.localPort ?? 0;
    });
  }

  #join(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      const chunk = { to, bytes, request: from === this.#client ? this.#requestIn(bytes) : null };
      if (this.#proxy.silent) this.#waiting.push(chunk);
      else this.#pass(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#closed = true;
      // Nobody hears of it through a black hole.
      if (!this.#proxy.silent) this.#end();
    });
  }

  #requestIn(bytes: Buffer): Passage | null {
    const method = REQUEST.exec(head(bytes))?.[1];
    return method ? { port: 0, method, leftAt: Date.now(), deliveredAt: null } : null;
  }

  #pass({ to, bytes, request }: Chunk): void {
    if (to.destroyed) return;
    if (request) {
      request.port = this.#upstream.localPort ?? 0;
      this.#unanswered.push(request);
      this.#proxy.passages.push(request);
    }
    const answered = to === this.#client && ANSWER.test(head(bytes)) ? this.#unanswered.shift() : undefined;
    if (answered) answered.deliveredAt = Date.now();
    to.write(bytes);
  }

  flush(): void {
    for (const chunk of this.#waiting.splice(0)) this.#pass(chunk);
    if (this.#closed) this.#end();
  }

  break(): void {
    this.#waiting.length = 0;
    for (const socket of [this.#client, this.#upstream]) if (!socket.destroyed) socket.resetAndDestroy();
    this.onGone();
  }

  /** What was written before still arrives. */
  #end(): void {
    for (const socket of [this.#client, this.#upstream]) if (!socket.destroyed) socket.destroySoon();
    this.onGone();
  }
}

function head(bytes: Buffer): string {
  return bytes.subarray(0, 8).toString('latin1');
}
