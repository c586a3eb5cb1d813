/** The first line of the board of `watch`: the counts. Pure. */
import { relativeTo } from '../../time/human-duration.ts';
import type { SummaryJson } from '../api/api-types.ts';
import { plain, truncated } from '../text/terminal-text.ts';
import type { BoardFrame, Groups } from './watch-rows.ts';

/** Maximum planned broadcasts read from the API; without a summary it is unknown whether there are more. */
export const MAX_LISTED = 200;

/** `2 problems · 1 starting/stopping · 3 live · 40 planned · next stop in 12 min`. @param summary null: count what was read */
export function headline(groups: Groups, problems: number, summary: SummaryJson | null, frame: BoardFrame): string {
  const { moving, live, next, nextStop } = summary ? countsOf(summary) : countsRead(groups);
  const parts = [
    problems === 0 ? '' : `${problems} problem${problems === 1 ? '' : 's'}`,
    moving > 0 ? `${moving} starting/stopping` : '',
    `${live} live`,
    next === MAX_LISTED && !summary ? `${MAX_LISTED} or more planned` : `${next} planned`,
    nextStop !== null ? `next stop ${relativeTo(nextStop, frame.now())}` : '',
  ];
  const text = wide(parts.filter(Boolean).join(' · '), frame);
  return frame.paint(problems > 0 ? 'red' : 'bold', text);
}

interface Counts {
  moving: number;
  live: number;
  next: number;
  /** ms since the epoch. */
  nextStop: number | null;
}

function countsOf({ broadcasts: { now }, nextStop }: SummaryJson): Counts {
  const of = (status: keyof typeof now) => now[status] ?? 0;
  return {
    moving: of('starting') + of('waiting') + of('stopping'),
    live: of('live'),
    next: of('scheduled'),
    nextStop: nextStop === null ? null : Date.parse(nextStop.at),
  };
}

/** An older API provides only the list. */
function countsRead({ moving, live, next }: Groups): Counts {
  const stops = live.map(({ stopAt }) => Date.parse(stopAt ?? '')).filter((at) => !Number.isNaN(at));
  return {
    ...{ moving: moving.length, live: live.length, next: Math.min(next.length, MAX_LISTED) },
    nextStop: stops.length > 0 ? Math.min(...stops) : null,
  };
}

/** On one line of the terminal. */
export function wide(text: string, { columns }: Pick<BoardFrame, 'columns'>): string {
  return columns === undefined ? text : truncated(plain(text), columns);
}
