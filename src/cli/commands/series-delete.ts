import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import type { SeriesJson } from '../api/api-types.ts';
import { everyBroadcast } from '../api/pages.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { withSeriesId } from '../ids.ts';
import { plain } from '../text/terminal-text.ts';
import { countOf } from '../views/bulk-view.ts';
import { addExamples } from './examples.ts';

/** What a deletion cancels. */
const UPCOMING = ['scheduled', 'starting', 'waiting'] as const;

/** `series delete`. */
export function registerDelete(series: Command, context: CliContext): void {
  const remove = series
    .command('delete')
    .description('delete series and cancel their upcoming broadcasts')
    .argument('<id...>', 'series ids; or the starts of them, or titles, if only one matches')
    .option('--keep-occurrences', 'keep the upcoming broadcasts')
    .option('--yes', 'do not ask for confirmation')
    .action((ids: string[], options: DeleteOptions) => deleteAll(ids, options, context));
  addExamples(remove, [
    'livestream series delete sr_kkg1jsh0w5hc6ktx',
    'livestream series delete sr_kkg1jsh0w5hc6ktx --keep-occurrences --yes',
  ]);
}

interface DeleteOptions {
  keepOccurrences?: boolean;
  yes?: boolean;
}

async function deleteAll(given: string[], options: DeleteOptions, context: CliContext): Promise<void> {
  const api = await context.api();
  // Looks up all ids first: one wrong id, and nothing is deleted.
  const found: SeriesJson[] = [];
  for (const id of given) found.push(await withSeriesId(api, id, (exact) => api.getSeries({ path: { id: exact } })));
  // Without a terminal, giving the ids is consent, as with `cancel ID`.
  const isAsked = !options.yes && context.io.stdinIsTTY && !context.json;
  if (isAsked) await confirm(await whatDeletingDoes(api, found, options), options.yes, context);
  const deleted: SeriesJson[] = [];
  for (const { id } of found) {
    const one = await api.deleteSeries({
      path: { id },
      query: { keepOccurrences: options.keepOccurrences === true },
    });
    deleted.push(one);
    const rest = options.keepOccurrences ? 'its broadcasts stay' : 'its upcoming broadcasts are canceled';
    if (!context.json) context.print(`${one.id} deleted; ${rest}\n`);
  }
  if (context.json) context.printJson(deleted.length === 1 ? deleted[0] : { series: deleted });
}

async function whatDeletingDoes(
  api: ApiClient,
  found: SeriesJson[],
  { keepOccurrences }: DeleteOptions,
): Promise<string> {
  const names = found.map(({ id, title }) => (title === null ? id : `${id} "${plain(title)}"`)).join(', ');
  const what = `The series ${names} would be deleted`;
  if (keepOccurrences) return `${what}; ${found.length === 1 ? 'its' : 'their'} broadcasts stay`;
  const lists = await Promise.all(found.map(({ id }) => everyBroadcast(api, { seriesId: id, status: [...UPCOMING] })));
  const count = lists.reduce((sum, { length }) => sum + length, 0);
  return `${what}, and ${countOf(count)} canceled`;
}
