import { numberText } from '../../format.ts';
import { isFiltering, presentFilter } from '../../live/filters.ts';
import { select, selection } from '../../live/selection.ts';
import { hrefTo, isWall } from '../../router.ts';
import { rundown } from '../../texts/rundown.ts';

/** The selection, and a link to its bulk actions. */
export function SelectionBar({ inOrder }: { inOrder: readonly string[] }) {
  const texts = rundown.value;
  const { size } = selection.value;
  if (isWall || (size === 0 && !isFiltering(presentFilter()))) return null;
  return (
    <section class="selection-bar" aria-label={texts.selected(numberText(size))}>
      {size > 0 && <strong>{texts.selected(numberText(size))}</strong>}
      {inOrder.length > 0 && (
        <button type="button" class="act" onClick={() => select(inOrder)}>
          {texts.selectMatching(numberText(inOrder.length))}
        </button>
      )}
      {size > 0 && (
        <>
          <a class="act act-main" href={hrefTo('/bulk')}>
            {texts.actOnSelected}
          </a>
          <button type="button" class="act" onClick={() => select([])}>
            {texts.unselect}
          </button>
        </>
      )}
    </section>
  );
}
