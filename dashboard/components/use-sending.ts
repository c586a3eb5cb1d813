import { type Signal, useSignal } from '@preact/signals';

export interface Sending {
  /** The API's error for the last attempt; null: none. */
  problem: Signal<unknown>;
  /** An attempt is in progress. Another one does nothing meanwhile. */
  busy: Signal<boolean>;
  /** `onSubmit` handler of a form: sends one attempt at a time and keeps the error. */
  submitting(act: () => Promise<void>): (event: Event) => void;
}

/** Sends a form. */
export function useSending(): Sending {
  const problem = useSignal<unknown>(null);
  const busy = useSignal(false);
  const send = async (act: () => Promise<void>) => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await act();
    } catch (error) {
      problem.value = error;
    } finally {
      busy.value = false;
    }
  };
  const submitting = (act: () => Promise<void>) => (event: Event) => {
    event.preventDefault();
    void send(act);
  };
  return { problem, busy, submitting };
}
