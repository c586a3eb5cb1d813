/** The history of a broadcast for people. */

import { DateTime } from 'luxon';
import { isObject } from '../../json.ts';
import type { HistoryLine } from '../api/api-types.ts';
import { type Cell, type Paint, STATUS_TINT, table } from '../text/terminal-text.ts';

/** Oldest first, with ms, because people read it to see the order of events. */
export function historyTable(history: HistoryLine[], zone: string, paint: Paint, columns: number | undefined): string {
  const rows = history.map((line): Cell[] => [
    { text: DateTime.fromISO(line.at, { zone, locale: 'en-US' }).toFormat('ccc d LLL yyyy HH:mm:ss.SSS') },
    { text: line.type },
    { text: change(line), tint: line.to && line.to !== line.from ? STATUS_TINT[line.to] : undefined },
    { text: line.by },
    { text: [line.reason, exchange(line)].filter(Boolean).join('; ') },
  ]);
  return table([`AT (${zone})`, 'TYPE', 'STATUS', 'BY', 'WHAT'], rows, paint, columns);
}

function change({ from, to }: HistoryLine): string {
  if (!to || from === to) return to ?? from ?? '';
  return from ? `${from} → ${to}` : to;
}

/** `PATCH /meetings/1/livestream/status {"action":"start"} → 204`. */
function exchange({ request, answer }: HistoryLine): string {
  if (!isObject(request) || typeof request.method !== 'string') return '';
  const body = request.body === undefined || request.body === null ? '' : ` ${JSON.stringify(request.body)}`;
  return `${request.method} ${request.path ?? ''}${body} → ${answerText(answer)}`.trim();
}

function answerText(answer: unknown): string {
  if (!isObject(answer)) return 'no answer';
  return [answer.status, answer.code, answer.message].filter((part) => part !== null && part !== undefined).join(' ');
}
