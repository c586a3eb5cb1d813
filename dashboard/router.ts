/** The address after `#` selects the view, so that views can be linked and the Back button works. */

import { computed, signal } from '@preact/signals';

export interface Place {
  /** `/broadcasts/bc_1` */
  path: string;
  /** The query after `?`. */
  query: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** The current address. */
export const place = computed<Place>(() => readPlace(hash.value));

/** Wall mode: large, no buttons (`/?wall`). It is part of the page's address, so it survives a change of view. */
export const isWall = new URLSearchParams(location.search).has('wall');

/** `#/broadcasts/bc_1?tab=history`. */
export function readPlace(text: string): Place {
  const given = text.replace(/^#/, '');
  // Links of earlier versions, still found in old mails: `#broadcast=ID`.
  const old = /^broadcast=(.+)$/.exec(given)?.[1];
  if (old !== undefined) return { path: `/broadcasts/${old}`, query: new URLSearchParams() };
  const [path = '', query = ''] = given.split('?', 2);
  return { path: path.startsWith('/') ? path : '/', query: new URLSearchParams(query) };
}

/** Returns the address of a view for `href`, without the empty members of `query`. */
export function hrefTo(path: string, query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `#${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

export function hrefToBroadcast(id: string): string {
  return hrefTo(`/broadcasts/${encodeURIComponent(id)}`);
}

export function goTo(path: string, query: Record<string, string | null | undefined> = {}): void {
  location.hash = hrefTo(path, query);
}

/** Changes the query without adding to the browser's history, for filters typed letter by letter. */
export function replaceQuery(query: Record<string, string | null | undefined>): void {
  history.replaceState(null, '', hrefTo(place.value.path, query));
  hash.value = location.hash;
}
