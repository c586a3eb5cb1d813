import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../../src/config.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
const PAGES = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'examples/README.md',
    'sandbox/README.md',
    'dashboard/README.md',
  ],
  ...[...pagesIn('docs'), ...pagesIn('docs/decisions')],
];

it('docs/settings.md lists every setting with its default and meaning, and no other', () => {
  const rows = read('docs/settings.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  const listed = rows.map(([, name, fallback, meaning]) => ({ name, default: fallback, meaning }));
  expect(listed).toEqual(
    SETTINGS.map(({ name, default: fallback, meaning }) => ({ name, default: fallback ?? 'none', meaning })),
  );
});

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\]\([^)]*\)/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

it.each(PAGES)('%s links only to files and headings that are there', (doc) => {
  const links = [...read(doc).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => match[1] as string);
  const isBroken = (link: string) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, doc) : join(root, doc, '..', path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  };
  expect(links.filter(isBroken)).toEqual([]);
});

it.each(PAGES.filter((page) => page !== 'CHANGELOG.md'))('%s names only files that are there', (doc) => {
  const named = [
    ...read(doc).matchAll(
      /\b(?:src|workers|sandbox|conformance|dashboard|test|scripts|bench|docs|deploy)\/[\w./-]*\.\w+\b/g,
    ),
  ].map(([path]) => path);
  expect(named.filter((path) => !path.includes('NAME') && !existsSync(join(root, path)))).toEqual([]);
});

it('the README gives the commands that CI runs', () => {
  const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
  const commands = [...read('README.md').matchAll(/^npm (run )?([\w:-]+)/gm)].map((match) => match[2] as string);
  expect(commands).toContain('start');
  expect(commands).toContain('test');
  for (const command of commands) expect(scripts).toHaveProperty(command);
  expect(read('.ci/run')).toMatch(/^npm test$/m);
});
