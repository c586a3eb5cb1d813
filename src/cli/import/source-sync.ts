/** One sync of a source, with a progress bar on a terminal. */
import type { ApiClient } from '../api/api-client.ts';
import type { SyncJson, SyncPlanJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { progressBar } from './import-apply.ts';

/** How often it is asked how far a sync is, ms. */
const ASK_MS = 500;

export async function syncSource(
  api: ApiClient,
  name: string,
  body: SyncJson,
  context: CliContext,
): Promise<SyncPlanJson> {
  return withProgress(api, name, context, () => api.syncSource({ path: { name }, body }));
}

/** Does something with a source, and shows on a terminal how far it is. */
export async function withProgress<Result>(
  api: ApiClient,
  name: string,
  context: CliContext,
  act: () => Promise<Result>,
): Promise<Result> {
  if (!context.io.isTTY || context.json) return act();
  let isDone = false;
  const done = act().finally(() => {
    isDone = true;
  });
  const shown = showProgress(api, name, context, () => isDone);
  return done.finally(() => shown);
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
