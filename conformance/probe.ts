import type { ZoomUnderTest } from './zoom-under-test.ts';

/** What a probe needs to be asked; `options.ts` says how each is given. */
export type Need =
  | 'meeting'
  | 'waitingMeeting'
  | 'endedMeeting'
  | 'webinar'
  | 'waitingWebinar'
  | 'oauth'
  | 'events'
  /** Neither a sandbox nor a short run can show it. */
  | 'patience';

/** One thing that Zoom said or did, free of secrets. */
export interface Seen {
  step: string;
  /** What is compared: `400/4927 not_started` is HTTP status, Zoom's code and what our client makes of it. */
  short: string;
  message: string | null;
  /** Only those that tell something: rate limits, `Retry-After`, the tracking id. */
  headers: Record<string, string>;
}

/** One question to Zoom: what we assume, and how to see whether it is so. */
export interface Probe {
  id: string;
  question: string;
  /** Of the notes on Zoom's API. */
  section: string;
  /** Where we rely on it. */
  where: string;
  needs: Need[];
  /** It starts a real live stream: the person is asked first. */
  starts: boolean;
  /** What will be done, as the person reads it before. */
  does: string;
  /** The `short` of each step. */
  assumed: string[];
  /** The message of a step must be like this, by its index. */
  texts?: Record<number, RegExp>;
  run(zoom: ZoomUnderTest): Promise<Seen[]>;
}

/** A question that no program can ask; the report names it all the same. */
export interface OpenQuestion {
  id: string;
  question: string;
  section: string;
  why: string;
}

export type Result =
  | { asked: true; probe: Probe; seen: Seen[]; differs: boolean }
  | { asked: false; probe: Probe | OpenQuestion; why: string };

/** Whether every step was as assumed, in number, kind and words. */
export function isAsAssumed(probe: Probe, seen: Seen[]): boolean {
  const same = seen.length === probe.assumed.length && seen.every(({ short }, i) => short === probe.assumed[i]);
  return same && Object.entries(probe.texts ?? {}).every(([i, like]) => like.test(seen[Number(i)]?.message ?? ''));
}
