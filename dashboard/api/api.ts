/** The one place that sends requests: typed from the API's own description (`src/client`). */

import { ApiError, createClient, type LivestreamClient, type TransportAnswer } from '../../src/client/index.ts';
import { errorWords } from '../api-words.ts';
import { common } from '../texts/common.ts';
import { needSignIn } from './session-state.ts';

/** An API that has not answered for this long counts as not answering, ms. */
export const REQUEST_MS = 5_000;
/** What may wait for Zoom, or goes over many broadcasts, ms. */
const LONG_MS = 60_000;

/** Reads; gives up after `REQUEST_MS`. */
export const api: LivestreamClient = clientOf(REQUEST_MS);
/** Acts: may take as long as a preflight or ten thousand broadcasts do. */
export const slowApi: LivestreamClient = clientOf(LONG_MS);

function clientOf(limitMs: number): LivestreamClient {
  return createClient({
    url: location.origin,
    transport: async ({ method, url, headers, body }): Promise<TransportAnswer> => {
      const signal = AbortSignal.timeout(limitMs);
      const answer = await fetch(url, { method, headers, body, signal, redirect: 'manual', cache: 'no-store' });
      // The body first: whoever waits for the key must not see a half-read answer.
      const text = await answer.text();
      if (answer.status === 401) needSignIn();
      return { status: answer.status, body: text, retryAfter: answer.headers.get('retry-after') };
    },
  });
}

/**
 * What went wrong, in one sentence for a person; every error of bad input at once.
 * @param stands of a path, or of the code of an error without one: whether it still counts. Empty text: none does
 */
export function problemText(error: unknown, stands: (path: string) => boolean = () => true): string {
  if (error instanceof ApiError) {
    const errors = error.problem?.errors ?? [];
    if (errors.length === 0) return stands(error.problem?.code ?? '') ? errorWords(error.code, error.message) : '';
    const open = errors.filter(({ path }) => stands(path));
    const lines = open.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    return lines.length === 0 ? '' : errorWords(error.code, lines.join('\n'));
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return common.value.cutWhy.late(REQUEST_MS / 1000);
  return error instanceof Error ? error.message : String(error);
}

/**
 * The errors of bad input, for forms: path of the field → message.
 * @param stands of a path: whether its error still counts
 * @public
 */
export function fieldProblems(error: unknown, stands: (path: string) => boolean = () => true): Record<string, string> {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  return Object.fromEntries(errors.filter(({ path }) => stands(path)).map(({ path, message }) => [path, message]));
}

/** Whether someone else has changed it since it was read (`If-Match`). */
export function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}

/**
 * Reads a list to its end: nothing is ever cut silently.
 * @param page asks for one page from a cursor on
 * @param take is given each page as it comes; false: stop here
 */
export async function readAll<Page extends { nextCursor: string | null }>(
  page: (cursor: string | undefined) => Promise<Page>,
  take: (page: Page) => boolean | undefined,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const got = await page(cursor);
    if (take(got) === false) return;
    cursor = got.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
