/** Describes an overlap for people: which broadcast is in the way, and when. */
import type { ApiClient } from '../api/api-client.ts';
import type { CliContext } from '../context.ts';
import { CliFailure } from '../exit-codes.ts';
import { zoneOf } from '../views/broadcast-view.ts';
import { describeMoment } from './wall-clock.ts';

/** Runs `act`. If the API rejects it for an overlap, adds the title and times of the other broadcast. */
export async function namingOverlap<T>(api: ApiClient, context: CliContext, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const otherId = error instanceof CliFailure && error.problem.code === 'overlap' && error.problem['conflictsWith'];
    if (!(error instanceof CliFailure) || typeof otherId !== 'string' || context.json) throw error;
    const other = await api.getBroadcast({ path: { id: otherId } }).catch(() => null);
    if (!other) throw error;
    const zone = zoneOf(other, context.view());
    const start = describeMoment(Date.parse(other.startAt), zone);
    const stop = other.stopAt === null ? 'without a stop' : `to ${describeMoment(Date.parse(other.stopAt), zone)}`;
    const name = other.title === null ? other.id : `"${other.title}" (${other.id})`;
    throw new CliFailure(error.exitCode, error.problem, [...error.advice, `conflicts with: ${name}, ${start} ${stop}`]);
  }
}
