/** Which sources a Zoom event about a meeting affects. */

import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { inParallel } from '../in-parallel.ts';
import { accountCheck } from '../validation/account-check.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { type ListChange, takeListChanges } from '../zoom/events/list-changes.ts';
import type { Source } from './source.ts';
import type { SourceStore } from './source-store.ts';
import type { KnownMeeting } from './zoom-lists.ts';
import type { ZoomListing } from './zoom-meeting.ts';

export interface TouchedSource {
  source: Source;
  /** The meetings to check. */
  meetings: KnownMeeting[];
}

const AT_ONCE = 20;

/** The sources that recent changes in Zoom affect. Each change is reported once: the next call does not repeat it. */
export async function touchedSources(
  {
    redis,
    keys,
    accounts,
  }: { redis: Redis | Cluster; keys: Keys; accounts: Pick<AccountDirectory, 'resolve' | 'names'> },
  store: SourceStore,
): Promise<TouchedSource[]> {
  const changes = await takeListChanges(redis, keys);
  if (changes.length === 0) return [];
  const issueOf = accountCheck(accounts);
  const followed = (await store.list()).filter(
    ({ kind, paused, account }) => kind === 'zoom' && !paused && issueOf(account) === null,
  );
  const found = await inParallel(followed, AT_ONCE, async (source) => {
    const last = await store.lastFile(source.name);
    const listing = last && (JSON.parse(last.toString('utf8')) as ZoomListing);
    return { source, meetings: touchedBy(source, accounts.resolve(source.account).name, listing, changes) };
  });
  return found.filter(({ meetings }) => meetings.length > 0);
}

/**
 * The meetings that a source of the kind `zoom` has to look at again.
 * @param account of the source, resolved @param last what Zoom reported last; null: nothing yet
 */
function touchedBy(
  source: Source,
  account: string,
  last: ZoomListing | null,
  changes: readonly ListChange[],
): KnownMeeting[] {
  const listed = new Set(last?.meetings.map(({ id }) => id));
  const hosts = new Set(last?.meetings.flatMap(({ hostId }) => hostId ?? []));
  const concerns = ({ meetingId, hostId }: ListChange) => {
    if (source.zoomMeeting !== null) return source.zoomMeeting === meetingId;
    if (listed.has(meetingId)) return true;
    // Nobody knows whose meeting it is before the host has one, so ask Zoom.
    return hostId !== null && (hosts.size === 0 || hosts.has(hostId) || hostId === source.zoomUser);
  };
  const mine = changes.filter((change) => change.account === account && concerns(change));
  return mine.map(({ meetingId, kind }) => ({ id: meetingId, kind }));
}
