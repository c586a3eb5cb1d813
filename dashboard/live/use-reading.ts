import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { problemText } from '../api/api.ts';
import { AnswerOrder } from './answer-order.ts';
import type { LivestreamEvent } from './event-stream.ts';
import { onEvents } from './live.ts';

export interface Reading<Value> {
  /** Null before the first reading. If a later reading fails, the last value stays. */
  value: Signal<Value | null>;
  /** Why the last reading failed; empty: it succeeded. */
  problem: Signal<string>;
  /** Reads again. Never rejects. */
  load(): Promise<void>;
}

interface When {
  /** Read again when one of these changes. */
  when?: readonly unknown[];
  /** Read again after an event for which this returns true. */
  on?: (event: LivestreamEvent) => boolean;
}

/** Reads something when the view opens, and again when it may have changed. */
export function useReading<Value>(read: () => Promise<Value>, { when = [], on }: When = {}): Reading<Value> {
  const value = useSignal<Value | null>(null);
  const problem = useSignal('');
  const order = useMemo(() => new AnswerOrder(), []);
  const load = async () => {
    const isNewest = order.ask();
    try {
      const answer = await read();
      if (isNewest()) [value.value, problem.value] = [answer, ''];
    } catch (error) {
      if (isNewest()) problem.value = problemText(error);
    }
  };
  useEffect(() => {
    void load();
    if (on) return onEvents((events) => void (events.some(on) && load()));
    return undefined;
  }, when);
  return { value, problem, load };
}
