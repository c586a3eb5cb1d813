import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import { type EventFilter, passes } from '../events/event-filter.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { StoredEvent } from '../events/event-log.ts';
import type { LibraryLogger } from './options.ts';

export type EventListener = (event: LivestreamEvent) => unknown;

/** Hands what happens, from the first `on` onwards, to listeners. */
export class EventFeed {
  readonly #hub: EventHub;
  readonly #logger: LibraryLogger;
  readonly #listeners = new Set<{ filter: EventFilter; listener: EventListener }>();

  constructor(hub: EventHub, logger: LibraryLogger) {
    this.#hub = hub;
    this.#logger = logger;
    hub.listen((events) => {
      for (const stored of events) this.#deliver(stored);
    });
  }

  /** `pattern`: a type, `alert.*`, `broadcast.*` or `*`. Returns what takes the listener away again. */
  on(pattern: string, listener: EventListener): () => void {
    const entry = { filter: { types: [pattern], broadcastId: null }, listener };
    this.#listeners.add(entry);
    void this.#hub.start();
    return () => this.#listeners.delete(entry);
  }

  /** Resolves once no listener is called any more. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#hub.stop();
  }

  #deliver(stored: StoredEvent): void {
    for (const { filter, listener } of [...this.#listeners]) {
      if (passes(filter, stored)) this.#call(listener, stored.event);
    }
  }

  /** An error in a listener belongs to your program; it must not end the feed. */
  #call(listener: EventListener, event: LivestreamEvent): void {
    const failed = (error: unknown) => this.#logger.error({ err: error, type: event.type }, 'an event listener failed');
    try {
      Promise.resolve(listener(event)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
