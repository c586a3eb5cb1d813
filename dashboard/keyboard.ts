/**
 * Keyboard shortcuts of every view. A view takes part through three attributes: `data-search` on its search field, `data-line` on each
 * focusable element that `j` and `k` move between, and `data-select` on the check box in a line that `x` toggles.
 */

import { signal } from '@preact/signals';
import { goTo } from './router.ts';

/** Whether the list of shortcuts is shown. */
export const helpShown = signal(false);

const VIEWS: Record<string, string> = { r: '/', a: '/attention', t: '/timeline', c: '/calendar', h: '/health' };
/** How long `g` waits for its second letter, ms. */
const SECOND_MS = 1_500;

let pressedG = Number.NEGATIVE_INFINITY;

export function listenToKeys(): void {
  document.addEventListener('keydown', onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  if (event.key === 'Escape' && isField(target)) target.blur();
  if (isField(target) || document.querySelector('dialog[open]')) return;
  if (act(event.key, target)) event.preventDefault();
}

/** Whether this key is a shortcut here. */
function act(key: string, target: HTMLElement): boolean {
  const view = performance.now() - pressedG < SECOND_MS ? VIEWS[key] : undefined;
  pressedG = key === 'g' ? performance.now() : Number.NEGATIVE_INFINITY;
  if (view !== undefined) {
    goTo(view);
    return true;
  }
  switch (key) {
    case '/':
      return focus('[data-search]');
    case '?':
      helpShown.value = true;
      return true;
    case 'j':
      return move(1);
    case 'k':
      return move(-1);
    case 'Enter':
      return openLine(target);
    case 'x':
      return pressBox();
    case 'n':
      goTo('/new');
      return true;
    default:
      return false;
  }
}

function isField(element: HTMLElement): boolean {
  return element.matches('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
}

function focus(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}

function move(step: number): boolean {
  const lines = [...document.querySelectorAll<HTMLElement>('[data-line]')];
  const present = lines.findIndex((line) => line.contains(document.activeElement));
  // With no current line, start at the list's own place: the rundown starts at what is next.
  const first = Math.max(
    0,
    lines.findIndex((line) => line.dataset['line'] === 'next'),
  );
  const target = lines[present === -1 ? first : Math.min(lines.length - 1, Math.max(0, present + step))];
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
  return target !== undefined;
}

function pressBox(): boolean {
  const box = document.activeElement?.closest('[data-line]')?.querySelector<HTMLInputElement>('[data-select]');
  box?.click();
  return box !== null && box !== undefined;
}

/** Only on the line itself: a link or button inside it handles its own keys. */
function openLine(target: HTMLElement): boolean {
  const link = target.matches('[data-line]') ? target.querySelector('a') : null;
  link?.click();
  return link !== null;
}
