/** Moving by pointer. A move begins only after a deliberate distance, and Escape cancels it. */

import type { Broadcast } from '../../../src/client/index.ts';
import { DAY_MINUTES, type Handle, type Shift } from './grid.ts';
import { letGo } from './let-go.ts';
import { knowOthers } from './others.ts';
import { proposal, propose } from './state.ts';

/** A press that moves less than this is a click, px. */
const MEANT_PX = 5;
/** Step of a move, minutes. */
const SNAP = 5;

/** A finger that rests on a day of the month this long picks up the broadcast, ms: before the browser opens its own menu (500 ms). */
const HOLD_MS = 350;
/** A dragging finger this close to the top or bottom of the window scrolls it, px. */
const EDGE_PX = 80;
const SCROLL_PX = 24;

let isHeld = false;

/** A finger scrolls the month, except while it holds a broadcast. The browser does not open its menu then either. */
export function keepStill(event: Event): void {
  if (isHeld && event.cancelable) event.preventDefault();
}

/** Where the pointer has moved the broadcast. */
type Reading = (event: PointerEvent) => Shift;

/** In a column of a day or week, or in a day of a month. */
export function startDrag(down: PointerEvent, one: Broadcast, handle: Handle): void {
  const place = (down.currentTarget as Element).closest('.cal-column, .cal-day');
  if (down.button !== 0 || place === null) return;
  const isMonth = place.matches('.cal-day');
  const shiftAt = isMonth ? overDays(place) : overColumns(down, place, handle);
  let moves = false;
  const take = () => {
    if (isMonth && !moves) void knowOthers(one);
    moves = true;
  };
  const byFinger = isMonth && down.pointerType === 'touch';
  const holding = setTimeout(() => {
    if (!byFinger) return;
    isHeld = true;
    take();
    propose(one, { days: 0 });
  }, HOLD_MS);
  const move = (event: PointerEvent) => {
    if (!moves && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < MEANT_PX) return;
    // A finger that moves before it has picked one up scrolls.
    if (byFinger && !moves) return end();
    take();
    if (byFinger) scrollAtEdge(event);
    propose(one, shiftAt(event));
  };
  const end = () => {
    clearTimeout(holding);
    isHeld = false;
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
    // The click that ends a drag must not follow the link.
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

function scrollAtEdge({ clientY }: PointerEvent): void {
  if (clientY < EDGE_PX) scrollBy(0, -SCROLL_PX);
  else if (clientY > innerHeight - EDGE_PX) scrollBy(0, SCROLL_PX);
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

/** Moves by whole days to the day under the pointer, or the last day it was over when it leaves the month. */
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
