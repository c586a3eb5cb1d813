import type { Probe, Result, Seen } from './probe.ts';

const WIDTHS = { id: 29, question: 78, assumed: 32, seen: 32 };

/** For machines: all results in run order. */
export function jsonReport(target: string, results: Result[], left: string[]): string {
  const rows = results.map((result) => {
    const { id, question, section } = result.probe;
    if (!result.asked) return { id, question, section, asked: false, why: result.why };
    const { assumed, where } = result.probe;
    return { id, question, section, asked: true, assumed, where, seen: result.seen, differs: result.differs };
  });
  const differs = rows.filter((row) => 'differs' in row && row.differs).length;
  return `${JSON.stringify({ target, differs, left, results: rows }, null, 2)}\n`;
}

/** For people: a table, then the differences in detail, then the probes that did not run. */
export function tableReport(target: string, results: Result[], left: string[]): string {
  const asked = results.filter((result) => result.asked);
  const silent = results.filter((result) => !result.asked);
  const differing = asked.filter(({ differs }) => differs);
  const lines = [
    `Asked: ${target}`,
    '',
    row('', 'question', 'assumed', 'seen', 'differs'),
    ...asked.map(({ probe, seen, differs }) =>
      row(probe.id, probe.question, probe.assumed.join(', '), shortOf(seen), differs ? 'YES' : 'no'),
    ),
    ...differing.flatMap(({ probe, seen }) => ['', ...detail(probe, seen)]),
    ...(silent.length > 0 ? ['', 'Not asked:'] : []),
    ...silent.map(({ probe, why }) => `  ${probe.id.padEnd(WIDTHS.id)} ${probe.question} — ${why}`),
    '',
    `${asked.length} asked, ${differing.length} differ, ${silent.length} not asked`,
    ...left.map((line) => `STILL TO BE DONE BY HAND: ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function row(id: string, question: string, assumed: string, seen: string, differs: string): string {
  const cells = { id, question, assumed, seen };
  const padded = Object.entries(cells).map(([name, text]) => cell(text, WIDTHS[name as keyof typeof WIDTHS]));
  return [...padded, differs].join('  ');
}

const cell = (text: string, width: number) =>
  (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);

const shortOf = (seen: Seen[]) => seen.map(({ short }) => short).join(', ');

function detail(probe: Probe, seen: Seen[]): string[] {
  const texts = Object.entries(probe.texts ?? {}).map(([i, like]) => `  text ${Number(i) + 1}    like ${like.source}`);
  return [
    `${probe.id}: ${probe.question} (section ${probe.section})`,
    `  assumed   ${probe.assumed.join(', ')}`,
    ...texts,
    ...seen.map(({ step, short, message, headers }) => {
      const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return `  seen      ${[`${step}: ${short}`, ...(message ? [message] : []), ...more].join(' | ')}`;
    }),
    `  rests on  ${probe.where}`,
  ];
}
