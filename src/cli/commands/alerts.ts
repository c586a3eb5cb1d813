import { type Command, Option } from 'commander';
import { ALERT_STATES, type AlertState } from '../../alerts/alert-store.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { AlertJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { plain } from '../text/terminal-text.ts';
import { addExamples } from './examples.ts';

interface AlertOptions {
  state: AlertState;
  account?: string;
  label?: string;
  limit?: string;
  all?: boolean;
}

/** Maximum limit of one request (contract section 6). */
const MAX_PAGE = 1_000;

/** `alerts` and `alerts ack`: what needs a person. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('alerts')
    .description('list open alerts, newest first')
    .addOption(new Option('--state <state>', 'which ones').choices(ALERT_STATES).default('open'))
    .option('--account <name>', 'of broadcasts of this account')
    .option('--label <name[=value]>', 'of broadcasts with this label')
    .option('--limit <number>', `how many, 1 to ${MAX_PAGE} (default 50)`)
    .option('--all', 'show all, with no limit')
    .action((options: AlertOptions) => list(options, context));
  command
    .command('ack')
    .description('acknowledge alerts')
    .argument('<ids...>', 'ids, as "livestream alerts" shows them')
    .option('--note <text>', 'what you know or did about it')
    .action((ids: string[], options: { note?: string }) => acknowledge(ids, options, context));
  addExamples(command, [
    'livestream alerts',
    'livestream alerts --state acknowledged --json',
    'livestream alerts ack al_3f2a9c51d07be846 --note "the host starts it"',
  ]);
}

async function list({ state, account, label, limit, all }: AlertOptions, context: CliContext): Promise<void> {
  if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MAX_PAGE))
    throw usageFailure(`--limit: expected 1 to ${MAX_PAGE}, got "${limit}"`);
  const api = await context.api();
  const query = { state, ...(account === undefined ? {} : { account }), ...(label === undefined ? {} : { label }) };
  const size = all ? MAX_PAGE : Number(limit ?? 50);
  let page = await api.listAlerts({ query: { ...query, limit: size } });
  const alerts = page.alerts;
  while (all && page.nextCursor !== null) {
    page = await api.listAlerts({ query: { ...query, limit: size, cursor: page.nextCursor } });
    alerts.push(...page.alerts);
  }
  if (context.json) return context.printJson({ alerts, nextCursor: page.nextCursor });
  if (alerts.length === 0) return context.print(state === 'open' ? 'no open alerts\n' : `no ${state} alerts\n`);
  context.print(alerts.map((alert) => described(alert, context)).join(''));
  if (page.nextCursor !== null) context.print(`showing the newest ${alerts.length}; see --all\n`);
}

async function acknowledge(ids: string[], { note }: { note?: string }, context: CliContext): Promise<void> {
  const api = await context.api();
  const done: AlertJson[] = [];
  for (const id of ids) done.push(await api.acknowledgeAlert({ path: { id }, body: { note: note ?? null } }));
  if (context.json) return context.printJson(ids.length === 1 ? done[0] : { alerts: done });
  for (const { id, message } of done) context.print(`${id} acknowledged: ${plain(message)}\n`);
}

/** An alert: its id and code, what happened, what to do, and who acknowledged it. */
function described(alert: AlertJson, context: CliContext): string {
  const { id, code, message, advice, acknowledgedBy, note } = alert;
  const ago = (iso: string) => relativeTo(Date.parse(iso), context.now());
  const isOpen = alert.resolvedAt === null && alert.acknowledgedAt === null;
  const lines = [
    `${context.paint(isOpen ? 'red' : 'dim', code)}  ${ago(alert.raisedAt)}  ${context.paint('dim', id)}`,
    `  ${plain(message)}`,
    `  ${context.paint('cyan', plain(advice))}`,
  ];
  if (alert.acknowledgedAt !== null) {
    const why = note === null ? '' : `: ${plain(note)}`;
    lines.push(`  acknowledged ${ago(alert.acknowledgedAt)} by ${plain(acknowledgedBy ?? 'unknown')}${why}`);
  }
  if (alert.resolvedAt !== null) lines.push(`  resolved ${ago(alert.resolvedAt)}`);
  return `${lines.join('\n')}\n`;
}
