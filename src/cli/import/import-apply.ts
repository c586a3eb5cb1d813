import { createHash } from 'node:crypto';
import { inParallel } from '../../in-parallel.ts';
import { askHistoryOf, type Comparison, type Difference } from '../../timetable/compare.ts';
import { type ManualChanges, manualChanges } from '../../timetable/drift.ts';
import { type ApiClient, ifMatch } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { everyBroadcast } from '../api/pages.ts';
import { CliFailure } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

/** The API's maximum per request (contract section 6). */
const BATCH = 1_000;
/** Maximum parallel requests. */
const PARALLEL = 8;
/** Up to this many, look up each external id; above, reading everything is faster. */
const FEW_ROWS = 20;
/** A chain of moves, each into the time of the next, needs as many rounds as it is long. Independent ones run in one round. */
const MAX_ROUNDS = 50;

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

/** Every broadcast that may have one of the external ids or meetings of the file, or belong to one of its series. */
export async function readExisting(
  api: ApiClient,
  wanted: { externalIds: string[]; meetingIds: string[]; hasFamilies: boolean },
): Promise<BroadcastJson[]> {
  const meetings = [...new Set(wanted.meetingIds)];
  // Occurrences that a series no longer has are found only by the first part of their id.
  if (wanted.hasFamilies || wanted.externalIds.length > FEW_ROWS || meetings.length > FEW_ROWS)
    return everyBroadcast(api, {});
  const queries = [
    ...wanted.externalIds.map((externalId) => ({ externalId })),
    ...meetings.map((meetingId) => ({ meetingId })),
  ];
  const found = await inParallel(queries, PARALLEL, (query) => everyBroadcast(api, query));
  return [...new Map(found.flat().map((broadcast) => [broadcast.id, broadcast])).values()];
}

/** What people have edited in the broadcasts that the file would change. */
export async function readManualChanges(api: ApiClient, comparison: Comparison): Promise<Map<string, ManualChanges>> {
  const ids = askHistoryOf(comparison);
  const found = await inParallel(ids, PARALLEL, async (id) =>
    manualChanges((await api.getBroadcastHistory({ path: { id } })).history),
  );
  return new Map(ids.map((id, i) => [id, found[i] as ManualChanges]));
}

/**
 * Sends new broadcasts in batches, then the changes one by one. If it fails, what has been sent stays, and running the import again sends
 * the rest: the external id identifies each broadcast.
 */
export async function applyDifferences(
  api: ApiClient,
  differences: Difference[],
  onProgress: (done: number) => void,
): Promise<Failure[]> {
  const of = (state: Difference['state']) => differences.filter((one) => one.state === state);
  let done = 0;
  const step = (count: number) => {
    done += count;
    onProgress(done);
  };
  // First what frees its time, then what moves, then what is new.
  const failures = await applySingly(api, of('canceled'), step);
  failures.push(...(await applyMoves(api, of('changed'), step)));
  const fresh = of('new');
  for (let i = 0; i < fresh.length; i += BATCH) {
    const some = fresh.slice(i, i + BATCH);
    const bodies = some.map(({ event }) => event?.body);
    const failure = await failureOf(() =>
      api.createBroadcasts({ headers: { 'Idempotency-Key': keyOf(some) }, body: { broadcasts: bodies } as never }),
    );
    if (failure) failures.push({ row: rowOf(some[Number(failure.problem['index'] ?? 0)] ?? some[0]), failure });
    step(some.length);
  }
  return failures;
}

/** A broadcast that moves into the time of another waits until that one has moved, too. */
async function applyMoves(api: ApiClient, changed: Difference[], step: (count: number) => void): Promise<Failure[]> {
  let left = changed;
  for (let round = 0; ; round++) {
    const blocked: Difference[] = [];
    const failures = await applySingly(api, left, step, (one) => blocked.push(one));
    const isLast = blocked.length === 0 || blocked.length === left.length || round === MAX_ROUNDS;
    if (isLast) return [...failures, ...(await applySingly(api, blocked, step))];
    // Other failures of this round stay failures.
    if (failures.length > 0) return [...failures, ...(await applyMoves(api, blocked, step))];
    left = blocked;
  }
}

async function applySingly(
  api: ApiClient,
  differences: Difference[],
  step: (count: number) => void,
  onBlocked?: (one: Difference) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  await inParallel(differences, PARALLEL, async (one) => {
    const failure = await failureOf(() => applyOne(api, one));
    if (failure?.problem.code === 'overlap' && onBlocked) return onBlocked(one);
    if (failure) failures.push({ row: rowOf(one), failure });
    step(1);
  });
  return failures;
}

async function failureOf(act: () => Promise<unknown>): Promise<CliFailure | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof CliFailure) return error;
    throw error;
  }
}

function rowOf(one: Difference | undefined): number {
  return one?.event?.row ?? 0;
}

async function applyOne(api: ApiClient, { stored, state, change }: Difference): Promise<void> {
  if (!stored) return;
  if (state === 'canceled') await api.cancelBroadcast({ path: { id: stored.id } });
  else await api.changeBroadcast({ path: { id: stored.id }, headers: ifMatch(stored.revision), body: change as never });
}

/**
 * The same content has the same key, so that a batch whose answer was lost is not stored twice. A broadcast that is planned again after it
 * was canceled has another key.
 */
function keyOf(differences: Difference[]): string {
  const content = differences.map(({ event, stored }) => [event?.body, stored?.id]);
  return `import-${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}
