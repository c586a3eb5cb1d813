import type { CliFailure } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { plain } from './terminal-text.ts';

/**
 * For people: a line with title and detail, every fault as `path: message`, then what to do; what the faults say is not
 * said before them too. For machines: the problem as one line of JSON.
 * @param about which of several things failed.
 */
export function printFailure(failure: CliFailure, stderr: CliIo['stderr'], asJson: boolean, about?: string): void {
  const { problem } = failure;
  if (asJson) {
    stderr.write(`${JSON.stringify(problem)}\n`);
    return;
  }
  const detail = saysMore(problem) ? `: ${problem.detail}` : '';
  const faults = (problem.errors ?? []).map(({ path, message }) => (path ? `  ${path}: ${message}` : `  ${message}`));
  const head = `${about === undefined ? '' : `${about}: `}${problem.title}${detail}`;
  const lines = [head, ...faults, ...failure.advice.map((line) => `  ${line}`)];
  stderr.write(lines.map((line) => `${plain(line)}\n`).join(''));
}

/** The API's detail of one fault is that fault, of several their number and names: both stand in the lines below. */
function saysMore({ title, detail, errors = [] }: CliFailure['problem']): boolean {
  if (!detail || detail === title) return false;
  const [first, another] = errors;
  if (!first) return true;
  return another ? !detail.startsWith(`The input has ${errors.length} faults: `) : !detail.includes(first.message);
}
