import type { ChangeNotices } from '../../src/queue/change-notices.ts';

/** Tracks whether the broadcast has changed since the last read. A change aborts `signal`, which ends any wait. */
export class ChangeWatcher {
  changed = false;
  #controller = new AbortController();
  readonly #close: () => void;

  constructor(notices: ChangeNotices, id: string, signal: AbortSignal) {
    const onChange = () => {
      this.changed = true;
      this.#controller.abort();
    };
    const off = notices.on(id, onChange);
    signal.addEventListener('abort', onChange, { once: true });
    this.#close = () => {
      off();
      signal.removeEventListener('abort', onChange);
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
