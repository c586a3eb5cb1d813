import type { Broadcast } from '../broadcast.ts';

/** The sorted sets (score: `startAt`) that contain a broadcast: each serves one kind of list. */
export function indexNames(broadcast: Broadcast): string[] {
  const { status, meetingId, account, externalId, seriesId, source, labels } = broadcast;
  const names = ['all', `status:${status}`, `meeting:${meetingId}`, `account:${account}`];
  if (externalId !== null) names.push(`external:${externalId}`);
  if (seriesId !== null) names.push(`series:${seriesId}`);
  if (source !== null) names.push(`source:${source.name}`);
  for (const [name, value] of Object.entries(labels)) names.push(`label:${name}`, `label:${name}=${value}`);
  return names;
}

/** The index changes from `before` to `after`: a score to set, or false to remove the entry. */
export function indexChanges(before: Broadcast | null, after: Broadcast): [name: string, score: number | false][] {
  const wanted = indexNames(after);
  const had = before ? indexNames(before) : [];
  const moved = before?.startAt !== after.startAt;
  const gone = had.filter((name) => !wanted.includes(name));
  const set = wanted.filter((name) => moved || !had.includes(name));
  return [
    ...gone.map((name): [string, false] => [name, false]),
    ...set.map((name): [string, number] => [name, after.startAt]),
  ];
}
