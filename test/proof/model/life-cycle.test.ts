import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../../../src/broadcasts/broadcast.ts';
import { expectedTimers } from '../../../src/broadcasts/rules/timers.ts';
import type { MeetingStatus, Outcome } from '../../../src/broadcasts/zoom-outcome.ts';
import { must, RuleBroken } from './invariants.ts';
import { Model } from './model.ts';
import { broadcastOf, happen, obey, operations, plans } from './operations.ts';

/**
 * Random histories against the pure core. `MODEL_RUNS=200000 npx vitest run test/proof/model` is the long form, of another seed
 * each time; `MODEL_SEED` and `MODEL_PATH` (both printed with a failure) play one again.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 2_000);
/** The short form runs the same histories each time: what a change breaks is then not a matter of luck. */
const FIXED = process.env.MODEL_RUNS === undefined ? '20261128' : undefined;
const seed = process.env.MODEL_SEED ?? FIXED;
const SEED = seed === undefined ? {} : { seed: Number(seed) };
const PATH = process.env.MODEL_PATH === undefined ? {} : { path: process.env.MODEL_PATH };
const TIMEOUT_MS = 30_000 + RUNS * 20;
/** Jobs and deadlines that a history may take to come to its end. */
const MAX_STEPS = 9_000;

/** How Zoom answers once the random part is over. */
const ENDINGS = {
  good: { result: { kind: 'accepted' }, shows: { kind: 'meeting', status: 'started', uuid: 'u1' } },
  silent: {
    result: { kind: 'transient', reason: 'no answer', unknown: true },
    shows: { kind: 'transient', reason: 'reset' },
  },
  down: {
    result: { kind: 'transient', reason: '503', unknown: false },
    shows: { kind: 'inconclusive', reason: '400' },
  },
  limited: { result: { kind: 'start_limited', retryAfterMs: null }, shows: { kind: 'transient', reason: '503' } },
  empty: { result: { kind: 'not_started' }, shows: { kind: 'meeting', status: 'waiting', uuid: 'u1' } },
} satisfies Record<string, { result: Outcome; shows: MeetingStatus }>;

type Ending = keyof typeof ENDINGS;

/** A state in which only a person or the host goes on: on air without a stop time. */
function rests(model: Model, id: string): boolean {
  const { status, stopAt, inFlight } = model.get(id);
  return status === 'live' && stopAt === null && inFlight === null;
}

/** Liveness: Zoom behaves (each in its way), time passes, jobs and deadlines are kept: every broadcast comes to its end. */
function comeToAnEnd(model: Model, ending: Ending): void {
  const { result, shows } = ENDINGS[ending];
  model.random = 0.99;
  model.tell(`--- from here on: ${ending}`);
  for (const flight of [...model.flights]) model.loseLease(flight, true);
  // Rule 16: whatever a pause held back leaves or is missed once it has ended.
  model.resume();
  for (let steps = 0; ; steps += 1) {
    const open = [...model.broadcasts.keys()].filter((id) => !isFinal(model.get(id)));
    for (const id of open) if (rests(model, id)) obey(model, id, 'stop');
    if (open.length === 0) return;
    must(steps < MAX_STEPS, `${open.map((id) => `${id} (${model.get(id).status})`)} never comes to an end`);
    for (const id of open) {
      // As the overdue scanner finds it.
      if (model.get(id).held) model.runJob(id, 'start', shows);
      must(!model.get(id).held, 'rule 16: nothing waits after the pause');
      for (const { action, at } of expectedTimers(model.get(id))) if (at <= model.now) model.runJob(id, action, shows);
      model.deadline(id);
    }
    for (const flight of [...model.flights]) model.answer(flight, result);
    const moments = open.flatMap((id) => expectedTimers(model.get(id)).map(({ at }) => at));
    const later = [...moments, model.meeting.gateUntil, model.pausedUntil].filter((at) => at > model.now);
    model.pass(Math.min(60_000, ...later.map((at) => at - model.now)));
  }
}

function play(
  history: { plan: Parameters<typeof broadcastOf>[0][]; happenings: Parameters<typeof happen>[1][] },
  model: Model,
) {
  for (const [i, plan] of history.plan.entries()) model.add(broadcastOf(plan, `bc_${i + 1}`));
  for (const happening of history.happenings) happen(model, happening);
}

const histories = fc.record({
  plan: plans,
  happenings: operations,
  ending: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Ending>('good') },
    { weight: 1, arbitrary: fc.constantFrom<Ending>('silent', 'down', 'limited', 'empty') },
  ),
  webhooks: fc.boolean(),
  random: fc.constantFrom(0.05, 0.5, 0.99),
});

describe('random histories', () => {
  it(
    'keep the rules of the contract and come to an end',
    () => {
      const reached = new Set<string>();
      const property = fc.property(histories, (history) => {
        const model = new Model(history);
        try {
          play(history, model);
          comeToAnEnd(model, history.ending);
        } catch (error) {
          const what = error instanceof RuleBroken ? `RULE BROKEN: ${error.message}` : String((error as Error).stack);
          throw new Error(`${what}\n\nWhat happened:\n${model.log.slice(0, 80).join('\n')}\n`);
        }
        for (const line of model.log) for (const [, to] of line.matchAll(/ -> (\w+) \(/g)) reached.add(to as string);
      });
      fc.assert(property, { numRuns: RUNS, ...SEED, ...PATH });
      // A model that never gets anywhere keeps every rule.
      if (RUNS >= 1_000) {
        expect([...reached].sort()).toEqual(
          ['canceled', 'ended', 'failed', 'live', 'missed', 'scheduled', 'starting', 'stopping', 'waiting'].sort(),
        );
      }
    },
    TIMEOUT_MS,
  );
});
