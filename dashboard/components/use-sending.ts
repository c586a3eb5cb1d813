import { type Signal, useSignal } from '@preact/signals';

export interface Sending {
  /** What the API said against the last attempt; null: nothing. */
  problem: Signal<unknown>;
  /** An attempt is under way: another one does nothing. */
  busy: Signal<boolean>;
  /** A form's `onSubmit`: sends it once at a time, and keeps what went wrong. */
  submitting(act: () => Promise<void>): (event: Event) => void;
}

/** What a form needs to be sent. */
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
