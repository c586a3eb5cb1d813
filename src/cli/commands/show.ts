import type { Command } from 'commander';
import { broadcastDetails, timeline, warningLines, zoneOf } from '../broadcast-view.ts';
import type { CliContext } from '../context.ts';
import { historyTable } from '../history-view.ts';
import { addExamples } from './examples.ts';

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('show')
    .description('one broadcast: its plan, what happened, and how late')
    .argument('<id>', 'broadcast id, as list shows it')
    .option('--history', 'every change and every request to Zoom too; with --json the history alone')
    .action((id: string, options: { history?: boolean }) => show(id, options, context));
  addExamples(command, ['livestream show bc_3sxtrsd1jp2c031w', 'livestream show bc_3sxtrsd1jp2c031w --history']);
}

async function show(id: string, options: { history?: boolean }, context: CliContext): Promise<void> {
  const api = await context.api();
  if (context.json) return context.printJson(options.history ? await api.history(id) : await api.get(id));
  const broadcast = await api.get(id);
  const frame = context.view();
  context.print(`${broadcastDetails(broadcast, frame)}\n${timeline(broadcast, frame)}`);
  const warnings = warningLines(broadcast, frame);
  if (warnings) context.print(`\n${warnings}`);
  if (!options.history) return;
  const { history } = await api.history(id);
  context.print(`\n${historyTable(history, zoneOf(broadcast, frame), context.paint, context.columns)}`);
}
