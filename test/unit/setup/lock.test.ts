import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Locked {
  packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
}

const { packages } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8'),
) as Locked;

describe('package-lock.json', () => {
  it('has an entry for the build of every platform, or npm ci refuses it (npm run lock)', () => {
    const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(
          ([name, version]) =>
            /\d/.test(version) && !packages[`node_modules/${name}`] && !packages[`${parent}/node_modules/${name}`],
        )
        .map(([name]) => name),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(
      Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined && /^https?:/.test(resolved)),
    ).toEqual([]);
  });
});
