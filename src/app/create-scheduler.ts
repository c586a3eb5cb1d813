import { Scheduler } from '../scheduling/scheduler.ts';
import type { AppContext } from './context.ts';

/** Creates the scheduling commands for the API, the library and the series in the workers. */
export function createScheduler(core: AppContext): Scheduler {
  const { redis, store, writer, clock, accounts, rules, sealer, pauses, tracing } = core;
  return new Scheduler({
    redis,
    store,
    writer,
    clock,
    accounts,
    rules,
    pauses,
    tracing,
    seal: sealer && ((text) => sealer.seal(text)),
  });
}
