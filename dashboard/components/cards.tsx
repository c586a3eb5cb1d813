import type { ComponentChildren } from 'preact';
import type { Reading } from '../live/use-reading.ts';
import { common } from '../texts/common.ts';

interface CardsProps<Item> {
  of: Reading<Item[]>;
  /** Shown when the list is empty. */
  none: string;
  card(item: Item): ComponentChildren;
}

/** A list of cards, with the loading state and the error. */
export function Cards<Item>({ of: { value, problem }, none, card }: CardsProps<Item>) {
  return (
    <>
      {problem.value !== '' && (
        <p class="bad" role="alert">
          {problem.value}
        </p>
      )}
      {value.value === null && problem.value === '' && <p class="note">{common.value.loading}</p>}
      {value.value?.length === 0 && <p class="empty">{none}</p>}
      <ul class="cards">{value.value?.map(card)}</ul>
    </>
  );
}
