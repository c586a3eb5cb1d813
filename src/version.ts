import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the nearest package.json above this file: the sources and the build lie at different depths. */
export function packageVersion(): string {
  const manifest = readNearest('package.json') as { version?: string } | null;
  return manifest?.version ?? 'unknown';
}

/** The commit that was built, `-dirty` when files had changed since; null when run from the sources or built without git. */
export function buildCommit(): string | null {
  const build = readNearest('build-info.json') as { commit?: string | null } | null;
  return build?.commit ?? null;
}

/** `0.1.0 (6c37712)` */
export function fullVersion(): string {
  const commit = buildCommit();
  return commit === null ? packageVersion() : `${packageVersion()} (${commit})`;
}

function readNearest(name: string): unknown {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (folder === dirname(folder)) return null;
  }
}
