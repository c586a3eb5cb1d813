import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { RuleSettings } from '../broadcasts/decision.ts';
import type { Observation } from '../broadcasts/observation.ts';
import { meetingPatchOf, onObservation } from '../broadcasts/on-observation.ts';
import type { BroadcastStore, Write } from '../broadcasts/store.ts';
import type { ChangeNotices } from '../queue/change-notices.ts';
import type { WakeQueue } from '../queue/wake-queue.ts';

export interface ObserverDeps {
  store: BroadcastStore;
  queue: WakeQueue;
  notices: ChangeNotices;
  rules: RuleSettings;
}

const MOST_TRIES = 50;

/**
 * Takes in one event of Zoom: what it adds to the meeting and what it changes in each of its broadcasts are written in one
 * step, judged on one reading. Doing it twice changes nothing the second time.
 * @returns the broadcasts that changed
 */
export async function observe(deps: ObserverDeps, seen: Observation): Promise<Broadcast[]> {
  const { store, queue, notices, rules } = deps;
  // Broadcasts that cannot follow a moved meeting: another one has the time.
  const staying = new Set<string>();
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const meeting = await store.meeting(seen.account, seen.meetingId);
    const ids = await store.unfinishedOf(seen.account, seen.meetingId);
    const snapshots = (await Promise.all(ids.map((id) => store.load(id)))).filter((snapshot) => snapshot !== null);
    const patch = meetingPatchOf(meeting, seen);
    const writes: Write[] = [];
    for (const snapshot of snapshots) {
      const before = snapshot.broadcast;
      const decision = onObservation({ ...snapshot, meeting }, seen, patch, rules, !staying.has(before.id));
      if (decision) writes.push({ before, decision, checkOverlap: decision.next.startAt !== before.startAt });
    }
    if (writes.length === 0 && !patch) return [];
    const { account, meetingId } = seen;
    const result = await store.commit(writes, {
      meeting: { account, meetingId, seq: meeting.seq, patch: patch ?? {} },
    });
    if (result.kind === 'overlap') staying.add(result.id);
    if (result.kind !== 'ok') continue;
    await Promise.all(
      result.written.map(async (after, i) => {
        await notices.publish(after.id);
        await queue.sync(writes[i]?.before ?? null, after).catch(() => {});
      }),
    );
    return result.written;
  }
  throw new Error(`an event of meeting ${seen.meetingId} could not be written: its broadcasts change all the time`);
}
