import { BULLMQ, type Contender, OURS } from '../support/contenders.ts';
import { fire, lateStarts, meetingOf, type Plan } from '../support/firing.ts';
import type { Live } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import { peakWithin } from '../support/statistics.ts';
import type { Aim, Figures } from '../support/summary.ts';
import type { Target } from '../support/target.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const RUSHED = 'a0';
const OTHER = 'a1';
/** Zoom's limit of a Pro account a second, and our share of it: nine tenths. */
const LIMIT = 30;
const SHARE = 27;
/** Starts of the other account, each in another part of a second. */
const BESIDE = { count: 8, everyMs: 510 };
/** From the start of what is stopped in the rush to the rush: it has left the second of the limit. */
const BEFORE_MS = 3_000;

/** What BullMQ itself offers for this. */
const LIMITED: Contender = { ...BULLMQ, name: 'BullMQ with its limiter', perSecond: SHARE };

export const rush: Row = {
  name: 'rush',
  title: `More starts at one instant than a Pro account may send in a second (${SHARE} are ours), a stop in the middle, another account beside it`,
  run: (context) => {
    const { sizes, peers } = context;
    const what = `${sizes.rush} at one instant`;
    const all = peers.includes(BULLMQ) ? [OURS, LIMITED] : [OURS];
    return onStage(accountsOf(2, 'pro'), { [RUSHED]: LIMIT, [OTHER]: LIMIT }, async (stage, target) => {
      const found = await alternate(context, all, (contender) =>
        stage.with(contender, { together: sizes.rush }, async (live) => {
          return [{ what, figures: await measureRush(live, contender, target, sizes.rush) }];
        }),
      );
      return { ...found, aims: aimsOf(what), ratios: ['drained in, ms'], against: LIMITED.name };
    });
  },
};

function aimsOf(what: string): Aim[] {
  const atMost = (figure: string, value: number): Aim => ({ what, figure, bound: 'at most', value });
  return [
    atMost('drained ÷ ideal', 1.03),
    atMost('refused (429)', 0),
    atMost('most in a second', SHARE),
    atMost('stop, ms late', 50),
    atMost('other account, ms later', 20),
  ];
}

async function measureRush(live: Live, contender: Contender, target: Target, count: number): Promise<Figures> {
  const idealMs = Math.floor((count - 1) / SHARE) * 1_000;
  const beside: Plan = (first, newId) =>
    Array.from({ length: BESIDE.count }, (_, i) => ({
      id: newId(),
      account: OTHER,
      due: first + i * BESIDE.everyMs,
    }));
  const calm = await fire(live, contender, target, BESIDE.count, beside);
  const plan: Plan = (first, newId) => {
    const due = first + BEFORE_MS;
    const stopAt = due + Math.floor(idealMs / 2_000) * 1_000 + 500;
    return [
      { id: newId(), account: RUSHED, due: first, stopAt },
      ...Array.from({ length: count }, () => ({ id: newId(), account: RUSHED, due })),
      ...beside(due, newId),
    ];
  };
  const { jobs, arrivals } = await fire(live, contender, target, count + BESIDE.count + 1, plan);
  const [ending] = jobs;
  const drainMs = Math.max(...lateStarts(jobs.slice(1, count + 1), arrivals));
  const stop = arrivals.find(({ path, action }) => action === 'stop' && meetingOf(path) === ending?.id);
  const own = arrivals.filter(({ token }) => token === RUSHED);
  const calmMs = Math.max(...lateStarts(calm.jobs, calm.arrivals));
  const besideMs = Math.max(...lateStarts(jobs.slice(count + 1), arrivals));
  return {
    'drained in, ms': drainMs,
    'ideal, ms': idealMs,
    'drained ÷ ideal': drainMs / idealMs,
    'most in a second': peakWithin(
      own.map(({ at }) => at),
      1_000,
    ),
    'refused (429)': own.filter(({ status }) => status === 429).length,
    'stop, ms late': (stop?.at ?? Number.POSITIVE_INFINITY) - (ending?.stopAt ?? 0),
    'other account, calm, ms': calmMs,
    'other account, ms later': besideMs - calmMs,
  };
}
