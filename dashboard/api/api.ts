/** The only module that sends requests. Its types come from the API description (`src/client`). */

import { ApiError, createClient, type LivestreamClient, type TransportAnswer } from '../../src/client/index.ts';
import { errorWords } from '../api-words.ts';
import { common } from '../texts/common.ts';
import { needSignIn } from './session-state.ts';

/** Timeout of a normal request, ms. */
export const REQUEST_MS = 5_000;
/** Timeout of a request that waits for Zoom or covers many broadcasts, ms. */
const LONG_MS = 60_000;

/** Sends a read request; gives up after `REQUEST_MS`. */
export const api: LivestreamClient = clientOf(REQUEST_MS);
/** Sends a request that changes something. It may take as long as a preflight or ten thousand broadcasts do. */
export const slowApi: LivestreamClient = clientOf(LONG_MS);

function clientOf(limitMs: number): LivestreamClient {
  return createClient({
    url: location.origin,
    transport: async ({ method, url, headers, body }): Promise<TransportAnswer> => {
      const signal = AbortSignal.timeout(limitMs);
      const answer = await fetch(url, { method, headers, body, signal, redirect: 'manual', cache: 'no-store' });
      // Read the body first: a caller that waits for the key must not see a half-read answer.
      const text = await answer.text();
      if (answer.status === 401) needSignIn();
      return { status: answer.status, body: text, retryAfter: answer.headers.get('retry-after') };
    },
  });
}

/**
 * Says in one sentence what went wrong. For invalid input it lists every error.
 * @param stands whether an error still applies, given its path, or its code if it has no path. Returns an empty text when none does
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
 * Returns the errors of invalid input for a form: path of the field → message.
 * @param stands whether the error at a path still applies
 * @public
 */
export function fieldProblems(error: unknown, stands: (path: string) => boolean = () => true): Record<string, string> {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  return Object.fromEntries(errors.filter(({ path }) => stands(path)).map(({ path, message }) => [path, message]));
}

/** Whether someone else changed it after we read it (`If-Match`). */
export function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}

/**
 * Reads a list to its end, so that nothing is cut silently.
 * @param page requests one page, starting at a cursor
 * @param take receives each page; return false to stop
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
