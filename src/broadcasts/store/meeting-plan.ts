import type { MeetingState } from '../decision.ts';
import type { Reach } from '../rules/event-reach.ts';
import type { Keys } from './keys.ts';
import type { LuaCommands } from './lua-scripts.ts';
import { pairsToObject, parseMeeting } from './meeting-codec.ts';

/** One page of the unfinished broadcasts of a meeting. */
export interface MeetingPage {
  /** Read in the same step. */
  meeting: MeetingState;
  ids: string[];
  /** Where the next page starts (ms): the start of the last broadcast on this one. Null: this is the last page. */
  next: number | null;
}

/** Selects a page: `after` is `next` of the page before, null for the first; `limit` broadcasts or a few more. */
export interface MeetingPageQuery {
  account: string;
  meetingId: string;
  reach: Reach;
  after: number | null;
  limit: number;
  /** Simulated time, ms; null for Redis' own. */
  now: number | null;
}

/** Reads one page. The cost does not depend on how many broadcasts the meeting has. */
export async function readMeetingPage(redis: LuaCommands, keys: Keys, query: MeetingPageQuery): Promise<MeetingPage> {
  const { account, meetingId, reach, after, limit, now } = query;
  const between = reach.kind === 'between' ? reach : null;
  const [meeting, next, ids] = await redis.lsAffected(
    keys.base,
    JSON.stringify({
      meeting: `${account}:${meetingId}`,
      now,
      begun: between === null,
      from: between?.from ?? false,
      to: between?.to ?? false,
      latestFirst: between?.latestFirst ?? false,
      after: after ?? false,
      limit,
    }),
  );
  return { meeting: parseMeeting(pairsToObject(meeting)), ids, next: next === '' ? null : Number(next) };
}
