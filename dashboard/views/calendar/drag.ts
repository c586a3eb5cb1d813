/** Moving by the pointer: nothing happens before it has moved far enough to be meant, nor after Escape. */

import type { Broadcast } from '../../../src/client/index.ts';
import { DAY_MINUTES, type Handle, type Shift } from './grid.ts';
import { letGo } from './let-go.ts';
import { knowOthers } from './others.ts';
import { proposal, propose } from './state.ts';

/** A press that moves less than this is a press, px. */
const MEANT_PX = 5;
/** Times are moved in steps of this, minutes. */
const SNAP = 5;

/** Where the pointer has taken it. */
type Reading = (event: PointerEvent) => Shift;

/** In a column of a day or a week, or in a day of a month. */
export function startDrag(down: PointerEvent, one: Broadcast, handle: Handle): void {
  const place = (down.currentTarget as Element).closest('.cal-column, .cal-day');
  if (down.button !== 0 || place === null) return;
  const isMonth = place.matches('.cal-day');
  const shiftAt = isMonth ? overDays(place) : overColumns(down, place, handle);
  let moves = false;
  const move = (event: PointerEvent) => {
    if (!moves && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < MEANT_PX) return;
    if (isMonth && !moves) void knowOthers(one);
    moves = true;
    propose(one, shiftAt(event));
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', leave);
    removeEventListener('keydown', onEscape, true);
  };
  const leave = () => {
    end();
    proposal.value = null;
  };
  const up = () => {
    end();
    if (!moves) return;
    // The press that ends a drag is no press on the link.
    addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', stop, true));
    letGo();
  };
  const onEscape = (event: KeyboardEvent) => event.key === 'Escape' && leave();
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', leave);
  addEventListener('keydown', onEscape, true);
}

function overColumns(down: PointerEvent, column: Element, handle: Handle): Reading {
  const { height, width } = column.getBoundingClientRect();
  const scroller = column.closest('.cal-box');
  const scrolled = scroller?.scrollTop ?? 0;
  return (event) => {
    const dy = event.clientY - down.clientY + (scroller?.scrollTop ?? 0) - scrolled;
    const minutes = Math.round((dy * DAY_MINUTES) / height / SNAP) * SNAP;
    if (handle === 'end') return { endMinutes: minutes };
    return { minutes, days: Math.round((event.clientX - down.clientX) / width) };
  };
}

/** By whole days: the day under the pointer; outside of the month the last one that was. */
function overDays(day: Element): Reading {
  const all = [...(day.parentElement?.children ?? [])];
  let days = 0;
  return ({ clientX, clientY }) => {
    const over = document.elementsFromPoint(clientX, clientY).find((one) => all.includes(one));
    if (over !== undefined) days = all.indexOf(over) - all.indexOf(day);
    return { days };
  };
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
