import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Broadcast } from '../../../src/client/index.ts';
import { api, readAll } from '../../api/api.ts';

/** After the last key, ms. */
const TYPED_MS = 350;
/** How far before the start a broadcast is looked for that still runs then, ms. */
const LOOK_BACK_MS = 2 * 86_400_000;
const UNDERWAY: Broadcast['status'][] = ['scheduled', 'starting', 'waiting', 'live', 'stopping'];

/** Null: not known (yet). */
export type Conflicts = Broadcast[] | null;

/**
 * The other broadcasts of a meeting that overlap these times (ms), while one types. It only warns early: the API has the last word.
 * @param self id of the broadcast that is edited
 */
export function useConflicts(meetingId: string, start: number | null, stop: number | null, self: string): Conflicts {
  const found = useSignal<Conflicts>(null);
  const digits = meetingId.replace(/[\s-]/g, '');
  useEffect(() => {
    found.value = null;
    if (!/^\d{1,19}$/.test(digits) || start === null) return undefined;
    let over = false;
    const timer = setTimeout(() => {
      overlapping(digits, start, stop ?? start + 1, self).then(
        (conflicts) => {
          if (!over) found.value = conflicts;
        },
        // Not known: the form says nothing, and the API checks again.
        () => {},
      );
    }, TYPED_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [digits, start, stop, self]);
  return found.value;
}

async function overlapping(meetingId: string, start: number, stop: number, self: string): Promise<Broadcast[]> {
  const conflicts: Broadcast[] = [];
  const query = {
    meetingId,
    status: UNDERWAY,
    from: new Date(start - LOOK_BACK_MS).toISOString(),
    to: new Date(Math.max(stop, start + 1)).toISOString(),
    limit: 1_000,
  };
  await readAll(
    (cursor) => api.listBroadcasts({ query: { ...query, cursor } }),
    ({ broadcasts }) => {
      conflicts.push(...broadcasts.filter((one) => one.id !== self && endOf(one) > start));
      return true;
    },
  );
  return conflicts;
}

/** Without a stop: at least its start. */
function endOf({ startAt, stopAt }: Broadcast): number {
  return stopAt === null ? Date.parse(startAt) + 1 : Date.parse(stopAt);
}
