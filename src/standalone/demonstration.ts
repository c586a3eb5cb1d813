import { DateTime } from 'luxon';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { BROADCAST_STATUSES, FINAL_STATUSES, isFinal } from '../broadcasts/broadcast.ts';
import type { Clock } from '../clock.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';

/** When the demonstration goes on and off air, ms from now. */
const START_IN_MS = 8_000;
const STOP_IN_MS = 20_000;
const POLL_MS = 100;
/** The label of its broadcasts. */
const LABEL = 'demonstration';
const UNFINISHED = BROADCAST_STATUSES.filter((status) => !FINAL_STATUSES.has(status));
/** An interrupted one gets this long to go off air, ms. */
const END_MS = 2_000;

interface SandboxRequest {
  at: number;
  action: string | null;
  status: number;
}

/** Whether no broadcast is stored at all, finished ones included: a newcomer gets the demonstration once. */
export async function isEmpty(scheduler: Scheduler): Promise<boolean> {
  return (await scheduler.list({ limit: 1 })).broadcasts.length === 0;
}

/** Schedules one broadcast in the sandbox, in a few seconds, and says so. */
export async function planDemonstration(
  scheduler: Scheduler,
  clock: Clock,
  print: (line: string) => void,
): Promise<Broadcast> {
  const now = Math.ceil(clock.now() / 1_000) * 1_000;
  const meetingId = String(80_000_000_000 + Math.floor(clock.random() * 9_999_999_999));
  const { broadcast } = await scheduler.schedule(
    {
      meetingId,
      title: 'Demonstration',
      startAt: new Date(now + START_IN_MS).toISOString(),
      stopAt: new Date(now + STOP_IN_MS).toISOString(),
      labels: { [LABEL]: 'yes' },
    },
    { by: 'demonstration' },
  );
  const [onAir, offAir] = [clockTime(broadcast.startAt), clockTime(broadcast.stopAt ?? 0)];
  print(`demonstration  meeting ${meetingId} goes on air at ${onAir} and off air at ${offAir}`);
  return broadcast;
}

/**
 * Waits for the end of the demonstration and prints what the sandbox got, how late each request was and where to see it.
 * @returns the finished broadcast, or null when `signal` came first
 */
export async function demonstrate(
  broadcast: Broadcast,
  options: {
    scheduler: Scheduler;
    sandboxUrl: string;
    apiUrl: string;
    clock: Clock;
    print: (line: string) => void;
    signal: AbortSignal;
  },
): Promise<Broadcast | null> {
  const { scheduler, sandboxUrl, apiUrl, clock, print, signal } = options;
  const finished = await follow(broadcast, scheduler, clock, signal);
  if (!finished) {
    await endInterrupted(broadcast, scheduler, clock);
    return null;
  }
  const answer = await fetch(`${sandboxUrl}/_sandbox/requests?meetingId=${broadcast.meetingId}`);
  const { requests } = (await answer.json()) as { requests: SandboxRequest[] };
  for (const { at, action, status } of requests.filter((request) => request.action)) {
    print(`sandbox saw    ${action} at ${clockTime(at)}, answered ${status}`);
  }
  print(
    `demonstration  ${finished.status}: start ${finished.startLatenessMs} ms late, stop ${finished.stopLatenessMs} ms late`,
  );
  print(`               see it at ${apiUrl}/#/broadcasts/${finished.id}`);
  return finished;
}

/** The worker still runs and takes it off air. */
async function endInterrupted({ id }: Broadcast, scheduler: Scheduler, clock: Clock): Promise<void> {
  let now = await scheduler.cancel(id, { by: 'demonstration' });
  for (const until = clock.now() + END_MS; !isFinal(now) && clock.now() < until; now = await scheduler.get(id)) {
    await clock.sleepUntil(clock.now() + POLL_MS);
  }
}

/** Cancels what an interrupted demonstration left: otherwise the next start would report it as missed. */
export async function endDemonstrations(scheduler: Scheduler): Promise<void> {
  const { broadcasts } = await scheduler.list({ label: LABEL, status: UNFINISHED, limit: 100 });
  for (const { id } of broadcasts) await scheduler.cancel(id, { by: 'demonstration' });
}

/** Prints nothing: the log has every change of its state. */
async function follow(
  broadcast: Broadcast,
  scheduler: Scheduler,
  clock: Clock,
  signal: AbortSignal,
): Promise<Broadcast | null> {
  while (!signal.aborted) {
    const now = await scheduler.get(broadcast.id).catch(() => null);
    if (now && isFinal(now)) return now;
    await clock.sleepUntil(clock.now() + POLL_MS, signal);
  }
  return null;
}

/** Local, as the lines of the log between these and the clock on the wall. */
function clockTime(ms: number): string {
  return DateTime.fromMillis(ms).toFormat('HH:mm:ss.SSS');
}
