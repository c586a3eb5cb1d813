import { Shape } from '../../components/status-mark.tsx';
import { recordOf } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { startDrag } from './drag.ts';
import { type Boxed, DAY_MINUTES } from './grid.ts';
import { leave, onMoveKey } from './move-keys.ts';
import { handlesOf, proposal } from './state.ts';
import { marksOf, shownText, textOf } from './words.ts';

const percent = (minutes: number) => `${(100 * minutes) / DAY_MINUTES}%`;

/** One broadcast in a column: a link. If it may be moved, the pointer moves it, or `m` and the arrow keys do. */
export function Entry({ box }: { box: Boxed }) {
  const one = recordOf(box.id)?.value;
  if (!one) return null;
  const handles = handlesOf(one);
  const isMoving = proposal.value?.seen.id === one.id;
  return (
    <li
      class={`cal-entry status-${one.status}${one.paused ? ' cal-paused' : ''}${isMoving ? ' cal-moving' : ''}`}
      style={{
        top: percent(box.top),
        height: percent(box.height),
        left: `${(100 * box.lane) / box.lanes}%`,
        width: `${100 / box.lanes}%`,
      }}
    >
      <a
        href={hrefToBroadcast(one.id)}
        title={textOf(one)}
        aria-label={textOf(one)}
        data-line
        draggable={false}
        onKeyDown={(event) => onMoveKey(event, one)}
        onPointerDown={(event) => handles.includes('all') && startDrag(event, one, 'all')}
        onBlur={leave}
      >
        <Shape status={one.status} />
        {shownText(one)} <span aria-hidden="true">{marksOf(one)}</span>
      </a>
      {handles.includes('end') && (
        <span class="cal-end" aria-hidden="true" onPointerDown={(event) => startDrag(event, one, 'end')} />
      )}
    </li>
  );
}

/** Its place after the move. */
export function Ghost({ place, isBad }: { place: { top: number; height: number }; isBad: boolean }) {
  return (
    <li
      class={`cal-ghost${isBad ? ' cal-ghost-bad' : ''}`}
      aria-hidden="true"
      style={{ top: percent(place.top), height: percent(place.height) }}
    />
  );
}
