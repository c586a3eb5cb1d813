import type { Broadcast } from '../../../src/client/index.ts';
import { meetingDigits } from '../../../src/meeting-number.ts';
import { api, readAll } from '../../api/api.ts';
import { UNFINISHED } from '../../live/reading.ts';
import { momentOf } from '../../local-moment.ts';
import { startWindowMs } from '../../start-window.ts';
import type { Draft } from './draft.ts';
import { endOfWanted, MAX_LENGTH_MS, overlapsOf, type Wanted } from './overlap.ts';
import { useTyped } from './use-typed.ts';

/**
 * Returns the other broadcasts of its meeting that overlap the plan being typed; null: not known (yet). @param draft the content of the
 * form
 */
export function useConflicts(draft: Draft, self: string): Broadcast[] | null {
  // While they are unknown, the form says nothing; the API checks again.
  const typed = useTyped(wantedOf(draft, self), read);
  return typed.step === 'known' ? typed.answer : null;
}

/** Null: the plan is incomplete. */
function wantedOf(draft: Draft, self: string): Wanted | null {
  const meetingId = meetingDigits(draft.meetingId);
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  if (meetingId === null || start === null) return null;
  const stop = draft.stop === '' ? null : momentOf(draft.stop, draft.zone, draft.stopRepeated);
  return { meetingId, account: draft.account, start, stop, startWindow: draft.startWindow, self };
}

async function read(wanted: Wanted): Promise<Broadcast[]> {
  const conflicts: Broadcast[] = [];
  const query = {
    meetingId: wanted.meetingId,
    status: UNFINISHED,
    // Earlier broadcasts may still run then.
    from: new Date(wanted.start - MAX_LENGTH_MS).toISOString(),
    to: new Date(endOfWanted(wanted, startWindowMs)).toISOString(),
    limit: 1_000,
  };
  await readAll(
    (cursor) => api.listBroadcasts({ query: { ...query, cursor } }),
    ({ broadcasts }) => {
      conflicts.push(...overlapsOf(wanted, broadcasts, startWindowMs));
      return true;
    },
  );
  return conflicts;
}
