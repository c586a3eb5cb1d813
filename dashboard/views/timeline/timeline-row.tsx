import { memo } from 'preact/compat';
import { nameOf } from '../../format.ts';
import { recordOf } from '../../live/records.ts';
import { blocksOf, type Lane } from './layout.ts';
import { grouping, span } from './span.ts';
import { Block, Item } from './timeline-item.tsx';

interface RowProps {
  lane: Lane;
  /** px */
  top: number;
  width: number;
  place: number;
  of: number;
}

export const Row = memo(({ lane, top, width, place, of }: RowProps) => {
  const { from, to } = span.value;
  const scale = { from, to, msPerPx: (to - from) / width };
  return (
    <li
      class={lane.isFirst ? 'tl-row tl-first' : 'tl-row'}
      style={{ transform: `translateY(${top}px)` }}
      aria-posinset={place}
      aria-setsize={of}
      data-line
      tabIndex={-1}
    >
      <span class={lane.isFirst ? 'tl-name' : 'tl-name unseen'}>
        <RowName lane={lane} />
      </span>
      <div class="tl-line">
        {blocksOf(lane.items, scale, scale.msPerPx).map((block) =>
          block.items.length === 1 && block.items[0] ? (
            <Item key={block.items[0].id} placed={block.items[0]} scale={scale} />
          ) : (
            <Block key={`${block.items[0]?.id} +`} block={block} scale={scale} />
          ),
        )}
      </div>
    </li>
  );
});

/** Names a meeting after its first broadcast here. */
function RowName({ lane }: { lane: Lane }) {
  const first = recordOf(lane.items[0]?.id ?? '')?.value;
  return <>{grouping.value === 'meeting' && first ? nameOf(first) : lane.name}</>;
}
