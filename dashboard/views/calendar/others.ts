import type { Broadcast } from '../../../src/client/index.ts';
import { api, readAll } from '../../api/api.ts';
import { UNFINISHED } from '../../live/reading.ts';
import { put } from '../../live/records.ts';
import { addDays } from './grid.ts';
import { proposal, propose, shown } from './state.ts';

/** Days to load around the shown month: earlier broadcasts may still run (none is longer), and arrow keys can leave the month. */
const AROUND_DAYS = 31;

/** A month shows only a few broadcasts per day. This reads all of the same meeting, so that conflicts of a move are known. */
export async function knowOthers({ id, meetingId, account }: Broadcast): Promise<void> {
  const { days } = shown.peek();
  const query = {
    ...{ meetingId, account, status: UNFINISHED, limit: 1_000 },
    from: new Date(addDays(days[0] ?? 0, -AROUND_DAYS)).toISOString(),
    to: new Date(addDays(days.at(-1) ?? 0, AROUND_DAYS)).toISOString(),
  };
  try {
    await readAll(
      (cursor) => api.listBroadcasts({ query: { ...query, cursor } }),
      ({ broadcasts }) => {
        put(broadcasts);
        return true;
      },
    );
  } catch {
    // Without them the view warns about the conflicts it knows; the API checks again.
  }
  const tried = proposal.peek();
  if (tried?.seen.id === id && tried.step === 'moving') propose(tried.seen, tried.shift);
}
