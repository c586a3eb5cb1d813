/** The result of a sync of a source, done or planned, for people. */
import type { SyncPlanJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type Cell, plain, type Tint, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';

/** Of each kind; `--json` shows all. */
export const MAX_SHOWN = 50;
export const STATES = ['conflicting', 'new', 'changed', 'canceled', 'vanished', 'kept', 'skipped'] as const;
export const TINTS: Record<(typeof STATES)[number], Tint> = {
  ...{ conflicting: 'red', new: 'green', changed: 'yellow', canceled: 'yellow', vanished: 'yellow' },
  ...{ kept: 'yellow', skipped: 'dim' },
};

/** Prints it and sets the exit code. @param isDone false: only planned */
export function printSync(plan: SyncPlanJson, isDone: boolean, context: CliContext): void {
  if (plan.braked && isDone) context.exitCode = EXIT.notAchieved;
  else if (plan.counts.conflicting > 0) context.exitCode = EXIT.conflict;
  if (context.json) {
    context.printJson(plan);
    return;
  }
  context.print(tablesOf(plan, context));
  context.print(`${sumsOf(plan.counts)}${isDone && !plan.braked ? '' : '; nothing was changed'}\n`);
  if (plan.reason !== null) context.print(`${context.paint('red', 'braked')}  ${plain(plan.reason)}\n`);
}

/** `3 new, 2 unchanged`. */
export function sumsOf(counts: SyncPlanJson['counts']): string {
  const counted = [...STATES, 'unchanged' as const].filter((state) => counts[state] > 0);
  return counted.map((state) => `${counts[state]} ${state}`).join(', ') || 'nothing in it';
}

function tablesOf(plan: SyncPlanJson, context: CliContext): string {
  const zone = context.zone();
  const rows = STATES.flatMap((state) =>
    plan[state]
      .slice(0, MAX_SHOWN)
      .map(({ row, startAt, title, uid, detail }): Cell[] => [
        { text: state, tint: TINTS[state] },
        { text: row === null ? '' : String(row) },
        { text: startAt === null ? '' : describeMoment(Date.parse(startAt), zone) },
        { text: plain(title ?? uid ?? '') },
        { text: plain(detail) },
      ]),
  );
  if (rows.length === 0) return '';
  const all = STATES.reduce((sum, state) => sum + plan[state].length, 0);
  const shown = table(['WHAT', 'ROW', 'START', 'TITLE', 'DETAIL'], rows, context.paint, context.columns);
  return all > rows.length
    ? `${shown}${context.paint('dim', `… and ${all - rows.length} more; --json shows all`)}\n`
    : shown;
}
