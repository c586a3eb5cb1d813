import type { Broadcast } from '../../src/client/index.ts';
import { api, isStale } from '../api/api.ts';
import { readBroadcast } from '../live/live.ts';
import { put } from '../live/records.ts';
import { actions } from '../texts/actions.ts';

type Change = NonNullable<Parameters<typeof api.changeBroadcast>[0]['body']>;

/** Changes only the version the user saw. If someone else changed it first, it says so and shows their version. */
export async function changeBroadcast(one: Broadcast, change: Change): Promise<Broadcast> {
  try {
    const headers = { 'If-Match': `"${one.revision}"` };
    const changed = await api.changeBroadcast({ path: { id: one.id }, headers, body: change });
    put([changed]);
    return changed;
  } catch (error) {
    if (!isStale(error)) throw error;
    await readBroadcast(one.id);
    throw new Error(actions.value.stale);
  }
}
