/** `start` and `retry` set the start to now. The planned stop stays, unless `--keep-length` moves it, too. */
import { FINAL_STATUSES } from '../broadcasts/broadcast.ts';
import { isoDuration } from '../time/human-duration.ts';
import { isTimezone } from '../time/local-time.ts';
import { type ApiClient, ifMatch } from './api/api-client.ts';
import type { BroadcastJson } from './api/api-types.ts';
import { confirm } from './confirm.ts';
import type { CliContext } from './context.ts';
import { isLost } from './ids.ts';
import { describeNewTimes, lengthWarning, type Times, timesOf } from './text/new-times.ts';
import { countOf } from './views/bulk-view.ts';

export interface StartOptions {
  yes?: boolean;
  keepLength?: boolean;
}

export const KEEP_LENGTH = 'to move the stop with the start, so that it stays as long as planned: --keep-length';

/** How the command changes the times; null: it does not. */
function timesWhenStartedNow(one: BroadcastJson, verb: 'start' | 'retry', now: number) {
  const before = timesOf(one);
  const isOnAir = one.status === 'live' || one.status === 'stopping';
  const startsNow = verb === 'retry' ? isLost(one.status) : !FINAL_STATUSES.has(one.status) && !isOnAir;
  if (!startsNow || (one.status !== 'scheduled' && verb === 'start' && before.startAt <= now)) return null;
  return { before, after: { ...before, startAt: now } };
}

/**
 * Asks if a broadcast would be on air more than twice as long as planned: one for tomorrow keeps tomorrow's stop. Without a terminal it
 * only warns: a script that names a broadcast means it, and a start must not wait for an answer.
 * @throws CliFailure failed (1) if the answer is not yes. Nothing has been sent.
 */
export async function askAboutLength(
  broadcasts: BroadcastJson[],
  verb: 'start' | 'retry',
  { yes, keepLength }: StartOptions,
  context: CliContext,
): Promise<void> {
  if (yes || keepLength) return;
  const warned = broadcasts.flatMap((one) => {
    const times = timesWhenStartedNow(one, verb, context.now());
    const doubt = times && lengthWarning(times);
    return times && doubt ? [{ one, times, doubt }] : [];
  });
  const [first] = warned;
  if (!first) return;
  if (!context.json) {
    const readings = warned.map(({ one, times }) => `${one.id}\n${describe(one, times, context)}`);
    context.io.stderr.write(readings.join(''));
  }
  const what =
    broadcasts.length === 1
      ? first.doubt
      : `${countOf(warned.length)} would be on air more than twice as long as planned`;
  if (context.io.stdinIsTTY && !context.json) await confirm(what, yes, context, [KEEP_LENGTH]);
  else if (!context.json) context.io.stderr.write(`note: ${what}; ${KEEP_LENGTH}\n`);
}

/** Sends the command; with `--keep-length`, sends a change of both times instead. */
export async function startNow(
  api: ApiClient,
  one: BroadcastJson,
  verb: 'start' | 'retry',
  { keepLength }: StartOptions,
  context: CliContext,
): Promise<BroadcastJson> {
  const { id, revision } = one;
  const times = keepLength ? timesWhenStartedNow(one, verb, context.now()) : null;
  // A pause rejects a start by a person, but would only hold back a change of the times.
  if (!times || times.before.stopAt === null || one.paused) return api[`${verb}Broadcast`]({ path: { id } });
  const duration = isoDuration(times.before.stopAt - times.before.startAt);
  return api.changeBroadcast({ path: { id }, body: { startAt: 'now', duration }, headers: ifMatch(revision) });
}

/** Both times and the length, before and after; empty: no time has changed. */
export function describeStartedNow(before: BroadcastJson, after: BroadcastJson, context: CliContext): string {
  if (before.startAt === after.startAt && before.stopAt === after.stopAt) return '';
  return describe(after, { before: timesOf(before), after: timesOf(after) }, context);
}

function describe({ timezone }: BroadcastJson, times: { before: Times; after: Times }, context: CliContext): string {
  const zone = timezone !== null && isTimezone(timezone) ? timezone : context.zone();
  return describeNewTimes(times, undefined, { now: context.now(), zone }, context.paint);
}
