import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEYS, type KeyName, keysOf } from '../../../../src/broadcasts/store/keys.ts';
import { entryOf } from '../../../support/listed-keys.ts';

const FOLDERS = ['src/access/lua', 'src/broadcasts/store/lua', 'src/series/lua'];
const SCRIPTS = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
/** Asked for and never written: see the script. */
const NEVER_THERE = ['never', 'nowhere'];

/** Names, or the beginnings of names, that a script puts behind the base. */
function namesIn(path: string): string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^\s*--.*$/gm, '');
  return [...text.matchAll(/(?:base|KEYS\[1\]) \.\. '([^']+)'/g)].map(([, name = '']) => name);
}

describe('the list of keys', () => {
  it.each(SCRIPTS)('has every name in %s', (path) => {
    const begins = (name: string) => Object.keys(KEYS).some((pattern) => pattern.startsWith(`${name}<`));
    const isListed = (name: string) => begins(name) || entryOf(name) !== undefined || NEVER_THERE.includes(name);
    expect(namesIn(path).filter((name) => !isListed(name))).toEqual([]);
  });

  it('would notice a name that is not there', () => {
    expect(namesIn('src/broadcasts/store/lua/commit.lua').length).toBeGreaterThan(10);
    expect(['pendings', 'b', 'alert', 'q:'].map(entryOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('says the key with the most exact entry', () => {
    expect(entryOf('circuit:default:start:failing')?.pattern).toBe('circuit:<account>:<class>:failing');
    expect(entryOf('circuit:default:start')?.type).toBe('hash');
  });

  it('is the only source of names', () => {
    const { named } = keysOf('x');
    expect(named('idem:a:b')).toBe('x:{0}:idem:a:b');
    // @ts-expect-error: not in the list
    expect(named('idems:a')).toBe('x:{0}:idems:a');
    expect(named('sr:1' satisfies KeyName)).toBe('x:{0}:sr:1');
  });

  it('gives the base to the scripts only', () => {
    const files = ['src', 'workers'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const joins = files
      .filter((path) => path.endsWith('.ts') && !path.endsWith('store/keys.ts'))
      .filter((path) => /\$\{[\w.#]*\bbase\}[a-z]|base \+ ['"`]/.test(readFileSync(path, 'utf8')));
    expect(joins).toEqual([]);
  });
});
