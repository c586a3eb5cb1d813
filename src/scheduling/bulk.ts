import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Decision, Snapshot } from '../broadcasts/decision.ts';
import { comparePositions } from '../broadcasts/store/listing.ts';
import { ERROR_CODES, type ErrorCode, LivestreamError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { redisError } from '../redis/refusal.ts';
import { type BulkRequest, MAX_BULK } from '../validation/bulk-schema.ts';
import { noBroadcast } from './no-broadcast.ts';

/** What a bulk action changes, or would change. */
export type BulkState = Pick<Broadcast, 'status' | 'reason' | 'startAt' | 'stopAt'>;

export interface BulkAnswer {
  /** Includes broadcasts that needed no change and got no refusal, such as a canceled one in a cancel. */
  matched: number;
  /** In order of `startAt`. */
  changed: { id: string; before: BulkState; after: BulkState }[];
  /** In order of `startAt`; ids without a broadcast come last. */
  refused: { id: string; code: string; detail: string }[];
  dryRun: boolean;
}

export interface Outcome {
  before: Pick<Broadcast, 'id'> & BulkState;
  /** The same object as `before` when nothing changed. */
  after: Pick<Broadcast, 'id'> & BulkState;
}

export type BulkMatches = Pick<BulkRun, 'found' | 'missing'>;

export type Decide = (snapshot: Snapshot) => Decision | null;

export interface BulkRun {
  request: BulkRequest;
  /** In order of `startAt`. */
  found: Broadcast[];
  missing: string[];
  decide: Decide;
  /** Decides and writes; in a dry run, only decides. Throws `LivestreamError` for a refusal. */
  apply: (id: string, decide: Decide) => Promise<Outcome>;
}

/** Parallel broadcasts. Each takes some four round trips: eight keep Redis busy, but leave room for starts that become due. */
const AT_ONCE = 8;

/** Throws `count_differs` when the number of matches is not the expected one. */
export function requireExpected({ expect }: BulkRequest, matched: number): void {
  if (expect === null || expect === matched) return;
  const matches = matched === 1 ? '1 broadcast matches' : `${matched} broadcasts match`;
  const detail = `${matches}, not ${expect}. Nothing was done. Do a dry run again and check its answer.`;
  throw new LivestreamError('count_differs', detail, { extra: { matched, expect } });
}

export function tooMany(): LivestreamError {
  const detail = `More than ${MAX_BULK} broadcasts match, and that is the most that one request can change. Nothing was done. Narrow the filter.`;
  return new LivestreamError('too_many_matches', detail, { extra: { limit: MAX_BULK } });
}

/** Whether no part failed because of an error of this service. */
export function isComplete({ refused }: BulkAnswer): boolean {
  return refused.every(({ code }) => ERROR_CODES[code as ErrorCode].status < 500);
}

/**
 * Runs the action on each broadcast separately: a refusal does not stop the others. Broadcasts of one meeting run one after another.
 * When Redis fails, the rest is refused with that error, so the answer always shows what was done.
 */
export async function runBulk({ request, found, missing, decide, apply }: BulkRun): Promise<BulkAnswer> {
  const outcomes = new Map<string, Outcome | LivestreamError>();
  const failure: { error?: unknown } = {};
  const attempt = async (id: string) => {
    if (failure.error instanceof LivestreamError) return outcomes.set(id, failure.error);
    try {
      return outcomes.set(id, await apply(id, decide));
    } catch (error) {
      const known = error instanceof LivestreamError ? error : redisError(error);
      if (known) outcomes.set(id, known);
      if (!known || known.status >= 500) failure.error = known ?? error;
    }
  };
  await inParallel(inOrder(request, found), AT_ONCE, async (group) => {
    for (const { id } of group) {
      if (failure.error !== undefined && !(failure.error instanceof LivestreamError)) return;
      await attempt(id);
    }
  });
  if (failure.error !== undefined && !(failure.error instanceof LivestreamError)) throw failure.error;
  return answerOf(request, { found, missing }, outcomes);
}

/**
 * Groups the broadcasts by meeting, in an order in which none has to pass another: moves to a later time begin with the last one, all
 * others with the first.
 */
function inOrder({ action, by }: BulkRequest, found: Broadcast[]): Broadcast[][] {
  const groups = new Map<string, Broadcast[]>();
  for (const broadcast of found) {
    const key = `${broadcast.account}:${broadcast.meetingId}`;
    const group = groups.get(key);
    if (group) group.push(broadcast);
    else groups.set(key, [broadcast]);
  }
  const isLater = action === 'shift' && by !== null && by.sign > 0;
  return [...groups.values()].map((group) => (isLater ? group.reverse() : group));
}

function answerOf(
  { dryRun }: BulkRequest,
  { found, missing }: BulkMatches,
  outcomes: Map<string, Outcome | LivestreamError>,
): BulkAnswer {
  const answer: BulkAnswer = { matched: found.length, changed: [], refused: [], dryRun };
  const changed: Outcome[] = [];
  for (const { id } of found) {
    const outcome = outcomes.get(id);
    if (outcome instanceof LivestreamError) answer.refused.push(refusal(id, outcome));
    else if (outcome && outcome.before !== outcome.after) changed.push(outcome);
  }
  changed.sort((a, b) => comparePositions(a.before, b.before));
  answer.changed = changed.map(({ before, after }) => ({
    id: after.id,
    before: stateOf(before),
    after: stateOf(after),
  }));
  answer.refused.push(...missing.map((id) => refusal(id, noBroadcast(id))));
  return answer;
}

function refusal(id: string, { code, message }: LivestreamError): BulkAnswer['refused'][number] {
  return { id, code, detail: message };
}

export function stateOf({ status, reason, startAt, stopAt }: BulkState): BulkState {
  return { status, reason, startAt, stopAt };
}
