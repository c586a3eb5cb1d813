import type { Broadcast } from '../broadcast.ts';
import type { MeetingPatch, MeetingState, Sibling, ZoomReach } from '../decision.ts';

/** A hash as Lua returns it: names and values alternate. */
export function pairsToObject(pairs: string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) result[pairs[i] as string] = pairs[i + 1] as string;
  return result;
}

/** Parses the hash of a meeting. */
export function parseMeeting(hash: Record<string, string>): MeetingState {
  return {
    gateUntil: Number(hash.gateUntil ?? 0),
    stream: (hash.stream as MeetingState['stream'] | undefined) ?? 'unknown',
    streamAt: Number(hash.streamAt ?? 0),
    streamSource: (hash.streamSource as MeetingState['streamSource'] | undefined) ?? null,
    stoppedAt: Number(hash.stoppedAt ?? 0),
    running: (hash.running as MeetingState['running'] | undefined) ?? 'unknown',
    runningAt: Number(hash.runningAt ?? 0),
    existsAt: Number(hash.existsAt ?? 0),
    uuid: hash.uuid ?? null,
    seq: Number(hash.seq ?? 0),
  };
}

/** One unfinished broadcast of a meeting: `startAt:endAt:status:stops|open`. */
export function parseSibling(id: string, text: string): Sibling {
  const [startAt, endAt, status, stops] = text.split(':');
  return {
    id,
    startAt: Number(startAt),
    endAt: Number(endAt),
    status: status as Sibling['status'],
    stops: stops !== 'open',
  };
}

/** The input of `commit` about a meeting: separate and checked by its `seq`, or part of the decision on the first broadcast. */
export function meetingPayload(
  given: { account: string; meetingId: string; seq: number; patch: MeetingPatch } | undefined,
  patch: MeetingPatch | undefined,
  first: Broadcast | undefined,
) {
  if (given) return { meeting: { key: `${given.account}:${given.meetingId}`, seq: given.seq, ...given.patch } };
  if (patch && first) return { meeting: { key: `${first.account}:${first.meetingId}`, ...patch } };
  return {};
}

/** The input of `commit` about Zoom as a whole. */
export function reachPayload(reach: ZoomReach, { account, meetingId }: Broadcast) {
  return { ...reach, account, meeting: meetingId };
}
