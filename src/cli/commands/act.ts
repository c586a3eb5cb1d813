import type { Command } from 'commander';
import { FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import type { ApiClient } from '../api-client.ts';
import type { BroadcastJson } from '../api-types.ts';
import { summaryLine, warningLines } from '../broadcast-view.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT } from '../exit-codes.ts';
import { printFailure } from '../failure-text.ts';
import { addExamples } from './examples.ts';

type Act = (api: ApiClient, id: string) => Promise<BroadcastJson>;
type After = (broadcast: BroadcastJson, context: CliContext) => void;

/** `cancel`, `start`, `stop`, `preflight`, `retry`: one request for each id. */
export function register(program: Command, context: CliContext): void {
  const add = (name: string, description: string, examples: string[], act: Act, after?: After) =>
    addExamples(
      program
        .command(name)
        .description(description)
        .argument('<id...>', 'broadcast ids, as list shows them')
        .action((ids: string[]) => actOnAll(ids, act, context, after)),
      examples,
    );
  const finished = new Set<BroadcastJson>();
  add(
    'cancel',
    'cancel broadcasts; one that is live is stopped',
    ['livestream cancel bc_3sxtrsd1jp2c031w', 'livestream cancel bc_3sxtrsd1jp2c031w bc_fp82p3byga0s8wkc'],
    async (api, id) => {
      const before = await api.get(id);
      if (!FINAL_STATUSES.has(before.status)) return api.cancel(id);
      finished.add(before);
      return before;
    },
    (broadcast, output) => {
      if (finished.has(broadcast)) output.print(`it is ${broadcast.status} already: there is nothing to cancel\n`);
    },
  );
  add('start', 'put on air now', ['livestream start bc_3sxtrsd1jp2c031w'], (api, id) => api.command(id, 'start'));
  add('stop', 'take off air now', ['livestream stop bc_3sxtrsd1jp2c031w'], (api, id) => api.command(id, 'stop'));
  add(
    'preflight',
    'check now whether Zoom would let broadcasts start',
    ['livestream preflight bc_3sxtrsd1jp2c031w'],
    (api, id) => api.command(id, 'preflight'),
    printWarnings,
  );
  add(
    'retry',
    'try a missed or failed broadcast again, starting now',
    ['livestream retry bc_3sxtrsd1jp2c031w'],
    (api, id) => api.command(id, 'retry'),
  );
}

/** `preflight`: what would keep it from going on air is printed under it. */
function printWarnings(broadcast: BroadcastJson, context: CliContext): void {
  const warnings = warningLines(broadcast, context.view());
  context.print(warnings || 'nothing found that would prevent the start');
}

/** One fault does not keep the others from being done; the exit code is that of the first fault. */
async function actOnAll(ids: string[], act: Act, context: CliContext, after?: After): Promise<void> {
  const api = await context.api();
  const done: BroadcastJson[] = [];
  for (const id of ids) {
    try {
      const broadcast = await act(api, id);
      done.push(broadcast);
      if (context.json) continue;
      context.print(summaryLine(broadcast, context));
      after?.(broadcast, context);
    } catch (error) {
      if (!(error instanceof CliFailure) || ids.length === 1) throw error;
      printFailure(error, context.io.stderr, context.json, id);
      if (context.exitCode === EXIT.ok) context.exitCode = error.exitCode;
    }
  }
  if (context.json) context.printJson(ids.length === 1 ? done[0] : { broadcasts: done });
}
