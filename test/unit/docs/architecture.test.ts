import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEYS } from '../../../src/broadcasts/store/keys.ts';

const page = readFileSync('docs/architecture.md', 'utf8');
const [, table = ''] = /A broadcast has these keys:\n([\s\S]*?)\n\n`commit\.lua`/.exec(page) ?? [];
const shown = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
);

it('docs/architecture.md lists every key that a commit writes for a broadcast', () => {
  const lua = readFileSync('src/broadcasts/store/lua/commit.lua', 'utf8');
  const lists = [...lua.matchAll(/\bput\('(\w+)'/g)].map(([, key = '']) => key);
  expect(lists).toContain('due');
  expect(shown).toEqual(
    expect.arrayContaining([...lists, 'pending', 'b:<id>', 'h:<id>', 'mi:<account>:<meeting>', 'ix:<index>']),
  );
});

it('docs/architecture.md names no key that does not exist', () => {
  expect(shown.filter((key) => !(key in KEYS))).toEqual(['q:…']);
});

it('docs/architecture.md lists the folders in the order of LAYERS', () => {
  const [, layers = ''] = /const LAYERS = \[([^\]]*)\]/.exec(readFileSync('.dependency-cruiser.cjs', 'utf8')) ?? [];
  const [, rows = ''] = /\n## The folders.*\n([\s\S]*?)\nOutside these layers/.exec(page) ?? [];
  const listed = [...rows.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\[([^\]]+)\]\(/g)].map(([, folder]) => folder),
  );
  expect(listed).toEqual([...layers.matchAll(/'([^']+)'/g)].map(([, folder]) => folder));
});
