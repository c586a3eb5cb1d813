import type { CliFailure } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { plain } from './terminal-text.ts';

/**
 * For people: a line with title and detail, every issue as `path: message`, then what to do. The detail is left
 * out when it only repeats the issues. For machines: the problem as one line of JSON.
 * @param about which of several things failed.
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

/** The detail alone names what was not found. */
function sentenceOf(problem: CliFailure['problem']): string {
  const { code, title, detail } = problem;
  if (code === 'not_found' && detail) return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`;
  // The command line is wrong: the detail is enough.
  if (code === 'usage' && title === 'Invalid command line' && detail)
    return /^--?\w/.test(detail) ? `Invalid ${detail}` : `Not done: ${detail}`;
  return saysMore(problem) ? `${title}: ${detail}` : title;
}

/** Where there are issues, the detail sums up what the lines below say. */
function saysMore({ title, detail, errors = [] }: CliFailure['problem']): boolean {
  return Boolean(detail) && detail !== title && errors.length === 0;
}
