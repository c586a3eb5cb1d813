/** Moving by keyboard: `m` picks up the focused broadcast, the arrow keys move it, Enter drops it, Esc cancels. */

import type { Broadcast } from '../../../src/client/index.ts';
import { say } from '../../components/toasts.tsx';
import { nameOf } from '../../format.ts';
import { calendar } from '../../texts/calendar.ts';
import { afterArrow } from './arrows.ts';
import type { Handle } from './grid.ts';
import { letGo } from './let-go.ts';
import { knowOthers } from './others.ts';
import { handlesOf, proposal, propose, shown } from './state.ts';

export function onMoveKey(event: KeyboardEvent, one: Broadcast): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tried = proposal.peek();
  const { mode } = shown.peek();
  const handles = handlesOf(one).filter((handle) => mode !== 'month' || handle === 'all');
  if (tried?.seen.id !== one.id) {
    if (event.key !== 'm' || handles.length === 0) return;
    event.preventDefault();
    take(one);
    return;
  }
  if (event.key === 'Escape') proposal.value = null;
  else if (event.key === 'Enter') letGo();
  else if (!shift(event, handles)) return;
  event.preventDefault();
}

function take(one: Broadcast): void {
  const texts = calendar.peek();
  const isMonth = shown.peek().mode === 'month';
  propose(one, {});
  say((isMonth ? texts.takenInMonth : texts.taken)(nameOf(one)));
  if (isMonth) void knowOthers(one);
}

function shift(event: KeyboardEvent, handles: readonly Handle[]): boolean {
  const tried = proposal.peek();
  const next = tried && afterArrow(shown.peek().mode, event, tried.shift, handles);
  if (!next) return false;
  propose(tried.seen, next);
  return true;
}

/** Moving the focus elsewhere cancels the move. */
export function leave(): void {
  if (proposal.peek()?.step === 'moving') proposal.value = null;
}
