/** The attempts, waits and drops of one broadcast, from its history. Pure. */

import type { Broadcast, HistoryEntry } from '../../../src/client/index.ts';

export interface Attempt {
  at: number;
  what: 'start' | 'stop';
  accepted: boolean;
  /** The outcome: `accepted`, `start_limited`, or text. */
  outcome: string;
}

export interface Shade {
  /** `limited`: after Zoom's live-stream 429; `waiting`: for the host; `dropped`: off air against the plan. */
  kind: 'limited' | 'waiting' | 'dropped';
  from: number;
  to: number;
}

export interface Story {
  attempts: Attempt[];
  shades: Shade[];
}

const REQUEST = /^(start|stop): (.+)$/s;
/** The history line a drop writes: "the live stream dropped (1 of 3): restarting it". */
const DROPPED = /^the live stream dropped\b/;

/** @param now ms: end of whatever has not ended yet */
export function storyOf(history: readonly HistoryEntry[], one: Pick<Broadcast, 'nextAttemptAt'>, now: number): Story {
  const attempts: Attempt[] = [];
  const shades: Shade[] = [];
  let open: Shade | null = null;
  const close = (at: number) => {
    if (open !== null) open.to = Math.max(open.from, at);
    open = null;
  };
  const begin = (kind: Shade['kind'], from: number) => {
    close(from);
    open = { kind, from, to: Math.max(from, now) };
    shades.push(open);
  };
  const inOrder = [...history].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const line of inOrder) {
    const at = Date.parse(line.at);
    const [, what, outcome = ''] = line.type === 'request' ? (REQUEST.exec(line.reason ?? '') ?? []) : [];
    if (what !== undefined) {
      const accepted = outcome === 'accepted';
      attempts.push({ at, what: what as Attempt['what'], accepted, outcome });
      if (what === 'start') close(at);
      if (outcome === 'start_limited') begin('limited', answeredAt(line) ?? at);
    } else if (line.type === 'status') {
      // The state that follows from an answer is written after the answer: a wait that has just begun continues.
      if (line.to !== 'starting') close(at);
      if (line.to === 'waiting') begin('waiting', at);
    } else if (line.type === 'observed' && DROPPED.test(line.reason ?? '')) begin('dropped', at);
    else if (line.type === 'skipped') close(at);
  }
  const unfinished = shades.at(-1);
  if (open !== null && unfinished?.kind === 'limited' && one.nextAttemptAt !== null)
    unfinished.to = Math.max(unfinished.from, Date.parse(one.nextAttemptAt));
  return { attempts, shades };
}

function answeredAt({ answer }: HistoryEntry): number | null {
  const at = (answer as { at?: unknown } | null)?.at;
  if (typeof at === 'number') return at;
  return typeof at === 'string' ? Date.parse(at) : null;
}
