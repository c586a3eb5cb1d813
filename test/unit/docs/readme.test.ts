import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/config.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

describe('README', () => {
  it('lists every setting with its default and meaning, and no other', () => {
    const table = readme.slice(readme.indexOf('<!-- settings'), readme.indexOf('`ZOOM_ACCOUNTS_FILE` names'));
    const rows = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    const listed = rows.map(([, name, fallback, meaning]) => ({ name, default: fallback, meaning }));
    expect(listed).toEqual(
      SETTINGS.map(({ name, default: fallback, meaning }) => ({ name, default: fallback ?? 'none', meaning })),
    );
  });

  it('links only to files that are there', () => {
    for (const doc of [
      'README.md',
      'docs/production.md',
      'docs/troubleshooting.md',
      'docs/states.md',
      'docs/rules.md',
      'docs/reliability.md',
      'docs/redis-topologies.md',
      'examples/README.md',
      'docs/architecture.md',
    ]) {
      const links = [...read(doc).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
      const base = join(root, doc, '..');
      expect(links.filter((link) => !existsSync(join(base, link)))).toEqual([]);
    }
  });

  it('gives the commands that CI runs', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    const commands = [...readme.matchAll(/^npm (run )?([\w:-]+)/gm)].map((match) => match[2] as string);
    expect(commands).toContain('start');
    expect(commands).toContain('test');
    for (const command of commands) expect(scripts).toHaveProperty(command);
    expect(read('.ci/run')).toMatch(/^npm test$/m);
  });
});
