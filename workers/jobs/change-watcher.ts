import type { ChangeNotices } from '../../src/queue/change-notices.ts';

/** Whether the broadcast was changed by somebody since the last reading; wakes what sleeps on it. */
export class ChangeFlag {
  changed = false;
  #controller = new AbortController();
  readonly #close: () => void;

  constructor(notices: ChangeNotices, id: string, signal: AbortSignal) {
    const wake = () => {
      this.changed = true;
      this.#controller.abort();
    };
    const off = notices.on(id, wake);
    signal.addEventListener('abort', wake, { once: true });
    this.#close = () => {
      off();
      signal.removeEventListener('abort', wake);
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
