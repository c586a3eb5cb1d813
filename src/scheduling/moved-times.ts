import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import { LivestreamError } from '../errors.ts';
import { isoTime } from '../time/iso-time.ts';
import { formatIn } from '../time/local-time.ts';
import { type SignedDuration, shiftTime } from '../time/signed-duration.ts';
import { validationFailed } from '../validation/issues.ts';

type Planned = Pick<Broadcast, 'id' | 'status' | 'startAt' | 'stopAt' | 'timezone'>;

/**
 * The change that moves start and stop (`shift`), or the stop alone (`extend`), as PATCH takes it.
 * @throws LivestreamError `finished`; `no_stop`; `validation_failed` for a local time that a clock change skips or repeats
 */
export function movedTimes(
  broadcast: Planned,
  action: 'shift' | 'extend',
  by: SignedDuration,
): { startAt?: string; stopAt?: string } {
  const { id, status, startAt, stopAt } = broadcast;
  // Moving a missed broadcast would start it again, although no one requested that.
  if (isFinal(broadcast)) {
    throw new LivestreamError(
      'finished',
      `Broadcast ${id} is ${status}; only the times of unfinished ones can be moved.`,
    );
  }
  if (action === 'extend') {
    if (stopAt === null) throw new LivestreamError('no_stop', `Broadcast ${id} has no planned stop to move.`);
    return { stopAt: moved('stopAt', stopAt, by, broadcast) };
  }
  return {
    startAt: moved('startAt', startAt, by, broadcast),
    ...(stopAt === null ? {} : { stopAt: moved('stopAt', stopAt, by, broadcast) }),
  };
}

function moved(path: 'startAt' | 'stopAt', at: number, by: SignedDuration, { timezone }: Planned): string {
  const reading = shiftTime(at, by, timezone);
  if (reading.kind === 'one') return isoTime(reading.at);
  const zone = timezone ?? 'UTC';
  const [first, second] = reading.readings.map((one) => formatIn(one, zone));
  const did = reading.kind === 'skipped' ? 'skips' : 'repeats';
  const message = `would be moved to a local time that the clock change in ${zone} ${did}: ${first} or ${second}. Move it separately`;
  throw validationFailed([{ path, message, code: 'clock_change' }]);
}
