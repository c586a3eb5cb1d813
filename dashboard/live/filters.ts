/** Which broadcasts a list shows. The filter lives in the address, so that it can be linked and survives a reload. */

import type { Broadcast } from '../../src/client/index.ts';
import { place, replaceQuery } from '../router.ts';

export interface Filter {
  /** Part of the title, the meeting number, the external id or a label; case-insensitive. */
  q: string;
  account: string;
  /** `room=A` */
  label: string;
  /** One status; empty: all. */
  status: string;
  seriesId: string;
}

const FIELDS = ['q', 'account', 'label', 'status', 'seriesId'] as const;

/** The filter in the address. Read it while drawing. */
export function presentFilter(): Filter {
  const { query } = place.value;
  return Object.fromEntries(FIELDS.map((field) => [field, query.get(field) ?? ''])) as unknown as Filter;
}

/** Changes the filter in the address and leaves the rest alone. */
export function changeFilter(change: Partial<Filter>): void {
  replaceQuery({ ...Object.fromEntries(place.value.query), ...change });
}

export function isFiltering(filter: Filter): boolean {
  return FIELDS.some((field) => filter[field] !== '');
}

export function matches(one: Broadcast, filter: Filter): boolean {
  if (filter.account !== '' && one.account !== filter.account) return false;
  if (filter.status !== '' && one.status !== filter.status) return false;
  if (filter.seriesId !== '' && one.seriesId !== filter.seriesId) return false;
  if (filter.label !== '' && !labelsOf(one).includes(filter.label)) return false;
  if (filter.q === '') return true;
  const wanted = filter.q.toLowerCase();
  const texts = [one.title, one.meetingId, one.externalId, ...labelsOf(one)];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

/** `room=A`, the form in which filters and the API write a label. */
export function labelsOf({ labels }: Pick<Broadcast, 'labels'>): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
