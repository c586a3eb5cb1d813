/** Chooses the source for a file that was dropped without one. Pure. */

import type { components } from '../../../src/client/index.ts';

type Source = Pick<components['schemas']['Source'], 'name' | 'kind' | 'url'>;

interface Taker {
  name: string;
  kind: 'ics' | 'csv';
  /** The source does not exist yet. */
  isNew: boolean;
}

/** A source's name has 1 to 40 letters, digits and . _ -; this leaves room for a number. */
const MAX_NAME = 36;

/**
 * Picks the source named after the file, so that next week's `hall 2.csv` updates the plan from last week's. A source that follows an
 * address, or accepts another kind of file, is not used: the name becomes `hall-2-2` then.
 */
export function takerOf(fileName: string, sources: readonly Source[]): Taker {
  const kind = /\.ics$/i.test(fileName) ? 'ics' : 'csv';
  const name = nameOf(fileName);
  for (let i = 1; ; i += 1) {
    const tried = i === 1 ? name : `${name}-${i}`;
    const there = sources.find((one) => one.name === tried);
    if (there === undefined) return { name: tried, kind, isNew: true };
    if (there.kind === kind && there.url === null) return { name: tried, kind, isNew: false };
  }
}

function nameOf(fileName: string): string {
  const plain = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[._-]+$/, '');
  return plain === '' ? 'import' : plain;
}
