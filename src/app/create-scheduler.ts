import { Scheduler } from '../scheduling/scheduler.ts';
import type { AppContext } from './context.ts';

/** The scheduling commands on top of a core: what the API, the library and the series in the workers drive. */
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
