import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { BroadcastJson } from '../api-types.ts';
import { summaryLine } from '../broadcast-view.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT } from '../exit-codes.ts';
import { printFailure } from '../failure-text.ts';
import { addExamples } from './examples.ts';

type Act = (api: ApiClient, id: string) => Promise<BroadcastJson>;

/** `cancel`, `start`, `stop`, `retry`: one request for each id. */
export function register(program: Command, context: CliContext): void {
  const add = (name: string, description: string, examples: string[], act: Act) =>
    addExamples(
      program
        .command(name)
        .description(description)
        .argument('<id...>', 'broadcast ids, as list shows them')
        .action((ids: string[]) => actOnAll(ids, act, context)),
      examples,
    );
  add(
    'cancel',
    'cancel broadcasts; one that is live is stopped',
    ['livestream cancel 3fK9', 'livestream cancel 3fK9 8xQ2'],
    (api, id) => api.cancel(id),
  );
  add('start', 'put on air now', ['livestream start 3fK9'], (api, id) => api.command(id, 'start'));
  add('stop', 'take off air now', ['livestream stop 3fK9'], (api, id) => api.command(id, 'stop'));
  add('retry', 'try a missed or failed broadcast again, starting now', ['livestream retry 3fK9'], (api, id) =>
    api.command(id, 'retry'),
  );
}

/** One fault does not keep the others from being done; the exit code is that of the first fault. */
async function actOnAll(ids: string[], act: Act, context: CliContext): Promise<void> {
  const api = await context.api();
  const done: BroadcastJson[] = [];
  for (const id of ids) {
    try {
      const broadcast = await act(api, id);
      done.push(broadcast);
      if (!context.json) context.print(summaryLine(broadcast, context));
    } catch (error) {
      if (!(error instanceof CliFailure) || ids.length === 1) throw error;
      printFailure(error, context.io.stderr, context.json, id);
      if (context.exitCode === EXIT.ok) context.exitCode = error.exitCode;
    }
  }
  if (context.json) context.printJson(ids.length === 1 ? done[0] : { broadcasts: done });
}
