import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../../../src/errors.ts';
import { errorGuideMarkdown } from '../../../../src/http/docs/error-guide.ts';

it('docs/errors.md has every code with its status, and is what the guide says (else: npm run generate)', async () => {
  const document = await readFile('docs/errors.md', 'utf8');
  expect(document).toBe(errorGuideMarkdown());
  const documented = [...document.matchAll(/^## `(\w+)`\n\n(\d{3}): (.+?)\. /gm)].map(([, code, status, title]) => [
    code,
    { status: Number(status), title },
  ]);
  expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
});
