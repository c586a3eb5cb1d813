/** Changes several broadcasts in one step. So they can swap times, which they cannot one after another. */

import { broadcastAudit } from '../broadcasts/audit-entry.ts';
import type { Records } from '../broadcasts/store/store.ts';
import { LivestreamError } from '../errors.ts';
import type { BroadcastWriter } from './broadcast-writer.ts';
import type { Decide } from './bulk.ts';
import { movesInterval } from './moves-interval.ts';
import { noBroadcast } from './no-broadcast.ts';
import { overlapError } from './overlap-error.ts';
import { requireRevision } from './requester.ts';

export interface OneChange {
  id: string;
  /** The revision that the caller read. */
  ifRevision: number;
  decide: Decide;
}

interface Deps {
  store: Records;
  writer: BroadcastWriter;
}

/** Changes all of them or none. @throws LivestreamError `not_found`, `precondition_failed`, `overlap`, `conflict` and those of `decide` */
export async function changeTogether({ store, writer }: Deps, changes: OneChange[], by: string): Promise<void> {
  const found = await Promise.all(changes.map((one) => oneWrite(store, one)));
  const writes = found.flatMap((write) => write ?? []);
  const audit = writes.flatMap(({ before, decision }) => broadcastAudit('change', by, before, decision.next) ?? []);
  const result = await writer.apply(writes, { audit });
  if (result.kind === 'ok') return;
  if (result.kind === 'overlap')
    throw overlapError(
      result,
      writes.map(({ decision }) => decision.next),
    );
  throw new LivestreamError('conflict', 'One of them was changed by somebody else at the same time; try again.');
}

async function oneWrite(store: Records, { id, ifRevision, decide }: OneChange) {
  const snapshot = await store.load(id);
  if (!snapshot) throw noBroadcast(id);
  const before = snapshot.broadcast;
  requireRevision('Broadcast', before, ifRevision);
  const decision = decide(snapshot);
  return decision && { before, decision, checkOverlap: movesInterval(before, decision.next) };
}
