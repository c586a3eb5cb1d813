/** The effect of a bulk action, for people. */
import { describeLength } from '../../time/human-duration.ts';
import { lengthWarning, type Times, timesOf } from '../text/new-times.ts';
import { type Cell, table } from '../text/terminal-text.ts';
import { clockOf, describeMoment } from '../text/wall-clock.ts';
import type { ViewFrame } from './broadcast-view.ts';

interface State {
  status: string;
  startAt: string;
  stopAt: string | null;
}

interface Changed {
  id: string;
  before: State;
  after: State;
}

/** More than a screen; `--json` has them all. */
const MAX_SHOWN = 50;

export function countOf(count: number): string {
  return count === 1 ? '1 broadcast' : `${count} broadcasts`;
}

/** One line each: the state, the times that change as `before → after`, the title. */
export function bulkTable(
  changed: Changed[],
  frame: Pick<ViewFrame, 'paint'> & { titles: Map<string, string>; zone: string },
): string {
  const all = changed.flatMap(({ before, after }) => [before, after]);
  const moments = all.flatMap(({ startAt, stopAt }) => [startAt, stopAt ?? []].flat());
  const clock = clockOf(moments.map((iso) => Date.parse(iso)));
  const moment = (iso: string | null) => (iso === null ? 'open' : describeMoment(Date.parse(iso), frame.zone, clock));
  const change = (before: string, after: string): Cell => ({
    text: before === after ? before : `${before} → ${after}`,
  });
  const rows = changed
    .slice(0, MAX_SHOWN)
    .map(({ id, before, after }) => [
      { text: id },
      change(before.status, after.status),
      change(moment(before.startAt), moment(after.startAt)),
      change(moment(before.stopAt), moment(after.stopAt)),
      change(lengthOf(timesOf(before)), lengthOf(timesOf(after))),
      { text: frame.titles.get(id) ?? '' },
    ]);
  const more = changed.length - rows.length;
  return (
    table(['ID', 'STATUS', 'START', 'STOP', 'LENGTH', 'TITLE'], rows, frame.paint, undefined) +
    (more > 0 ? `… and ${more} more; --json has all\n` : '')
  );
}

function lengthOf({ startAt, stopAt }: Times): string {
  return stopAt === null ? 'open' : describeLength(stopAt - startAt);
}

/** How many would be on air more than twice as long as planned; empty: none. */
export function longerThanPlanned(changed: Changed[]): string {
  const count = changed.filter(
    ({ before, after }) => lengthWarning({ before: timesOf(before), after: timesOf(after) }) !== null,
  ).length;
  return count === 0
    ? ''
    : `${count === changed.length ? 'all' : count} of them would be on air more than twice as long as planned`;
}

/** What is not changed, and why; empty: nothing was rejected. */
export function refusedLines(refused: { id: string; code: string; detail: string }[]): string {
  if (refused.length === 0) return '';
  const lines = refused.slice(0, MAX_SHOWN).map(({ id, code, detail }) => `  ${id}  ${code}: ${detail}`);
  const more = refused.length - lines.length;
  return `${countOf(refused.length)} cannot be changed:\n${lines.join('\n')}\n${more > 0 ? `  … and ${more} more; --json has all\n` : ''}`;
}
