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
  if (!context.io.isTTY || context.json) return api.syncSource({ path: { name }, body });
  let isDone = false;
  const done = api.syncSource({ path: { name }, body }).finally(() => {
    isDone = true;
  });
  const shown = showProgress(api, name, context, () => isDone);
  const plan = await done.finally(() => shown);
  return plan;
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
