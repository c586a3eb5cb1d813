import type { ChangeNotices } from '../../src/queue/change-notices.ts';

/** Whether the broadcast was changed by somebody since the last reading; wakes what sleeps on it. */
export class ChangeWatcher {
  changed = false;
  #controller = new AbortController();
  readonly #close: () => void;

  constructor(notices: ChangeNotices, id: string, signal: AbortSignal) {
    const timer = () => {
      this.changed = true;
      this.#controller.abort();
    };
    const off = notices.on(id, timer);
    signal.addEventListener('abort', timer, { once: true });
    this.#close = () => {
      off();
      signal.removeEventListener('abort', timer);
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  reset(): void {
    if (!this.changed) return;
    this.changed = false;
    this.#controller = new AbortController();
  }

  close(): void {
    this.#close();
  }
}
