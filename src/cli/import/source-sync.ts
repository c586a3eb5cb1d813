/** One sync of a source, with a progress bar on a terminal. */
import type { ApiClient } from '../api/api-client.ts';
import type { SyncJson, SyncPlanJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { CliFailure } from '../exit-codes.ts';
import { progressBar } from './import-apply.ts';

/** How often to ask for the progress of a sync, ms. */
const ASK_MS = 500;
/** How long to wait for somebody else's sync, ms. A worker syncs a new source at once, so the first sync by hand often meets one. */
const BUSY_MS = 60_000;

export async function syncSource(
  api: ApiClient,
  name: string,
  body: SyncJson,
  context: CliContext,
): Promise<SyncPlanJson> {
  return withProgress(api, { name, kind: 'source' }, context, () => api.syncSource({ path: { name }, body }));
}

/** What may be busy. A document is stored as a source, but people know it as a document. */
interface Target {
  name: string;
  kind: keyof typeof BUSY;
}

const BUSY = {
  source: 'another sync of this source is running',
  document: 'this document is already being applied',
};

/** Runs something on a source or a document once no other sync runs, and shows its progress on a terminal. @throws CliFailure */
export async function withProgress<Result>(
  api: ApiClient,
  { name, kind }: Target,
  context: CliContext,
  act: () => Promise<Result>,
): Promise<Result> {
  if (!context.io.isTTY || context.json) return whenFree(BUSY[kind], context, act);
  let isDone = false;
  const done = whenFree(BUSY[kind], context, act).finally(() => {
    isDone = true;
  });
  const shown = showProgress(api, name, context, () => isDone);
  return done.finally(() => shown);
}

async function whenFree<Result>(why: string, context: CliContext, act: () => Promise<Result>): Promise<Result> {
  const { clock, stderr } = context.io;
  const until = clock.now() + BUSY_MS;
  for (let isReported = context.json; ; isReported = true) {
    try {
      return await act();
    } catch (error) {
      const isBusy = error instanceof CliFailure && error.problem.code === 'source_busy';
      if (!isBusy || clock.now() >= until) throw error;
    }
    if (!isReported) stderr.write(`${why}: waiting until it has ended\n`);
    await clock.sleepUntil(clock.now() + ASK_MS);
  }
}

async function showProgress(api: ApiClient, name: string, context: CliContext, isDone: () => boolean): Promise<void> {
  let bar: ((done: number) => void) | null = null;
  let total = 0;
  const { clock } = context.io;
  while (!isDone()) {
    await clock.sleepUntil(clock.now() + ASK_MS);
    const progress = isDone()
      ? null
      : await api.getSource({ path: { name } }).then(
          (source) => source.progress,
          () => null,
        );
    if (!progress) continue;
    if (!bar) total = progress.total;
    bar ??= progressBar(context.io, total, false);
    if (progress.done < total) bar(progress.done);
  }
  bar?.(total);
}
