import { isLeftToPeople, peakPerSecond, repeats } from './checks.ts';
import type { Failure } from './faults.ts';
import { type Case, type Evidence, tagOf, type Violation } from './verdict.ts';

/** What a run prints beside its violations. */
export interface Counts {
  seed: number;
  seconds: number;
  commands: { acknowledged: number; refused: number; repeated: number };
  events: { delivered: number; lost: number };
  /** From the repair of the last fault until every broadcast was at its end, ms. */
  settledMs: number;
}

/** The table of one run. */
export function figuresOf(evidence: Evidence, violations: Violation[], counts: Counts): string {
  const { cases, log, faults } = evidence;
  const repeated = (action: 'start' | 'stop', explained: boolean) =>
    cases.flatMap((one) => repeats(one, evidence, action)).filter((again) => again.explained === explained).length;
  const { commands, events } = counts;
  const rows: [string, string][] = [
    ['seed, seconds', `${counts.seed}, ${counts.seconds}`],
    ['faults', `${faults.length}`],
    ['broadcasts', `${cases.length}: ${tally(cases.map(({ shown }) => shown.status))}`],
    [
      'commands',
      `${commands.acknowledged} acknowledged, ${commands.refused} refused, ${commands.repeated} tries without an answer`,
    ],
    ['pauses', pauses(cases)],
    [
      'requests to Zoom',
      `${log.length}: ${tally(log.map(({ action }) => action ?? 'check'))}; at most ${peakPerSecond(log)} in a second`,
    ],
    ['their answers', tally(log.map(answerOf))],
    ['events', `${events.delivered} delivered, ${events.lost} lost`],
    [
      'second starts',
      `${repeated('start', true)} after an answer that was lost (rule 7), ${repeated('start', false)} duplicates`,
    ],
    ['second stops', `${repeated('stop', true)} after an answer that was lost, ${repeated('stop', false)} duplicates`],
    [
      'left for a person to end',
      `${cases.filter((one) => evidence.streaming.has(one.booking.meetingId) && isLeftToPeople(one)).length}`,
    ],
    ['starts were late by', lateness(cases.filter(({ booking }) => !booking.inRush && booking.holds.length === 0))],
    ['… those of a rush', lateness(cases.filter(({ booking }) => booking.inRush))],
    ['all at their end', `${Math.round(counts.settledMs)} ms after the last fault`],
    ['this process was held up', `${Math.round(evidence.heldUpMs)} ms at most`],
    ['violations', `${violations.length}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`), '', recoveries(faults, cases)].join('\n');
}

/** How many were answered, and how many starts came due under one and left after it. */
function pauses(cases: Case[]): string {
  const holds = cases.flatMap(({ booking }) => booking.holds);
  const held = cases.filter(({ history }) => history.some(({ reason }) => reason?.includes('is held back by')));
  const left = held.filter(({ starts }) => starts.length > 0);
  return `${holds.length} answered; ${held.length} starts held back, ${left.length} of them left`;
}

function answerOf({ status, outcome, deliveredAt }: Evidence['log'][number]): string {
  if (status === null) return outcome === 'pending' ? 'none' : outcome;
  return deliveredAt === null ? `${status}, lost on its way` : String(status);
}

function tally(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => `${n} ${word}`)
    .join(', ');
}

/** When the first start of a broadcast was due and when it left, ms. */
function firstStarts(cases: Case[]): { due: number; left: number }[] {
  return cases.flatMap(({ booking, starts }) => {
    const [first] = starts;
    const plan = first && booking.plans.findLast(({ tag, madeAt }) => tag === tagOf(first) && madeAt <= first.leftAt);
    return first && plan ? [{ due: plan.startAt, left: first.leftAt }] : [];
  });
}

function lateness(cases: Case[]): string {
  const late = firstStarts(cases).map(({ due, left }) => left - due);
  return `median ${at(late, 0.5)}, p95 ${at(late, 0.95)}, most ${at(late, 1)} ms`;
}

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/** By kind of fault: how often, and how long after it was repaired everything that had become due meanwhile was out. */
function recoveries(faults: Failure[], cases: Case[]): string {
  const starts = firstStarts(cases);
  const kinds = [...new Set(faults.map(({ kind }) => kind))].sort();
  const rows = kinds.map((kind) => {
    const of = faults.filter((fault) => fault.kind === kind);
    const took = of.flatMap(({ from, to }) => {
      const due = starts.filter((start) => start.due >= from && start.due <= to + 1_000);
      return due.length === 0 ? [] : [Math.max(...due.map(({ due, left }) => left - Math.max(due, to)), 0)];
    });
    const times = took.length === 0 ? 'nothing was due' : `median ${at(took, 0.5)}, most ${at(took, 1)} ms`;
    return `${kind.padEnd(32)}${String(of.length).padStart(4)}  ${times}`;
  });
  return ['fault                           times  recovery', ...rows].join('\n');
}
