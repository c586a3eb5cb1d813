/** Describes what applying a document does, in the API's format. Pure. */

import { countsOf, PLAN_STATES, type PlanState, type Source, type SyncPlan } from '../sources/source.ts';
import type { Difference } from '../timetable/compare.ts';
import type { ApplyItem, ApplyPlan } from './document-schema.ts';
import type { Step } from './plan-things.ts';

/** Everything that applying a document does. */
export interface Work {
  /** The document as a source. */
  source: Source;
  broadcasts: SyncPlan;
  /** The part about broadcasts: what to do. */
  differences: Difference[];
  steps: Step[];
}

/** @param broadcasts the plan of the broadcasts alone */
export function applyPlanOf(
  name: string,
  dryRun: boolean,
  { broadcasts, steps }: { broadcasts: SyncPlan; steps: readonly Step[] },
): ApplyPlan {
  const lists = Object.fromEntries(
    PLAN_STATES.map((state) => [
      state,
      [...broadcasts[state].map(broadcastItem), ...steps.filter((one) => one.state === state).map(stepItem)],
    ]),
  ) as Record<PlanState, ApplyItem[]>;
  const same = steps.filter(({ state }) => state === 'unchanged').length;
  const unchanged = broadcasts.counts.unchanged + same;
  const counts = { ...Object.fromEntries(PLAN_STATES.map((state) => [state, lists[state].length])), unchanged };
  return { name, dryRun, ...lists, counts: counts as ApplyPlan['counts'] };
}

/** In the form in which a source's last plan is stored. */
export function asSyncPlan(plan: ApplyPlan): SyncPlan {
  const lists = Object.fromEntries(
    PLAN_STATES.map((state) => [
      state,
      plan[state].map(({ type, name, title, startAt, detail, id }) => ({
        ...{ row: null, uid: name, title, startAt, detail: type === 'broadcast' ? detail : `${type}: ${detail}` },
        broadcastId: type === 'broadcast' ? id : null,
      })),
    ]),
  ) as unknown as Pick<SyncPlan, PlanState>;
  return { ...lists, counts: countsOf(lists, plan.counts.unchanged), braked: false, reason: null };
}

/** How many items would be canceled or removed. */
export function removalsOf({ counts }: ApplyPlan, prune: boolean): number {
  return counts.canceled + (prune ? counts.vanished : 0);
}

function broadcastItem({ uid, title, startAt, detail, broadcastId }: SyncPlan['new'][number]): ApplyItem {
  return { type: 'broadcast', name: uid, title, startAt, detail, id: broadcastId };
}

function stepItem({ type, name, title, detail, stored }: Step): ApplyItem {
  return { type, name, title, startAt: null, detail, id: stored?.id ?? null };
}
