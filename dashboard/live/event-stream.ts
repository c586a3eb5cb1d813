/**
 * Reads `GET /v1/events` with `fetch`. An `EventSource` cannot resume after it was closed, hides a rejected key, and takes minutes to
 * notice a silent connection.
 */

import { common } from '../texts/common.ts';

export interface LivestreamEvent {
  type: string;
  /** ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

export interface StreamHandlers {
  /** The stream is open (again) and continues after the last event. */
  opened(): void;
  /** Receives all events of one chunk, in order. */
  events(events: LivestreamEvent[]): void;
  /** The stream was cut. It reopens by itself. */
  cut(why: string): void;
  /** The key is wrong or revoked: the stream stays closed. */
  refused(): void;
}

/** The API sends a heartbeat every 15 s. After two missed ones the connection counts as dead, ms. */
const SILENT_MS = 35_000;
/** Retry if the API does not begin to answer within this time, ms. */
const OPEN_MS = 5_000;
/** Delays before the stream reopens, ms. */
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

export class EventStream {
  readonly #handlers: StreamHandlers;
  #lastId = '';
  #open = false;
  #running: AbortController | null = null;

  constructor(handlers: StreamHandlers) {
    this.#handlers = handlers;
  }

  /** Opens the stream after the last event it received, or from now on before the first. */
  start(): void {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    void this.#keepOpen(running.signal);
  }

  /** Whether events can arrive right now. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Closes the stream and keeps its place. */
  rest(): void {
    this.#running?.abort();
    this.#running = null;
    this.#open = false;
  }

  async #keepOpen(ended: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!ended.aborted) {
      const why = await this.#read(ended, () => {
        pause = FIRST_PAUSE_MS;
      });
      if (ended.aborted) return;
      if (why === null) {
        this.rest();
        return this.#handlers.refused();
      }
      this.#handlers.cut(why);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(MAX_PAUSE_MS, pause * 2);
    }
  }

  /** Runs until the stream is cut, and returns why. Null: the key was rejected. */
  async #read(ended: AbortSignal, opened: () => void): Promise<string | null> {
    const silent = new AbortController();
    let watch = setTimeout(() => silent.abort(), OPEN_MS);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.#lastId !== '') headers['last-event-id'] = this.#lastId;
      const signal = AbortSignal.any([ended, silent.signal]);
      const answer = await fetch('/v1/events', { headers, signal, cache: 'no-store' });
      if (answer.status === 401) return null;
      if (!answer.ok || !answer.body) return `HTTP ${answer.status}`;
      clearTimeout(watch);
      watch = setTimeout(() => silent.abort(), SILENT_MS);
      opened();
      this.#open = true;
      this.#handlers.opened();
      const parts = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let part = await parts.read(); !part.done; part = await parts.read()) {
        clearTimeout(watch);
        watch = setTimeout(() => silent.abort(), SILENT_MS);
        rest = this.#take(rest + part.value);
      }
      return common.peek().cutWhy.closed;
    } catch {
      const { silence, noAnswer } = common.peek().cutWhy;
      return silent.signal.aborted ? silence : noAnswer;
    } finally {
      if (!ended.aborted) this.#open = false;
      clearTimeout(watch);
    }
  }

  /** Passes on complete events and returns the rest of an unfinished one. */
  #take(text: string): string {
    const blocks = text.split('\n\n');
    const rest = blocks.pop() ?? '';
    const events = blocks.flatMap((block) => this.#readBlock(block));
    if (events.length > 0) this.#handlers.events(events);
    return rest;
  }

  #readBlock(block: string): LivestreamEvent[] {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) this.#lastId = line.slice(4);
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    return data === '' ? [] : [JSON.parse(data) as LivestreamEvent];
  }
}
