import type { Command } from 'commander';
import { relativeTo } from '../../time/human-duration.ts';
import type { FeedJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { plain, table } from '../text/terminal-text.ts';
import { addExamples } from './examples.ts';

interface CreateOptions {
  account?: string;
  label?: string;
}

/** `feeds create|list|delete`: addresses at which a calendar program can subscribe to the schedule. */
export function register(program: Command, context: CliContext): void {
  const feeds = program.command('feeds').description('manage addresses that calendar programs can subscribe to');
  const make = feeds
    .command('create')
    .description('create a feed and print its address; it is shown only once')
    .argument('<name>', 'what calendar programs show')
    .option('--account <name>', 'only broadcasts of this Zoom account')
    .option('--label <name[=value]>', 'only broadcasts with this label')
    .action((name: string, options: CreateOptions) => create(name, options, context));
  addExamples(make, ['livestream feeds create "Room A" --label room=A', 'livestream feeds create All --json']);
  const show = feeds
    .command('list')
    .description('list the feeds, oldest first')
    .action(() => list(context));
  addExamples(show, ['livestream feeds list']);
  const end = feeds
    .command('delete')
    .description('delete feeds; their addresses stop working at once')
    .argument('<ids...>', 'ids, as "livestream feeds list" shows them')
    .action((ids: string[]) => deleteAll(ids, context));
  addExamples(end, ['livestream feeds delete 0123456789abcdef']);
}

async function create(name: string, { account, label }: CreateOptions, context: CliContext): Promise<void> {
  const only = { ...(account === undefined ? {} : { account }), ...(label === undefined ? {} : { label }) };
  const made = await (await context.api()).createFeed({ body: { name, ...only } });
  if (context.json) return context.printJson(made);
  context.print(`${made.url}\n`);
  context.io.stderr.write(
    `Anyone with this address can read the feed ${plain(made.name)} (${made.id}). It is shown only now: keep it safe.\n`,
  );
}

async function list(context: CliContext): Promise<void> {
  const answer = await (await context.api()).listFeeds();
  if (context.json) return context.printJson(answer);
  if (answer.feeds.length === 0) return context.print('no feeds; "livestream feeds create" makes one\n');
  const rows = answer.feeds.map((feed) => [
    { text: plain(feed.name) },
    { text: feed.account ?? feed.limits.accounts?.join(', ') ?? 'all' },
    { text: feed.label ?? feed.limits.labels?.join(', ') ?? 'all' },
    { text: `${relativeTo(Date.parse(feed.createdAt), context.now())} by ${feed.createdBy}` },
    { text: feed.id },
  ]);
  context.print(table(['NAME', 'ACCOUNT', 'LABEL', 'MADE', 'ID'], rows, context.paint, context.columns));
}

async function deleteAll(ids: string[], context: CliContext): Promise<void> {
  const api = await context.api();
  const done: FeedJson[] = [];
  for (const id of ids) {
    const feed = await api.deleteFeed({ path: { id } });
    done.push(feed);
    if (!context.json) context.print(`the feed ${plain(feed.name)} (${feed.id}) is deleted\n`);
  }
  if (context.json) context.printJson(done.length === 1 ? done[0] : { feeds: done });
}
