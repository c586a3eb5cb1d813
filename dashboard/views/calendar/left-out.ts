/** Occurrences that series leave out: for a holiday calendar, an exception or a clock change. */

import { signal } from '@preact/signals';
import type { components } from '../../../src/client/index.ts';
import { api, readAll } from '../../api/api.ts';
import { momentOf } from './grid.ts';

type Series = components['schemas']['Series'];

export interface LeftOut {
  seriesId: string;
  name: string;
  /** ms */
  at: number;
  why: string;
}

/** Occurrences ahead of now, per series. */
const OCCURRENCES = 60;
const AT_ONCE = 4;

export const leftOut = signal<readonly LeftOut[]>([]);

/** Reads them again. Only series that can leave something out are requested. */
export async function readLeftOut(): Promise<void> {
  const all: Series[] = [];
  await readAll(
    (cursor) => api.listSeries({ query: { limit: 200, cursor } }),
    ({ series }) => {
      all.push(...series.filter(({ skipCalendars, exceptions }) => skipCalendars.length + exceptions.length > 0));
      return true;
    },
  );
  const found: LeftOut[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE) {
    const some = await Promise.all(all.slice(i, i + AT_ONCE).map(leftOutOf));
    found.push(...some.flat());
  }
  leftOut.value = found.sort((a, b) => a.at - b.at);
}

async function leftOutOf(series: Series): Promise<LeftOut[]> {
  const read = await api.listOccurrences({ path: { id: series.id }, query: { limit: OCCURRENCES } });
  return read.leftOut.map(({ local, note, event }) => ({
    seriesId: series.id,
    name: series.title ?? series.meetingId ?? series.id,
    at: momentOf(local, series.timezone),
    why: event ?? note,
  }));
}
