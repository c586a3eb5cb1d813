/** Follows the event stream of the API: Server-Sent Events by the HTML Standard, section 9.2. */

import type { Clock } from '../../clock.ts';
import { isObject, parseObject } from '../../json.ts';
import { CliFailure, EXIT } from '../exit-codes.ts';

/** The API sends a heartbeat every 15 s. After this long without one the connection is dead, ms. */
export const SILENCE_MS = 45_000;
/** Delay before reconnecting, ms. */
const RECONNECT_MS = 1_000;

export interface EventConnection {
  query: Record<string, string | undefined>;
  lastEventId: string | null;
  signal: AbortSignal;
}

export interface FollowedEvent {
  id: string;
  /** `{type, timestamp, data}`. */
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

export interface FollowOptions {
  open(connection: EventConnection): Promise<AsyncIterable<Uint8Array>>;
  query: Record<string, string | undefined>;
  lastEventId: string | null;
  signal: AbortSignal;
  clock: Clock;
  /** Called with true when connected, and with false when the connection is lost. */
  onConnection?(stands: boolean): void;
  /** Called after anything arrived, even a heartbeat, once its events were yielded. */
  onHeard?(): void;
}

/**
 * Yields every event until `signal` aborts. After a lost connection it reconnects and resumes there. Rejects if the first connection fails,
 * or if the API rejects any (a wrong key stays wrong).
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<FollowedEvent> {
  const { signal, clock } = options;
  const parser = new EventParser(options.lastEventId);
  let once = false;
  while (!signal.aborted) {
    try {
      const chunks = await options.open({ query: options.query, lastEventId: parser.lastEventId, signal });
      once = true;
      options.onConnection?.(true);
      for await (const chunk of chunks) {
        yield* parser.take(chunk);
        options.onHeard?.();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!mayRecover(error, once)) throw error;
    }
    parser.reset();
    options.onConnection?.(false);
    await clock.sleepUntil(clock.now() + RECONNECT_MS, signal);
  }
}

function mayRecover(error: unknown, connectedBefore: boolean): boolean {
  if (!connectedBefore) return false;
  const ours = error instanceof CliFailure;
  const status = ours ? (error.problem.status ?? 0) : 0;
  return !ours || error.exitCode === EXIT.unreachable || status === 429 || status >= 500;
}

/** Bytes in, events out; keeps the id to resume from. */
class EventParser {
  lastEventId: string | null;
  #decoder = new TextDecoder();
  #rest = '';

  constructor(lastEventId: string | null) {
    this.lastEventId = lastEventId;
  }

  /** Drops an event that was cut off in the middle. */
  reset(): void {
    this.#rest = '';
    this.#decoder = new TextDecoder();
  }

  *take(chunk: Uint8Array): Generator<FollowedEvent> {
    const blocks = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = this.#read(block);
      if (event) yield event;
    }
  }

  #read(block: string): FollowedEvent | null {
    let data = '';
    let name = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('data:')) data += line.slice(5).trimStart();
      if (line.startsWith('event:')) name = line.slice(6).trim();
      if (line.startsWith('id:')) this.lastEventId = line.slice(3).trim();
    }
    if (data === '') return null;
    return { id: this.lastEventId ?? '', event: readEvent(name, data) };
  }
}

/** Characters of an unreadable event to show. */
const MAX_SHOWN = 200;

/** Turns whatever arrived into an event: a newer API or a proxy must not end the stream. */
function readEvent(name: string, data: string): FollowedEvent['event'] {
  const value = parseObject(data);
  if (!value) {
    const message = `cannot read this event: ${data.slice(0, MAX_SHOWN)}`;
    return { type: name || 'unreadable', timestamp: '', data: { message } };
  }
  return {
    ...value,
    type: typeof value['type'] === 'string' ? value['type'] : name || 'unreadable',
    timestamp: typeof value['timestamp'] === 'string' ? value['timestamp'] : '',
    data: isObject(value['data']) ? value['data'] : {},
  };
}
