/** The result of an import, done or planned, for people and machines. */

import type { Comparison, Difference, EventState } from '../../timetable/compare.ts';
import type { CheckedReading, SkippedRow } from '../../timetable/planned-event.ts';
import type { CliContext } from '../context.ts';
import { type Cell, plain, type Tint, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import type { Failure } from './import-apply.ts';

/** Maximum rows shown; `--json` shows all. */
const MAX_SHOWN = 50;

const TINTS: Record<EventState, Tint | undefined> = {
  new: 'green',
  changed: 'yellow',
  unchanged: 'dim',
  kept: 'yellow',
  conflicting: 'red',
  canceled: 'yellow',
  vanished: 'yellow',
  finished: 'dim',
};

export interface ImportOutcome {
  comparison: Comparison;
  checked: CheckedReading;
  failures: Failure[];
  /** Something was sent. False: a dry run, or rows in conflict. */
  applied: boolean;
}

/** Machines get every row; people get what is notable, and the totals. */
export function report(outcome: ImportOutcome, context: CliContext): void {
  const { comparison, checked, failures, applied } = outcome;
  const { differences: found, skipped: passedOver } = comparison;
  const { issues } = checked;
  const counts = countsOf(outcome);
  if (context.json) {
    const failed = failures.map(({ row, failure }) => ({ row, problem: failure.problem }));
    const shown = issues.map(({ zoneMissing: _missing, sameAs: _same, ...issue }) => issue);
    const { warnings, notes } = checked;
    const more = { issues: shown, passedOver, failures: failed, warnings, notes };
    context.printJson({ applied, counts, rows: found.map(rowJson), ...more });
    return;
  }
  const { paint } = context;
  const listed = applied && failures.length === 0 ? found.filter(({ state }) => state === 'kept') : found;
  context.print(differenceTable(listed, context));
  for (const issue of issues) context.print(`${paint('red', 'error')}  ${placeOf(issue)} ${plain(issue.message)}\n`);
  for (const line of zoneAdvice(issues)) context.print(`  ${line}\n`);
  for (const { row, failure } of failures) {
    const { detail, title } = failure.problem;
    context.print(`${paint('red', 'failed')}  row ${row}: ${plain(detail ?? title)}\n`);
  }
  for (const line of skippedLines(passedOver)) context.print(paint('dim', `skipped: ${line}\n`));
  for (const line of checked.notes) context.print(`${paint('yellow', 'warning')}  ${plain(line)}\n`);
  for (const line of grouped(checked.warnings)) context.print(`${paint('yellow', 'warning')}  ${plain(line)}\n`);
  const unnamed = checked.events.filter(({ isMade }) => isMade).map(({ row }) => row);
  if (unnamed.length > 0) context.print(`${paint('yellow', 'warning')}  ${unnamedText(unnamed)}\n`);
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  const sums = shown.map(([name, count]) => `${count} ${WORDS[name] ?? name}`).join(', ') || 'nothing in it';
  context.print(`${sums}${applied ? '' : '; nothing was stored'}\n`);
}

/** `row 2, line 17: event`. */
export function placeOf({ row, line, path }: CheckedReading['issues'][number]): string {
  return `row ${row}${line === undefined ? '' : `, line ${line}`}${path ? `: ${path}` : ''}`;
}

/** One line per message, with its rows. */
function grouped(warnings: CheckedReading['warnings']): string[] {
  const rowsOf = new Map<string, number[]>();
  for (const { row, message } of warnings) rowsOf.set(message, [...(rowsOf.get(message) ?? []), row]);
  return [...rowsOf].map(([message, rows]) => `${rowsText(rows)}: ${message}`);
}

/** What to add to errors that a zone for the whole file would fix. */
export function zoneAdvice(issues: CheckedReading['issues']): string[] {
  const missing = issues.some(({ zoneMissing }) => zoneMissing);
  return missing ? ['--timezone gives the zone of local times for the whole file'] : [];
}

const WORDS: Record<string, string> = { inClockChange: 'in a clock-change gap', faulty: 'with errors' };

function countsOf({
  comparison: { differences: found, skipped: passedOver },
  checked: { issues },
  failures,
}: ImportOutcome): Record<string, number> {
  const states = Object.keys(TINTS).map((state) => [state, found.filter((one) => one.state === state).length]);
  return {
    ...Object.fromEntries(states),
    inClockChange: issues.filter(({ kind }) => kind === 'clock_change').length,
    faulty: new Set(issues.map(({ row }) => row)).size,
    skipped: passedOver.length,
    failed: failures.length,
  };
}

function rowJson({ event, state, stored, change, drift, note }: Difference) {
  const { streamKey: _key, ...destination } = (change?.['destination'] ?? {}) as Record<string, unknown>;
  const shown = change && 'destination' in change ? { ...change, destination } : change;
  const externalId = event?.externalId ?? stored?.externalId ?? null;
  return { row: event?.row ?? null, state, externalId, broadcastId: stored?.id ?? null, change: shown, drift, note };
}

function differenceTable(found: Difference[], context: CliContext): string {
  const notable = found.filter(({ state }) => state !== 'unchanged' && state !== 'finished');
  const ranked = [...notable].sort((a, b) => Number(b.state === 'conflicting') - Number(a.state === 'conflicting'));
  const rows = ranked.slice(0, MAX_SHOWN).map((one) => cellsOf(one, context));
  if (rows.length === 0) return '';
  const shown = table(['ROW', 'WHAT', 'MEETING', 'START', 'BROADCAST', 'NOTE'], rows, context.paint, context.columns);
  const more = notable.length - rows.length;
  return more > 0 ? `${shown}${context.paint('dim', `… and ${more} more; --json shows all`)}\n` : shown;
}

function cellsOf({ event, state, stored, note }: Difference, context: CliContext): Cell[] {
  const plan = event?.plan ?? (stored && { ...stored, startAt: Date.parse(stored.startAt) });
  return [
    { text: event ? String(event.row) : '' },
    { text: state, tint: TINTS[state] },
    { text: plan?.meetingId ?? '' },
    { text: plan ? describeMoment(plan.startAt, context.zone(plan.timezone ?? undefined)) : '' },
    { text: stored?.id ?? '' },
    { text: note ?? plan?.title ?? '' },
  ];
}

function unnamedText(rows: number[]): string {
  if (rows.length === 1) return `row ${rows[0]} has no externalId: it cannot be recognized once its time changes`;
  return `${rowsText(rows)} have no externalId: they cannot be recognized once their time changes`;
}

function rowsText(rows: number[]): string {
  return `${rows.length === 1 ? 'row' : 'rows'} ${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', …' : ''}`;
}

function skippedLines(skipped: readonly SkippedRow[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { row, why } of skipped) byReason.set(why, [...(byReason.get(why) ?? []), row]);
  return [...byReason].map(([why, rows]) => `${rowsText(rows)} (${why})`);
}
