/** Waits for the outcome of a command. The API answers once the command is stored; Zoom's answer comes a moment later. */

import { relativeTo } from '../time/human-duration.ts';
import type { ApiClient } from './api/api-client.ts';
import type { BroadcastJson } from './api/api-types.ts';
import type { CliContext } from './context.ts';
import { CliFailure, EXIT, type ExitCode } from './exit-codes.ts';
import { commandToTryAgain } from './views/broadcast-view.ts';

type Status = BroadcastJson['status'];

/** The goal of the command. */
export type Wish = 'on air' | 'off air' | 'canceled';

/** Within this time Zoom answers, or a wait (30-second rule, host) has begun that may take much longer, ms. */
const MAX_WAIT_MS = 20_000;
const POLL_MS = 250;
const POLLS = MAX_WAIT_MS / POLL_MS;
/** A broadcast that is waiting for the host keeps that state until a worker has tried the requested start. */
const MIN_POLLS_WHEN_WAITING = 8;

const UNSETTLED: Record<Wish, ReadonlySet<Status>> = {
  'on air': new Set(['scheduled', 'starting']),
  'off air': new Set(['live', 'stopping']),
  canceled: new Set(['scheduled', 'starting', 'waiting', 'live', 'stopping']),
};

/** The command has succeeded. */
const DONE: Record<Wish, ReadonlySet<Status>> = {
  'on air': new Set(['live', 'ended']),
  'off air': new Set(['ended']),
  canceled: new Set(['canceled', 'ended']),
};

/** Returns the broadcast once its outcome is known, or after 20 s. A short loss of the API does not end the wait. */
export async function waitForOutcome(
  api: ApiClient,
  first: BroadcastJson,
  wish: Wish,
  context: CliContext,
): Promise<BroadcastJson> {
  const { clock } = context.io;
  const until = clock.now() + MAX_WAIT_MS;
  const least = wish === 'on air' && first.status === 'waiting' ? MIN_POLLS_WHEN_WAITING : 0;
  let current = first;
  let isLost = false;
  for (let poll = 0; poll < POLLS; poll += 1) {
    if (isSettled(current, wish, until) && (poll >= least || current.status !== 'waiting')) break;
    await clock.sleepUntil(clock.now() + POLL_MS);
    try {
      current = await api.getBroadcast({ path: { id: first.id } });
      isLost = false;
    } catch (error) {
      if (!(error instanceof CliFailure) || error.exitCode !== EXIT.unreachable) throw error;
      isLost = true;
    }
    if (clock.now() >= until) break;
  }
  if (isLost) throw connectionLost(current);
  return current;
}

/** The command was accepted, but its outcome is unknown. */
function connectionLost({ id, status }: BroadcastJson): CliFailure {
  const detail = `${id} was ${status} when the API last answered`;
  const problem = { title: 'The connection to the API was lost', code: 'api_unreachable', detail };
  return new CliFailure(EXIT.pending, problem, [`once it is back, see what happened: livestream show ${id}`]);
}

/** Nothing happens before the next attempt, so do not wait for a distant one. */
function isSettled({ status, nextAttemptAt }: BroadcastJson, wish: Wish, until: number): boolean {
  if (!UNSETTLED[wish].has(status)) return true;
  return status === 'starting' && nextAttemptAt !== null && Date.parse(nextAttemptAt) > until;
}

/** 0: the command succeeded; 8: it still may; 7: it will not. */
export function outcomeCode({ status }: BroadcastJson, wish: Wish): ExitCode {
  if (DONE[wish].has(status)) return EXIT.ok;
  const isOpen = UNSETTLED[wish].has(status) || (wish === 'on air' && status === 'waiting');
  return isOpen ? EXIT.pending : EXIT.notAchieved;
}

/** What to know or do if it has not succeeded; empty: it has. */
export function outcomeAdvice(broadcast: BroadcastJson, wish: Wish, now: number): string {
  const { id, status, nextAttemptAt } = broadcast;
  if (outcomeCode(broadcast, wish) === EXIT.ok) return '';
  if (status === 'waiting') return '  It goes on air as soon as the host starts the meeting.\n';
  if (status === 'starting' && nextAttemptAt !== null) {
    const at = Date.parse(nextAttemptAt);
    const when = at > now ? relativeTo(at, now) : 'due';
    return `  Not on air yet; the next attempt is ${when}. See "livestream show ${id}".\n`;
  }
  if (status === 'scheduled') return '  No worker has picked it up yet. "livestream status" shows the workers.\n';
  if (outcomeCode(broadcast, wish) === EXIT.pending) return `  Not done yet. See "livestream show ${id}".\n`;
  const again = commandToTryAgain(broadcast, now);
  const when = status === 'failed' ? 'Once that is fixed' : 'To try again';
  return `  What Zoom answered: livestream show ${id} --history\n${again === null ? '' : `  ${when}: ${again}\n`}`;
}
