import type { Job } from '../peers/peer.ts';
import { type Contender, OURS } from '../support/contenders.ts';
import { fire, lateStarts, meetingOf, type Plan } from '../support/firing.ts';
import type { Live } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import { latenessOf } from '../support/statistics.ts';
import type { Aim, Figures } from '../support/summary.ts';
import type { Target } from '../support/target.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const ACCOUNTS = 100;
/** The kill, after the first is due; what is due within the next seconds is already in the hands of one of the two. */
const KILL_AFTER_MS = 3_000;
const SOON_MS = 5_000;
/** So many are due right before the kill, so that some are on their way. */
const AT_KILL = 40;
const BEFORE_KILL_MS = 5;
/** A start in the hands of the dead one has this long (ms), and one that is due soon after. */
const IN_HAND_MS = 3_000;
const NEXT_MS = 500;
const WARM_UP = 50;

export const crash: Row = {
  name: 'crash',
  title: 'kill -9 of one of two workers: the starts that were on their way, and those of the next 5 s',
  run: (context) => {
    const what = `${context.sizes.crash} in ${SOON_MS / 1_000} s after it, ${AT_KILL} at it`;
    return onStage(accountsOf(ACCOUNTS, 'business'), {}, async (stage, target) => {
      const found = await alternate(context, [OURS], (contender) =>
        stage.with(contender, { workers: 2, together: AT_KILL }, async (live) => [
          { what, figures: await measureCrash(live, contender, target, context.sizes.crash) },
        ]),
      );
      const aim = (figure: string, value: number): Aim => ({ what, figure, bound: 'at most', value });
      const aims = [aim('on their way, last, ms', IN_HAND_MS), aim('next 5 s, last, ms', NEXT_MS)];
      return { ...found, aims, ratios: [], against: OURS.name };
    });
  },
};

async function measureCrash(live: Live, contender: Contender, target: Target, count: number): Promise<Figures> {
  const account = (i: number) => `a${i % ACCOUNTS}`;
  const at = (due: (first: number) => number, size: number) => (first: number, newId: () => string) =>
    Array.from({ length: size }, (_, i): Job => ({ id: newId(), account: account(i), due: due(first) }));
  await fire(
    live,
    contender,
    target,
    WARM_UP,
    at((first) => first + Math.floor(Math.random() * 1_000), WARM_UP),
  );
  let killAt = 0;
  const atKill = at(() => killAt - BEFORE_KILL_MS, AT_KILL);
  const soon = at(() => killAt + Math.floor(Math.random() * SOON_MS), count);
  const plan: Plan = (first, newId) => {
    killAt = first + KILL_AFTER_MS;
    return [...atKill(first, newId), ...soon(first, newId)];
  };
  const kill = async () => {
    setTimeout(() => void live.workers[0]?.kill('SIGKILL'), killAt - Date.now());
  };
  const { jobs, arrivals } = await fire(live, contender, target, AT_KILL + count, plan, kill);
  const starts = arrivals.filter(({ action }) => action === 'start').map(({ path }) => meetingOf(path));
  const held = latenessOf(lateStarts(jobs.slice(0, AT_KILL), arrivals));
  const next = latenessOf(lateStarts(jobs.slice(AT_KILL), arrivals));
  return {
    'first, ms': Math.min(held.first, next.first),
    'on their way, p50, ms': held.p50,
    'on their way, last, ms': held.last,
    'next 5 s, p50, ms': next.p50,
    'next 5 s, p99, ms': next.p99,
    'next 5 s, last, ms': next.last,
    'sent twice': starts.length - new Set(starts).size,
  };
}
