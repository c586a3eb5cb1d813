import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { type EventFilter, passes } from '../events/event-filter.ts';
import type { EventHub } from '../events/event-hub.ts';
import { compareEventIds } from '../events/event-id.ts';
import type { StoredEvent } from '../events/event-log.ts';

/** Maximum bytes waiting for one client in this process. Above that, it is fed from Redis as fast as it reads. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Disconnect a client that reads nothing for this long, ms. It reconnects with its Last-Event-ID. */
const STUCK_MS = 30_000;
const PAGE = 200;

/**
 * One client of `GET /v1/events`. It reads missed events from Redis in pages, as fast as it can take them. Once it has caught up with the
 * hub, it subscribes to it. If it falls behind it is unsubscribed, so that no events pile up in memory.
 */
export class EventClient {
  readonly #response: ServerResponse;
  readonly #hub: EventHub;
  readonly #filter: EventFilter;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #position: string;
  /** The last id sent to the client. */
  #sentId: string;

  constructor(options: { response: ServerResponse; hub: EventHub; filter: EventFilter; clock: Clock; after: string }) {
    this.#response = options.response;
    this.#hub = options.hub;
    this.#filter = options.filter;
    this.#clock = options.clock;
    this.#position = options.after;
    this.#sentId = '';
    this.#response.on('close', () => this.#ended.abort());
    this.#response.on('error', () => this.#ended.abort());
  }

  /** Resolves when the client has disconnected or `end` was called; rejects when Redis cannot be read. */
  async run(): Promise<void> {
    // Sends an id to resume from before the first event, so that nothing is lost if the client reconnects.
    this.#response.write('retry: 1000\n');
    this.sendPosition();
    while (!this.#ended.signal.aborted) {
      await this.#catchUp();
      await this.#followHub();
      await this.#drained();
    }
    this.#response.end();
  }

  /** Ends the stream after sending everything written. */
  end(): void {
    this.#ended.abort();
    this.#response.end();
  }

  /** Heartbeat: a comment, and the current id if filtered-out events have passed. */
  beat(): void {
    if (this.#response.writableLength > MAX_WAITING_BYTES) return;
    if (this.#position === this.#sentId) this.#response.write(': heartbeat\n\n');
    else this.sendPosition();
  }

  /** An `id` without data moves the client's Last-Event-ID and creates no event (HTML Standard, section 9.2.6). */
  sendPosition(): void {
    this.#sentId = this.#position;
    this.#response.write(`: heartbeat\nid: ${this.#position}\n\n`);
  }

  async #catchUp(): Promise<void> {
    while (!this.#ended.signal.aborted && compareEventIds(this.#position, this.#hub.position) < 0) {
      const { events, last } = await this.#hub.log.after(this.#position, PAGE);
      if (this.#ended.signal.aborted) return;
      this.#take(events, last ?? this.#hub.position);
      await this.#drained();
    }
  }

  /** Runs until the client has disconnected or fallen behind. It is in step with the hub here, so it cannot miss an event. */
  #followHub(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        off();
        this.#ended.signal.removeEventListener('abort', done);
        resolve();
      };
      const off = this.#hub.listen((events, last) => {
        const news = events.filter(({ id }) => compareEventIds(id, this.#position) > 0);
        this.#take(news, last);
        if (this.#response.writableLength > MAX_WAITING_BYTES) done();
      });
      this.#ended.signal.addEventListener('abort', done);
      if (this.#ended.signal.aborted || compareEventIds(this.#position, this.#hub.position) < 0) done();
    });
  }

  #take(events: StoredEvent[], last: string): void {
    for (const stored of events) {
      if (!passes(this.#filter, stored)) continue;
      this.#sentId = stored.id;
      this.#response.write(`id: ${stored.id}\nevent: ${stored.event.type}\ndata: ${stored.text}\n\n`);
    }
    if (compareEventIds(last, this.#position) > 0) this.#position = last;
  }

  /** Waits until the client has read everything pending, and disconnects it if it does not. */
  async #drained(): Promise<void> {
    if (this.#ended.signal.aborted || !this.#response.writableNeedDrain) return;
    const waited = new AbortController();
    const drain = new Promise<void>((resolve) => {
      this.#response.once('drain', resolve);
      this.#ended.signal.addEventListener('abort', () => resolve(), { once: true, signal: waited.signal });
    });
    const late = this.#clock.sleepUntil(this.#clock.now() + STUCK_MS, waited.signal);
    await Promise.race([drain, late]);
    waited.abort();
    if (this.#response.writableNeedDrain) this.#response.destroy();
  }
}
