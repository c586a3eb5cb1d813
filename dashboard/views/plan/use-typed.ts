import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Delay after the last key, ms. */
const TYPED_MS = 350;

export type Typed<Answer> = { step: 'incomplete' | 'asking' | 'unknown' } | { step: 'known'; answer: Answer };

/**
 * Asks the API about what the user types, after the last key. Never shows an answer to earlier input.
 * @param wanted the question, compared as JSON; null: incomplete
 */
export function useTyped<Wanted, Answer>(
  wanted: Wanted | null,
  ask: (wanted: Wanted) => Promise<Answer>,
): Typed<Answer> {
  const found = useSignal<Typed<Answer>>({ step: 'incomplete' });
  useEffect(() => {
    found.value = { step: wanted === null ? 'incomplete' : 'asking' };
    if (wanted === null) return undefined;
    let over = false;
    const show = (typed: Typed<Answer>) => {
      if (!over) found.value = typed;
    };
    const timer = setTimeout(() => {
      ask(wanted).then(
        (answer) => show({ step: 'known', answer }),
        () => show({ step: 'unknown' }),
      );
    }, TYPED_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [JSON.stringify(wanted)]);
  return found.value;
}
