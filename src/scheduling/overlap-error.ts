import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { CommitResult } from '../broadcasts/store/store.ts';
import { LivestreamError } from '../errors.ts';

/**
 * The error for a broadcast of `broadcasts` that overlaps another. `conflictsWith` is the id of the other; if both are in one batch,
 * `conflictsWithIndex` is its position there.
 * @param isSeen false: the other is outside the limits of the caller's key, so the error does not name it
 */
export function overlapError(
  { id, otherId }: Extract<CommitResult, { kind: 'overlap' }>,
  broadcasts: readonly Broadcast[],
  isSeen = true,
): LivestreamError {
  const index = broadcasts.findIndex((broadcast) => broadcast.id === id);
  const other = broadcasts.findIndex((broadcast) => broadcast.id === otherId);
  const isBatch = broadcasts.length > 1;
  const where = isBatch ? `broadcasts[${index}] of ` : '';
  const which =
    other >= 0 && isBatch
      ? `broadcasts[${other}] of the same batch`
      : isSeen
        ? `broadcast ${otherId}`
        : 'a broadcast that your API key does not see';
  return new LivestreamError(
    'overlap',
    `${where}meeting ${broadcasts[index]?.meetingId} overlaps ${which}; one can begin when the other ends`,
    {
      extra:
        other >= 0 && isBatch
          ? { index, conflictsWithIndex: other }
          : { ...(isBatch ? { index } : {}), ...(isSeen ? { conflictsWith: otherId, broadcastId: otherId } : {}) },
    },
  );
}
