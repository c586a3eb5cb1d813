import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { MeetingState, RuleSettings } from '../broadcasts/decision.ts';
import { type Reach, reachOf } from '../broadcasts/rules/event-reach.ts';
import { meetingPatchOf, onZoomEvent } from '../broadcasts/rules/on-zoom-event.ts';
import type { Write, WriteOptions } from '../broadcasts/store/commit-payload.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { ZoomEvent } from '../broadcasts/zoom-event.ts';
import { type BroadcastWriter, MAX_CONFLICTS } from './broadcast-writer.ts';

export interface ApplyZoomEventDeps {
  store: Records;
  writer: BroadcastWriter;
  rules: RuleSettings;
  /**
   * Postpones the rest of an event that concerns all planned broadcasts, from `after` (ms) on, behind the waiting events.
   * Default: apply the rest at once.
   */
  later?: (event: ZoomEvent, after: number) => Promise<void>;
}

/** Broadcasts per step, read and written: some 20 ms. */
const PAGE = 50;

/** The broadcasts of the meeting changed before every attempt to write the event: try again later. */
export class EventContention extends Error {}

/**
 * Applies one Zoom event. It reads and changes only the broadcasts that the event can affect, a page at a time. The last page also
 * writes the event's facts about the meeting, in the same step. Applying an event twice changes nothing the second time.
 * @param after where a postponed event continues, ms
 * @returns the changed broadcasts
 */
export async function applyZoomEvent(
  deps: ApplyZoomEventDeps,
  event: ZoomEvent,
  after: number | null = null,
): Promise<Broadcast[]> {
  const reach = reachOf(event);
  if (reach === null) return [];
  const changed: Broadcast[] = [];
  for (let from = after; ; ) {
    const { written, next } = await takeInPage(deps, event, reach, from);
    changed.push(...written);
    if (next === null) return changed;
    if (deps.later && reach.kind === 'between') {
      await deps.later(event, next);
      return changed;
    }
    from = next;
  }
}

async function takeInPage(deps: ApplyZoomEventDeps, event: ZoomEvent, reach: Reach, after: number | null) {
  const { account, meetingId } = event;
  // Broadcasts that cannot follow a moved meeting, because another one has the time.
  const staying = new Set<string>();
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; ) {
    const { meeting, ids, next } = await deps.store.affected({ account, meetingId, reach, after, limit: PAGE });
    const patch = meetingPatchOf(meeting, event);
    const writes = await decide(deps, ids, { meeting, seen: event, patch, staying });
    // Only the last page marks the event as known, so that a retry before it starts over.
    const ready = next === null ? patch : null;
    if (writes.length === 0 && !ready) return { written: [], next };
    const result = await deps.writer.apply(writes, {
      meeting: { account, meetingId, seq: meeting.seq, patch: ready ?? {} },
    });
    if (result.kind === 'ok') return { written: result.written, next };
    // Each broadcast of a page may turn out to have no room, one after another: those attempts do not count.
    if (result.kind === 'overlap' && !staying.has(result.id)) staying.add(result.id);
    else conflicts += 1;
  }
  throw new EventContention(`an event of meeting ${meetingId} could not be stored: its broadcasts keep changing`);
}

interface Judged {
  meeting: MeetingState;
  seen: ZoomEvent;
  patch: NonNullable<WriteOptions['meeting']>['patch'] | null;
  staying: ReadonlySet<string>;
}

async function decide(
  deps: ApplyZoomEventDeps,
  ids: string[],
  { meeting, seen: event, patch, staying }: Judged,
): Promise<Write[]> {
  const snapshots = (await Promise.all(ids.map((id) => deps.store.load(id)))).filter((snapshot) => snapshot !== null);
  const writes: Write[] = [];
  for (const snapshot of snapshots) {
    const before = snapshot.broadcast;
    const decision = onZoomEvent({ ...snapshot, meeting }, event, patch, deps.rules, !staying.has(before.id));
    if (decision) writes.push({ before, decision, checkOverlap: decision.next.startAt !== before.startAt });
  }
  return writes;
}
