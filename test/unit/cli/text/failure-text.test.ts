import { expect, it } from 'vitest';
import { CliFailure } from '../../../../src/cli/exit-codes.ts';
import { printFailure } from '../../../../src/cli/text/failure-text.ts';
import { validationFailed } from '../../../../src/validation/issues.ts';

/** What is printed of an error of the API. */
function printed(count: number): string {
  const errors = ['title', 'kind'].slice(0, count).map((path) => ({ path, message: 'must be something else' }));
  const detail = count > 0 ? validationFailed(errors).message : 'Because.';
  const lines: string[] = [];
  const failure = new CliFailure(1, { title: 'Invalid request', code: 'validation_failed', detail, errors });
  printFailure(failure, { write: (text) => lines.push(text) }, false);
  return lines.join('');
}

it.each([
  [0, 'Invalid request: Because.\n'],
  [1, 'Invalid request\n  title: must be something else\n'],
  [2, 'Invalid request\n  title: must be something else\n  kind: must be something else\n'],
])('says each of %i issues once', (count, text) => {
  expect(printed(count)).toBe(text);
});

it('says a title once that the detail begins with', () => {
  const lines: string[] = [];
  const title = 'Redis refuses writes';
  const problem = { title, code: 'redis_refuses_writes', detail: `${title}: out of memory (maxmemory).` };
  printFailure(new CliFailure(1, problem), { write: (text) => lines.push(text) }, false);
  expect(lines.join('')).toBe('Redis refuses writes: out of memory (maxmemory).\n');
});
