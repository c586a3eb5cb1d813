/** Which source takes a file that was dropped without one. Pure. */

import type { components } from '../../../src/client/index.ts';

type Source = Pick<components['schemas']['Source'], 'name' | 'kind' | 'url'>;

interface Taker {
  name: string;
  kind: 'ics' | 'csv';
  /** It has to be made first. */
  isNew: boolean;
}

/** A source's name is 1 to 40 letters, digits and . _ -; this leaves room for a number. */
const MAX_NAME = 36;

/**
 * The source that is called as the file is, so that next week's `hall 2.csv` changes what last week's planned. One that follows an
 * address, or takes another kind of file, is left alone: then `hall-2-2`.
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
