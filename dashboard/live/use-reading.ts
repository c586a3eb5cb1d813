import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { problemText } from '../api/api.ts';
import type { LivestreamEvent } from './event-stream.ts';
import { onEvents } from './live.ts';

export interface Reading<Value> {
  /** Null until it was read once; what was read last stays while reading fails. */
  value: Signal<Value | null>;
  /** Why the last reading failed; empty: it did not. */
  problem: Signal<string>;
  /** Reads again. Never rejects. */
  load(): Promise<void>;
}

interface When {
  /** Read again when one of these changes. */
  when?: readonly unknown[];
  /** Read again after an event of which this is true. */
  on?: (event: LivestreamEvent) => boolean;
}

/** Reads something when the view opens, and again when it may have changed. */
export function useReading<Value>(read: () => Promise<Value>, { when = [], on }: When = {}): Reading<Value> {
  const value = useSignal<Value | null>(null);
  const problem = useSignal('');
  const places = useRef({ asked: 0, shown: 0 }).current;
  const load = async () => {
    places.asked += 1;
    const place = places.asked;
    /** False: the answer to a later question is shown already. */
    const isNewer = () => {
      if (place < places.shown) return false;
      places.shown = place;
      return true;
    };
    try {
      const answer = await read();
      if (isNewer()) [value.value, problem.value] = [answer, ''];
    } catch (error) {
      if (isNewer()) problem.value = problemText(error);
    }
  };
  useEffect(() => {
    void load();
    if (on) return onEvents((events) => void (events.some(on) && load()));
    return undefined;
  }, when);
  return { value, problem, load };
}
