import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, usageFailure } from '../exit-codes.ts';
import { plain, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import { addExamples } from './examples.ts';

const MAX_PAGE = 1_000;

/** `notify test`, `dead`, `retry`: notifications sent to NOTIFY_URL. */
export function register(program: Command, context: CliContext): void {
  const notify = program.command('notify').description('test notifications (NOTIFY_URL) and list undelivered ones');
  notify
    .command('test')
    .description('send a test message to every NOTIFY_URL of the API now')
    .action(() => test(context));
  notify
    .command('dead')
    .description('list notifications that could not be delivered within a day')
    .option('--limit <number>', `how many, 1 to ${MAX_PAGE} (default 50)`)
    .action((options: { limit?: string }) => dead(options, context));
  notify
    .command('retry')
    .description('retry them for another day')
    .action(() => retry(context));
  addExamples(notify, ['livestream notify test', 'livestream notify dead --json', 'livestream notify retry']);
}

async function test(context: CliContext): Promise<void> {
  const tested = await (await context.api()).testNotifications();
  const { targets } = tested;
  if (targets.length === 0 || targets.some(({ delivered }) => !delivered)) context.exitCode = EXIT.failed;
  if (context.json) return context.printJson(tested);
  if (targets.length === 0) return context.print('the API has no NOTIFY_URL: set it where `api` and `worker` run\n');
  for (const { target, delivered, status, reason, tookMs } of targets) {
    const result = delivered
      ? context.paint('green', `ok, answered ${status}`)
      : context.paint('red', plain(`not delivered: ${reason}`));
    context.print(`${plain(target)}  ${result} (${tookMs} ms)\n`);
  }
}

async function dead({ limit = '50' }: { limit?: string }, context: CliContext): Promise<void> {
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_PAGE)
    throw usageFailure(`--limit: expected 1 to ${MAX_PAGE}, got "${limit}"`);
  const page = await (await context.api()).listDeadNotifications({ query: { limit: Number(limit) } });
  if (context.json) return context.printJson(page);
  if (page.dead.length === 0) return context.print('no undelivered notifications\n');
  const rows = page.dead.map(({ eventId, type, target, attempts, reason, failedAt }) => [
    { text: describeMoment(Date.parse(failedAt), context.zone(), 'HH:mm:ss') },
    { text: type },
    { text: eventId },
    { text: target },
    { text: String(attempts) },
    { text: reason },
  ]);
  context.print(
    table(['GIVEN UP', 'TYPE', 'EVENT', 'TARGET', 'TRIES', 'REASON'], rows, context.paint, context.columns),
  );
}

async function retry(context: CliContext): Promise<void> {
  const answer = await (await context.api()).retryDeadNotifications();
  if (context.json) return context.printJson(answer);
  context.print(`${answer.retried} will be retried\n`);
}
