import type { Shown } from '../../support/installation.ts';
import { ask, type Reply } from '../../support/sandbox-client.ts';

/** A client that wants to know: it repeats what got no answer, now here, now there, until an API has said yes or no. */
export class PersistentClient {
  readonly #apis: string[];
  readonly #random: () => number;
  /** Commands that were answered 2xx, and 4xx; tries that got no answer, or a 5xx. */
  readonly counts = { acknowledged: 0, refused: 0, repeated: 0 };

  constructor(apis: string[], random: () => number) {
    this.#apis = apis;
    this.#random = random;
  }

  /** The first answer below 500. @throws Error after a minute without one */
  async insist(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
      const api = this.#apis[Math.floor(this.#random() * this.#apis.length)];
      const reply = await answerIn(ANSWER_WITHIN_MS, ask(method, `${api}${path}`, body, headers));
      if (reply && reply.status < 500) {
        if (method !== 'GET') this.counts[reply.status < 300 ? 'acknowledged' : 'refused'] += 1;
        return reply;
      }
      if (method !== 'GET') this.counts.repeated += 1;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no API answered ${method} ${path} for a minute`);
  }

  async get(id: string): Promise<Shown> {
    return (await this.insist('GET', `/v1/broadcasts/${id}`)).body;
  }

  /** Ends the pauses that are meant. */
  async resume(isMeant: (pause: ShownPause) => boolean = () => true): Promise<void> {
    const { pauses } = (await this.insist('GET', '/v1/pauses')).body as { pauses: ShownPause[] };
    for (const { id } of pauses.filter(isMeant)) await this.insist('DELETE', `/v1/pauses/${id}`);
  }

  /** Every broadcast there is. */
  async list(): Promise<Shown[]> {
    const found: Shown[] = [];
    for (let cursor = ''; ; ) {
      const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const { body } = await this.insist('GET', `/v1/broadcasts?limit=1000${query}`);
      found.push(...body.broadcasts);
      if (!body.nextCursor) return found;
      cursor = body.nextCursor;
    }
  }
}

export interface ShownPause {
  id: string;
  scope: { label?: Record<string, string> };
}

/** Longer than an API takes to say 503 when Redis is away would hold everything up. */
const ANSWER_WITHIN_MS = 2_000;

/** Null when there is none; what is under way goes on, as with a client that has hung up. */
function answerIn(ms: number, asked: Promise<Reply>): Promise<Reply | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    void asked
      .catch(() => null)
      .then((reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
  });
}
