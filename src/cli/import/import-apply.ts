import { createHash } from 'node:crypto';
import type { RowDifference } from '../../timetable/difference.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { CliFailure } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

/** What the API takes at once (contract section 6). */
const BATCH = 1_000;
const PAGE = 1_000;
/** Requests under way at once. */
const PARALLEL = 8;
/** Up to here each external id is asked for; beyond, reading everything is quicker. */
const FEW_ROWS = 20;

export interface Failure {
  row: number;
  failure: CliFailure;
}

/** A bar that redraws in place, on a terminal only. */
export function progressBar(io: CliIo, total: number, quiet: boolean): (done: number) => void {
  if (!io.isTTY || quiet || total === 0) return () => {};
  const width = 30;
  return (done) => {
    const full = Math.round((done / total) * width);
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
    io.stdout.write(`\r${bar} ${done} of ${total}${done >= total ? '\n' : ''}`);
  };
}

/** Every broadcast that may have one of the external ids or meetings of the file. */
export async function readExisting(
  api: ApiClient,
  wanted: { externalIds: string[]; meetingIds: string[] },
): Promise<BroadcastJson[]> {
  const meetings = [...new Set(wanted.meetingIds)];
  if (wanted.externalIds.length > FEW_ROWS || meetings.length > FEW_ROWS) return everyPage(api, {});
  const queries = [
    ...wanted.externalIds.map((externalId) => ({ externalId })),
    ...meetings.map((meetingId) => ({ meetingId })),
  ];
  const found = await inParallel(queries, (query) => everyPage(api, query));
  return [...new Map(found.flat().map((broadcast) => [broadcast.id, broadcast])).values()];
}

async function everyPage(api: ApiClient, query: { externalId?: string; meetingId?: string }): Promise<BroadcastJson[]> {
  const found: BroadcastJson[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.list({ ...query, limit: PAGE, ...(cursor ? { cursor } : {}) });
    found.push(...page.broadcasts);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

/**
 * Sends what is new in batches, then the changes one by one. What has been sent stays; running the import again does the
 * rest, since every broadcast is known by its external id.
 */
export async function applyDifferences(
  api: ApiClient,
  differences: RowDifference[],
  onProgress: (done: number) => void,
): Promise<Failure[]> {
  const of = (state: RowDifference['state']) => differences.filter((one) => one.state === state);
  const failures: Failure[] = [];
  let done = 0;
  const step = (count: number) => {
    done += count;
    onProgress(done);
  };
  const attempt = async (rows: RowDifference[], act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      const at = Number(error.problem['index'] ?? 0);
      failures.push({ row: (rows[at] ?? rows[0])?.row.row ?? 0, failure: error });
    }
    step(rows.length);
  };
  // What frees its time goes first, then what moves, then what is new.
  const single = [...of('canceled'), ...of('changed')];
  await inParallel(single, (one) => attempt([one], () => applyOne(api, one)));
  const fresh = of('new');
  for (let i = 0; i < fresh.length; i += BATCH) {
    const rows = fresh.slice(i, i + BATCH);
    const bodies = rows.map(({ row }) => row.body);
    await attempt(rows, () => api.scheduleBatch({ broadcasts: bodies }, keyOf(bodies)));
  }
  return failures;
}

async function applyOne(api: ApiClient, { broadcast, state, change }: RowDifference): Promise<void> {
  if (!broadcast) return;
  if (state === 'canceled') await api.cancel(broadcast.id);
  else await api.change(broadcast.id, change, broadcast.revision);
}

/** The same content has the same key, so that a batch whose answer was lost is not stored twice. */
function keyOf(bodies: unknown[]): string {
  return `import-${createHash('sha256').update(JSON.stringify(bodies)).digest('hex')}`;
}

async function inParallel<Item, Result>(items: Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return results;
}
