import type { HistoryLine, Shown } from '../../support/installation.ts';
import type { Booking } from './booking.ts';
import type { Failure } from './faults.ts';
import type { ZoomRequest } from './zoom-log.ts';

/** One broadcast when everything is over: what its maker asked for, what the API shows, what Zoom saw. */
export interface Case {
  booking: Booking;
  shown: Shown;
  history: HistoryLine[];
  /** Requests of its meeting, oldest first. */
  requests: ZoomRequest[];
  /** Starts that carry one of its plans' names. */
  starts: ZoomRequest[];
  /** Other broadcasts of the meeting. */
  neighbours: Case[];
}

export interface Evidence {
  cases: Case[];
  /** Acknowledged, and not there any more. */
  gone: Booking[];
  log: ZoomRequest[];
  faults: Failure[];
  /** Names of the places, by the ids of all processes that ran there. */
  placeOfPid: Map<number, string>;
  /** Meetings that stream when everything is over. */
  streaming: Set<string>;
  jobs: string[];
  startRetryMs: number;
  /** Requests that Zoom allows in any second. */
  perSecond: number;
  /** The longest time for which this process, which keeps the times, did not get on, ms. */
  heldUpMs: number;
}

export interface Violation {
  text: string;
  of: Case | null;
}

/** Connections are there again so long after a fault was repaired, ms. */
const AFTERMATH_MS = 1_500;

/** Whether this process, or Redis for it, was broken between two moments (ms): what it knew may not have been written down. */
export function wasBroken(faults: Failure[], place: string, from: number, to: number): boolean {
  return faults.some(
    (fault) =>
      !fault.kind.startsWith('Zoom') &&
      (fault.place === null || fault.place === place) &&
      fault.from <= to &&
      fault.to + AFTERMATH_MS >= from,
  );
}

/** The tag of a start: the name of its plan. */
export function tagOf(request: ZoomRequest): string | null {
  return request.body?.settings?.display_name ?? null;
}

/** `T+12.345`: seconds since the run began. */
export function clockOf(begun: number): (ms: number) => string {
  return (ms) => (Number.isFinite(ms) ? `T+${((ms - begun) / 1_000).toFixed(3)}` : 'never');
}

/** Everything about one violation: what people did, the history, Zoom's log of that meeting, the faults around it. */
export function reportOf({ text, of }: Violation, faults: Failure[], begun: number): string {
  const at = clockOf(begun);
  if (!of) return text;
  const { booking, shown, history, requests } = of;
  const plans = booking.plans.map(
    ({ tag, startAt, stopAt, madeAt, ackedAt }) =>
      `  plan ${tag}: ${at(startAt)} to ${stopAt === null ? 'open end' : at(stopAt)}, asked ${at(madeAt)}, acknowledged ${at(ackedAt)}`,
  );
  const lines = history.map(
    (line) =>
      `  ${at(Date.parse(line.at))} ${line.type} ${line.from ?? ''} -> ${line.to ?? ''} by ${line.by}: ${line.reason} ` +
      `${line.request?.action ?? line.request?.body?.action ?? ''} ${line.answer ? `${line.answer.status} at ${at(line.answer.at)}` : ''}`,
  );
  const seen = requests.map(
    (one) =>
      `  ${at(one.leftAt)} ${one.method} ${one.action ?? 'check'} ${tagOf(one) ?? ''} from ${one.place}: arrived ${at(one.at)}, ` +
      `${one.status} ${one.outcome}${one.accepted ? ', took effect' : ''}, delivered ${one.deliveredAt ? at(one.deliveredAt) : 'never'}`,
  );
  const first = Math.min(...booking.plans.map(({ startAt }) => startAt)) - 2_000;
  const last = Math.max(...history.map((line) => Date.parse(line.at)), first) + 2_000;
  const around = faults
    .filter(({ from, to }) => from <= last && to >= first)
    .sort((a, b) => a.from - b.from)
    .map(({ kind, place, from, to }) => `  ${at(from)} to ${at(to)} ${kind} ${place ?? ''}`);
  return [
    text,
    `${booking.name} ${shown.id} of meeting ${booking.meetingId}: ${shown.status} (${shown.reason})`,
    ...plans,
    'people:',
    ...booking.log.map((line) => `  ${at(Date.parse(line.slice(0, 24)))}${line.slice(24)}`),
    'history:',
    ...lines,
    'Zoom:',
    ...seen,
    'faults:',
    ...around,
  ].join('\n');
}
