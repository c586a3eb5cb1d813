import type { CliFailure } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { plain } from './terminal-text.ts';

/**
 * For people: a line with title and detail, every fault as `path: message`, then what to do. For machines: the problem
 * as one line of JSON.
 * @param about which of several things failed.
 */
export function printFailure(failure: CliFailure, stderr: CliIo['stderr'], asJson: boolean, about?: string): void {
  const { problem } = failure;
  if (asJson) {
    stderr.write(`${JSON.stringify(problem)}\n`);
    return;
  }
  const detail = problem.detail && problem.detail !== problem.title ? `: ${problem.detail}` : '';
  const faults = (problem.errors ?? []).map(({ path, message }) => (path ? `  ${path}: ${message}` : `  ${message}`));
  const head = `${about === undefined ? '' : `${about}: `}${problem.title}${detail}`;
  const lines = [head, ...faults, ...failure.advice.map((line) => `  ${line}`)];
  stderr.write(lines.map((line) => `${plain(line)}\n`).join(''));
}
