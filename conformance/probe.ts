import type { ZoomUnderTest } from './zoom-under-test.ts';

/** What a probe needs in order to run; `options.ts` says how to provide each. */
export type Need =
  | 'meeting'
  | 'waitingMeeting'
  | 'endedMeeting'
  | 'webinar'
  | 'waitingWebinar'
  | 'oauth'
  | 'events'
  /** Neither the sandbox nor a short run can show it. */
  | 'patience';

/** One observation of Zoom, free of secrets. */
export interface Seen {
  step: string;
  /** The compared text: `400/4927 not_started` is HTTP status, Zoom's code and our client's verdict. */
  short: string;
  message: string | null;
  /** Only informative ones: rate limits, `Retry-After`, the tracking id. */
  headers: Record<string, string>;
}

/** One question to Zoom: our assumption, and how to test it. */
export interface Probe {
  id: string;
  question: string;
  /** Section in the notes on Zoom's API. */
  section: string;
  /** Where our code relies on it. */
  where: string;
  needs: Need[];
  /** It starts a real live stream, so ask the person first. */
  starts: boolean;
  /** What it will do, in words for the person. */
  does: string;
  /** The `short` of each step. */
  assumed: string[];
  /** The message of a step, by its index, must match this. */
  texts?: Record<number, RegExp>;
  run(zoom: ZoomUnderTest): Promise<Seen[]>;
}

/** A question that no program can answer; the report still lists it. */
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
