import type { Command } from 'commander';
import { BROADCAST_STATUSES, FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import { describeLength, relativeTo } from '../../time/human-duration.ts';
import { type ApiClient, optional } from '../api/api-client.ts';
import type { AccountsJson, AlertsJson, BroadcastJson, SummaryJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { details, plain, STATUS_TINT } from '../text/terminal-text.ts';
import { broadcastTable } from '../views/broadcast-table.ts';
import { addExamples } from './examples.ts';

const NEXT = 5;
const MAX_ALERTS = 20;
/** Without a summary, failures this recent count as open, ms. */
const LATELY_MS = 86_400_000;

/** `status`: the current state at a glance. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('status')
    .description('show counts, workers, the next five, and what needs attention')
    .option(
      '--timezone <zone>',
      "IANA zone for showing times, and for what counts as today (default: LIVESTREAM_TIMEZONE, or this machine's)",
    )
    .action((options: { timezone?: string }) => status(options, context));
  addExamples(command, ['livestream status', 'livestream status --json']);
}

async function status(options: { timezone?: string }, context: CliContext): Promise<void> {
  const zone = context.zone(options.timezone);
  const api = await context.api();
  const redis = await api.redisTrouble();
  if (redis !== null && !context.json) context.print(`${context.paint('red', plain(redis))}\n\n`);
  const [summary, accounts, alerts, next] = await Promise.all([
    optional(api.getSummary({ query: { timezone: zone } })),
    optional(api.listAccounts()),
    optional(api.listAlerts({ query: { state: 'open', limit: MAX_ALERTS } })),
    api.listBroadcasts({ query: { status: ['scheduled'], limit: NEXT } }),
  ]);
  if (context.json) {
    return context.printJson({
      summary,
      accounts: accounts?.accounts ?? null,
      alerts: alerts?.alerts ?? null,
      next: next.broadcasts,
    });
  }
  context.print(
    summary
      ? counts(summary, redis !== null, context)
      : 'This API is older than this command line and has no counts.\n',
  );
  const tableFrame = { ...context.view(), displayZone: zone, columns: context.columns };
  const upcoming =
    next.broadcasts.length === 0 ? 'nothing is scheduled\n' : broadcastTable(next.broadcasts, tableFrame);
  context.print(`\nNEXT\n${upcoming}`);
  const problems = [
    // While Redis refuses writes, workers are not visible.
    ...(redis === null ? [] : [context.paint('red', plain(redis))]),
    ...(summary && redis === null ? ofSummary(summary, context) : []),
    ...(accounts ? ofAccounts(accounts) : []),
    ...(alerts ? ofAlerts(alerts, summary, context) : await ofBroadcasts(api, context)),
  ];
  const text = problems.length === 0 ? 'nothing\n' : problems.map((line) => `${line}\n`).join('');
  context.print(`\nNEEDS ATTENTION\n${text}`);
}

function counts({ broadcasts, workers, nextStop }: SummaryJson, isBlind: boolean, context: CliContext): string {
  const of = (all: Record<string, number>, isFinal: boolean) =>
    BROADCAST_STATUSES.filter((one) => FINAL_STATUSES.has(one) === isFinal)
      .filter((one) => (all[one] ?? 0) > 0)
      .map((one) => context.paint(STATUS_TINT[one], `${all[one]} ${one}`))
      .join(', ') || 'none';
  const { seen } = workers;
  const stop =
    nextStop &&
    `${plain(nextStop.title ?? nextStop.broadcastId)} ${relativeTo(Date.parse(nextStop.at), context.now())}`;
  return details(
    [
      ['now', of(broadcasts.now, false)],
      ['over today', of(broadcasts.today, true)],
      [
        'workers',
        isBlind && seen === 0
          ? 'unknown: Redis refuses writes'
          : seen === 0
            ? context.paint('red', 'none')
            : String(seen),
      ],
      ['next stop', stop],
    ],
    context.paint,
  );
}

function ofSummary({ workers, oldestOverdue }: SummaryJson, context: CliContext): string[] {
  const lines =
    workers.seen > 0
      ? []
      : [context.paint('red', 'no worker is running: nothing goes on or off air. Start one: livestream worker')];
  if (!oldestOverdue) return lines;
  const { action, broadcastId, title, overdueMs } = oldestOverdue;
  const name = title === null ? broadcastId : `"${plain(title)}" (${broadcastId})`;
  return [...lines, context.paint('red', `the ${action} of ${name} is ${describeLength(overdueMs)} overdue`)];
}

function ofAccounts({ accounts }: AccountsJson): string[] {
  const bad = accounts.filter(({ credentials }) => credentials.good === false);
  return bad.map(
    ({ name, credentials }) =>
      `Zoom refuses the credentials of account ${name}${credentials.detail ? `: ${plain(credentials.detail)}` : ''}`,
  );
}

function ofAlerts({ alerts, nextCursor }: AlertsJson, summary: SummaryJson | null, context: CliContext): string[] {
  const lines = alerts.map(({ code, broadcastId, message, advice, raisedAt }) => {
    const when = relativeTo(Date.parse(raisedAt), context.now());
    const subject = broadcastId === null ? '' : `  ${broadcastId}`;
    const head = `${context.paint('yellow', `! ${code}`)}  ${when}${subject}  ${plain(message)}`;
    return advice ? `${head}\n  ${context.paint('cyan', plain(advice))}` : head;
  });
  if (!nextCursor) return lines;
  return [...lines, `Showing ${alerts.length} of ${summary?.alerts.open ?? 'more'} open alerts.`];
}

/** With an older API: what failed or was missed lately, and warnings. */
async function ofBroadcasts(api: ApiClient, context: CliContext): Promise<string[]> {
  const from = new Date(context.now() - LATELY_MS).toISOString();
  const { broadcasts } = await api.listBroadcasts({ query: { status: ['failed', 'missed'], from, limit: MAX_ALERTS } });
  return broadcasts.map(
    ({ id, status: state, reason }: BroadcastJson) =>
      `${context.paint(STATUS_TINT[state], state)}  ${id}  ${plain(reason ?? '')}`,
  );
}
