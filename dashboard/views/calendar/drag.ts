/** Moving by the pointer: nothing happens before it has moved far enough to be meant, nor after Escape. */

import type { Broadcast } from '../../../src/client/index.ts';
import { DAY_MINUTES } from './grid.ts';
import { letGo } from './let-go.ts';
import { type Handle, proposal, propose } from './state.ts';

/** A press that moves less than this is a press, px. */
const MEANT_PX = 5;
/** Times are moved in steps of this, minutes. */
const SNAP = 5;

export function startDrag(down: PointerEvent, one: Broadcast, handle: Handle): void {
  const column = (down.currentTarget as Element).closest('.cal-column');
  if (down.button !== 0 || column === null) return;
  const { height, width } = column.getBoundingClientRect();
  const scroller = column.closest('.cal-box');
  const scrolled = scroller?.scrollTop ?? 0;
  let moves = false;
  const move = (event: PointerEvent) => {
    const dx = event.clientX - down.clientX;
    const dy = event.clientY - down.clientY + (scroller?.scrollTop ?? 0) - scrolled;
    if (!moves && Math.hypot(dx, dy) < MEANT_PX) return;
    moves = true;
    const minutes = Math.round((dy * DAY_MINUTES) / height / SNAP) * SNAP;
    propose(one, handle === 'end' ? { endMinutes: minutes } : { minutes, days: Math.round(dx / width) });
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

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
