/** The result of applying documents, done or planned, for people and machines. */
import { PLAN_STATES } from '../../sources/source.ts';
import type { ApplyItemJson, ApplyPlanJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type Cell, plain, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import { MAX_SHOWN, STATES, sumsOf, TINTS } from './sync-view.ts';

/** Prints the plans of one or several documents, and sets the exit code. */
export function printApplied(plans: readonly ApplyPlanJson[], context: CliContext): void {
  const all = merged(plans);
  const isDry = plans.some(({ dryRun }) => dryRun);
  if (all.counts.conflicting > 0 && !isDry) context.exitCode = EXIT.conflict;
  if (context.json) {
    context.printJson({ documents: plans.map(({ name }) => name), dryRun: isDry, ...all });
    return;
  }
  context.print(tableOf(plans, context));
  context.print(`${sumsOf(all.counts)}${isDry ? '; nothing was changed' : ''}\n`);
}

type Lists = Record<(typeof PLAN_STATES)[number], (ApplyItemJson & { document: string })[]>;

function merged(plans: readonly ApplyPlanJson[]): Lists & { counts: ApplyPlanJson['counts'] } {
  const lists = Object.fromEntries(
    PLAN_STATES.map((state) => [
      state,
      plans.flatMap((plan) => plan[state].map((item) => ({ document: plan.name, ...item }))),
    ]),
  ) as Lists;
  const unchanged = plans.reduce((sum, { counts }) => sum + counts.unchanged, 0);
  const counts = Object.fromEntries(PLAN_STATES.map((state) => [state, lists[state].length]));
  return { ...lists, counts: { ...counts, unchanged } as ApplyPlanJson['counts'] };
}

function tableOf(plans: readonly ApplyPlanJson[], context: CliContext): string {
  const zone = context.zone();
  const items = STATES.flatMap((state) =>
    plans.flatMap((plan) => plan[state].slice(0, MAX_SHOWN).map((item) => ({ state, item }))),
  );
  if (items.length === 0) return '';
  const rows = items.map(({ state, item: { type, name, title, startAt, detail } }): Cell[] => [
    { text: state, tint: TINTS[state] },
    { text: type },
    { text: plain(name ?? '') },
    { text: startAt === null ? '' : describeMoment(Date.parse(startAt), zone) },
    { text: plain(title ?? '') },
    { text: plain(detail) },
  ]);
  const shown = table(['WHAT', 'TYPE', 'NAME', 'START', 'TITLE', 'DETAIL'], rows, context.paint, context.columns);
  const all = plans.reduce((sum, plan) => sum + STATES.reduce((some, state) => some + plan[state].length, 0), 0);
  return all > rows.length
    ? `${shown}${context.paint('dim', `… and ${all - rows.length} more; --json shows all`)}\n`
    : shown;
}
