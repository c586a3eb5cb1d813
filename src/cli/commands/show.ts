import type { Command } from 'commander';
import type { BroadcastJson, HistoryLine } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { withBroadcastId } from '../ids.ts';
import { broadcastDetails, timeline, warningLines, zoneOf } from '../views/broadcast-view.ts';
import { historyTable } from '../views/history-view.ts';
import { addExamples } from './examples.ts';

interface ShowOptions {
  history?: boolean;
  timezone?: string;
}

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('show')
    .description('show a broadcast: its plan, what happened, and how late')
    .argument('<id>', 'broadcast id, as list shows it; or the start of it, or a title, if only one matches')
    .option('--timezone <zone>', "IANA zone for showing times (default: the broadcast's)")
    .option('--history', 'also show every change and every request to Zoom; with --json, only the history')
    .action((id: string, options: ShowOptions) => show(id, options, context));
  addExamples(command, ['livestream show bc_3sxtrsd1jp2c031w', 'livestream show bc_3sxtrsd1jp2c031w --history']);
}

async function show(given: string, options: ShowOptions, context: CliContext): Promise<void> {
  const displayZone = options.timezone === undefined ? undefined : context.zone(options.timezone);
  const api = await context.api();
  const read = async (id: string): Promise<BroadcastJson | { history: HistoryLine[] }> =>
    context.json && options.history ? api.getBroadcastHistory({ path: { id } }) : api.getBroadcast({ path: { id } });
  const answer = await withBroadcastId(api, given, context, read);
  if (context.json || 'history' in answer) return context.printJson(answer);
  const broadcast = answer;
  const { id } = broadcast;
  const frame = { ...context.view(), displayZone };
  context.print(`${broadcastDetails(broadcast, frame)}\n${timeline(broadcast, frame)}`);
  const warnings = warningLines(broadcast, frame);
  if (warnings) context.print(`\n${warnings}`);
  if (!options.history) return;
  const { history } = await api.getBroadcastHistory({ path: { id } });
  context.print(`\n${historyTable(history, zoneOf(broadcast, frame), context.paint, context.columns)}`);
}
