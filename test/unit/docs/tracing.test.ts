import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('docs/tracing.md shows the example that the acceptance test runs', async () => {
  const [doc, example] = await Promise.all(
    ['docs/tracing.md', 'examples/otel.mjs'].map((file) => readFile(file, 'utf8')),
  );
  const [, block = ''] = /```js\n([\s\S]*?) {3}```/.exec(doc ?? '') ?? [];
  expect(block.replace(/^ {3}/gm, '')).toBe(example);
});

it('docs/tracing.md installs the versions that the tests run with', async () => {
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const line = /npm install (@opentelemetry.*)/.exec(await readFile('docs/tracing.md', 'utf8'))?.[1] ?? '';
  for (const wanted of line.split(' ')) {
    const [, name = '', version = ''] = /^(.+)@([\d.]+)$/.exec(wanted) ?? [];
    expect(devDependencies[name].replace(/^[\^~]/, '')).toMatch(new RegExp(`^${version.replaceAll('.', '\\.')}\\.`));
  }
});
