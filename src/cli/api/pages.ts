/** Reads lists of the API page by page. */
import type { OperationInput } from '../../client/client.ts';
import type { ApiClient } from './api-client.ts';
import type { BroadcastJson } from './api-types.ts';

interface PageQuery {
  /** 1 to 1,000, the API's maximum per request. */
  limit: number;
  cursor?: string;
}

const MAX_PAGE = 1_000;

/** Yields every page of a list in order. @param read requests one page */
export async function* pagesOf<Page extends { nextCursor: string | null }>(
  read: (query: PageQuery) => Promise<Page>,
): AsyncGenerator<Page> {
  let page = await read({ limit: MAX_PAGE });
  yield page;
  while (page.nextCursor !== null) {
    page = await read({ limit: MAX_PAGE, cursor: page.nextCursor });
    yield page;
  }
}

/** Every broadcast that matches. */
export async function everyBroadcast(
  api: ApiClient,
  query: OperationInput<'listBroadcasts'>['query'],
): Promise<BroadcastJson[]> {
  const found: BroadcastJson[] = [];
  for await (const { broadcasts } of pagesOf((page) => api.listBroadcasts({ query: { ...query, ...page } })))
    found.push(...broadcasts);
  return found;
}
