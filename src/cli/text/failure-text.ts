import type { CliFailure } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { plain } from './terminal-text.ts';

/**
 * Writes a failure. For people: a line with title and detail, every issue as `path: message`, then what to do; it omits a detail that only
 * repeats the issues. For machines: the problem as one line of JSON.
 * @param about which of several items failed.
 */
export function printFailure(failure: CliFailure, stderr: CliIo['stderr'], asJson: boolean, about?: string): void {
  const { problem } = failure;
  if (asJson) {
    stderr.write(`${JSON.stringify(problem)}\n`);
    return;
  }
  const issues = (problem.errors ?? []).map(({ path, message }) => (path ? `  ${path}: ${message}` : `  ${message}`));
  const head = `${about === undefined ? '' : `${about}: `}${sentenceOf(problem)}`;
  const lines = [head, ...issues, ...failure.advice.map((line) => `  ${line}`)];
  stderr.write(lines.map((line) => `${plain(line)}\n`).join(''));
}

/** Only the detail says what was not found. */
function sentenceOf(problem: CliFailure['problem']): string {
  const { code, title, detail } = problem;
  if (code === 'not_found' && detail) return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`;
  // The command line is wrong: the detail is enough.
  if (code === 'usage' && title === 'Invalid command line' && detail)
    return /^--?\w/.test(detail) ? `Invalid ${detail}` : `Not done: ${detail}`;
  if (!saysMore(problem)) return title;
  return detail?.startsWith(title) ? detail : `${title}: ${detail}`;
}

/** With issues, the detail only sums up the lines below. */
function saysMore({ title, detail, errors = [] }: CliFailure['problem']): boolean {
  return Boolean(detail) && detail !== title && errors.length === 0;
}
