/** Start and stop of a broadcast, read from the options. */

import { relativeTo } from '../time/human-duration.ts';
import type { BroadcastOptions } from './broadcast-options.ts';
import { usageFailure } from './exit-codes.ts';
import { readDurationOption, readTimeOption } from './options.ts';
import { details, type Paint } from './text/terminal-text.ts';
import { describeMoment } from './text/wall-clock.ts';

export interface PlanFrame {
  now: number;
  /** IANA zone of local times. */
  zone: string;
}

/** `undefined`: not given. */
export interface StopReading {
  /** ms since the epoch; null: no stop (`--no-stop`). */
  at: number | null;
  /** Ms after the start, if given that way. */
  afterStart: number | null;
  isLocal: boolean;
  /** A time of day without a day. */
  isBare?: boolean;
}

/** @param startAt ms since the epoch: `--duration` and `+90m` count from it. */
export function readStop(options: BroadcastOptions, startAt: number, frame: PlanFrame): StopReading | undefined {
  const { stop, duration } = options;
  if (stop !== undefined && duration !== undefined) throw usageFailure('--stop and --duration cannot be used together');
  if (stop === false) return { at: null, afterStart: null, isLocal: false };
  if (duration !== undefined) return after(startAt, readDurationOption(duration, '--duration'));
  if (stop === undefined) return undefined;
  const reading = readTimeOption(stop, '--stop', { ...frame, plusFrom: startAt, after: startAt });
  if (/^\s*\+/.test(stop)) return after(startAt, reading.at - startAt);
  if (reading.at <= startAt) {
    const times = `${describeMoment(reading.at, frame.zone)} is not after the start, ${describeMoment(startAt, frame.zone)}`;
    throw usageFailure(`--stop: ${times}`);
  }
  return { at: reading.at, afterStart: null, isLocal: reading.isLocal, isBare: reading.isBare === true };
}

function after(startAt: number, length: number): StopReading {
  return { at: startAt + length, afterStart: length, isLocal: false };
}

/** Shows people what was understood, before anything is stored. `undefined` omits a line. */
export function describePlan(
  plan: {
    meeting?: string | null;
    startAt?: number | undefined;
    stopAt?: number | null | undefined;
    zoneNote?: string | undefined;
  },
  frame: PlanFrame,
  paint: Paint,
): string {
  const moment = (at: number) => `${describeMoment(at, frame.zone)} (${relativeTo(at, frame.now)})`;
  const { meeting, startAt, stopAt, zoneNote } = plan;
  return details(
    [
      ['meeting', meeting ?? null],
      ['start', startAt === undefined ? null : moment(startAt)],
      [
        'stop',
        stopAt === undefined
          ? null
          : stopAt === null
            ? 'none: it ends with the meeting, or when you stop it'
            : moment(stopAt),
      ],
      ['timezone', zoneNote],
    ],
    paint,
  );
}
