import type { Broadcast } from '../../../src/client/index.ts';
import { Shape } from '../../components/status-mark.tsx';
import { say } from '../../components/toasts.tsx';
import { nameOf } from '../../format.ts';
import { recordOf } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { calendar } from '../../texts/calendar.ts';
import { startDrag } from './drag.ts';
import { type Boxed, DAY_MINUTES, type Shift } from './grid.ts';
import { letGo } from './let-go.ts';
import { handlesOf, proposal, propose } from './state.ts';
import { marksOf, shownText, textOf } from './words.ts';

const percent = (minutes: number) => `${(100 * minutes) / DAY_MINUTES}%`;
/** One press of an arrow, minutes. */
const STEP = 15;

/** One broadcast in a column: a link; what may be moved is moved by the pointer, or by `m` and the arrows. */
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
        onKeyDown={(event) => onKey(event, one)}
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

/** Whoever goes elsewhere has left it where it was. */
function leave(): void {
  if (proposal.peek()?.step === 'moving') proposal.value = null;
}

/** Where it would stand. */
export function Ghost({ place, isBad }: { place: { top: number; height: number }; isBad: boolean }) {
  return (
    <li
      class={`cal-ghost${isBad ? ' cal-ghost-bad' : ''}`}
      aria-hidden="true"
      style={{ top: percent(place.top), height: percent(place.height) }}
    />
  );
}

const ARROWS: Record<string, Shift> = {
  ArrowUp: { minutes: -STEP },
  ArrowDown: { minutes: STEP },
  ArrowLeft: { days: -1 },
  ArrowRight: { days: 1 },
};

function onKey(event: KeyboardEvent, one: Broadcast): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tried = proposal.peek();
  const handles = handlesOf(one);
  if (tried?.seen.id !== one.id) {
    if (event.key !== 'm' || handles.length === 0) return;
    event.preventDefault();
    propose(one, {});
    say(calendar.peek().taken(nameOf(one)));
    return;
  }
  if (event.key === 'Escape') proposal.value = null;
  else if (event.key === 'Enter') letGo();
  else if (!shift(event, tried.seen, tried.shift, handles)) return;
  event.preventDefault();
}

function shift(event: KeyboardEvent, seen: Broadcast, old: Required<Shift>, handles: readonly string[]): boolean {
  const by = ARROWS[event.key];
  if (by === undefined) return false;
  const onlyEnd = event.shiftKey || !handles.includes('all');
  if (onlyEnd && !handles.includes('end')) return true;
  const { days = 0, minutes = 0 } = by;
  propose(
    seen,
    onlyEnd
      ? { ...old, endMinutes: old.endMinutes + minutes }
      : { ...old, days: old.days + days, minutes: old.minutes + minutes },
  );
  return true;
}
