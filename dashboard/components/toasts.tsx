/** Short messages about what was done or what failed. A failure stays until the user closes it. */

import { signal } from '@preact/signals';
import { common } from '../texts/common.ts';

interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
}

const SHOWN_MS = 6_000;
const MAX_SHOWN = 4;

const toasts = signal<Toast[]>([]);
let last = 0;

export function say(text: string, kind: Toast['kind'] = 'done'): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, kind, text }].slice(-MAX_SHOWN);
  if (kind === 'done') setTimeout(() => close(id), SHOWN_MS);
}

function close(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, kind, text }) => (
        <p key={id} class={`toast toast-${kind}`}>
          <span>{text}</span>
          <button type="button" onClick={() => close(id)} aria-label={common.value.close}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
