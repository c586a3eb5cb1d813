import type { Cluster, Redis } from 'ioredis';

/**
 * Notifies every worker process of a changed broadcast, so that a sleeping job checks it again at once and one about to send
 * withdraws. Only a shortcut: a lost notice costs only time, because the claim checks anyway.
 */
export class ChangeNotices {
  readonly #publisher: Redis | Cluster;
  readonly #channel: string;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(publisher: Redis | Cluster, channel: string) {
    this.#publisher = publisher;
    this.#channel = channel;
  }

  /** Starts to listen; needs its own connection. */
  async listen(subscriber: Redis | Cluster): Promise<void> {
    subscriber.on('message', (channel: string, id: string) => {
      if (channel !== this.#channel) return;
      for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
    });
    await subscriber.subscribe(this.#channel);
  }

  async publish(id: string): Promise<void> {
    await this.#publisher.publish(this.#channel, id);
  }

  /** Calls `listener` at every notice about `id`, until you call the returned function. */
  on(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }
}
