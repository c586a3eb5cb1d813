import type { Command } from 'commander';
import { BROADCAST_STATUSES, FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import type { ApiClient } from '../api-client.ts';
import type { BroadcastJson } from '../api-types.ts';
import { summaryLine } from '../broadcast-view.ts';
import type { CliContext } from '../context.ts';
import { type FollowedEvent, followEvents } from '../event-source.ts';
import { usageFailure } from '../exit-codes.ts';
import { LiveView } from '../live-view.ts';
import { eventLine, TROUBLE_SHOWN_MS, WatchBoard } from '../watch-board.ts';
import { addExamples } from './examples.ts';

interface WatchOptions {
  type?: string;
  broadcast?: string;
  since?: string;
  count?: string;
  timezone?: string;
}

/** Times such as "in 12 s" go on without events, ms. */
const REDRAW_MS = 1_000;
const UNFINISHED = BROADCAST_STATUSES.filter((status) => !FINAL_STATUSES.has(status));
/** More do not fit on any terminal. */
const MOST_LISTED = 200;
const DAY_MS = 86_400_000;

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('watch')
    .description('follow what happens, live; a table on a terminal, else one line for each event')
    .option('--type <names>', 'only these events: broadcast.live, alert.*; with commas between them')
    .option('--broadcast <id>', 'only events of this broadcast')
    .option('--since <event-id>', 'from after this event on; 0: from the oldest that is stored')
    .option('--count <number>', 'end after so many events')
    .option('--timezone <zone>', "IANA zone for showing times (default: this machine's)")
    .action((options: WatchOptions) => watch(options, context));
  addExamples(command, [
    'livestream watch',
    'livestream watch --type \'alert.*\' --json | while read -r event; do echo "$event" >> alerts.jsonl; done',
  ]);
}

async function watch(options: WatchOptions, context: CliContext): Promise<void> {
  const zone = context.zone(options.timezone);
  const count = readCount(options.count);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const show = context.io.isTTY && !context.json ? await board(context, options, zone) : lines(context, zone);
  try {
    const api = await context.api();
    if (!context.io.isTTY && !context.json && !options.broadcast) await tellTrouble(api, context);
    const events = followEvents({
      open: (connection) => api.openEvents(connection),
      query: { type: options.type, broadcastId: options.broadcast },
      lastEventId: options.since ?? null,
      signal: ending.signal,
      clock: context.io.clock,
      onConnection: show.connection,
    });
    let seen = 0;
    for await (const event of events) {
      show.event(event);
      seen += 1;
      if (seen >= count) break;
    }
  } finally {
    show.end();
    ending.abort();
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
  }
}

interface Show {
  event(event: FollowedEvent): void;
  connection(stands: boolean): void;
  end(): void;
}

function lines(context: CliContext, zone: string): Show {
  const frame = { ...context.view(), displayZone: zone, columns: context.columns };
  return {
    event: (followed) =>
      context.print(
        context.json ? `${JSON.stringify({ id: followed.id, ...followed.event })}\n` : eventLine(followed, frame),
      ),
    connection: (stands) => {
      if (!stands) context.io.stderr.write('connection lost: trying again\n');
    },
    end: () => {},
  };
}

/** The list is read whenever a connection stands, so that nothing can come between the two. */
async function board(context: CliContext, options: WatchOptions, zone: string): Promise<Show> {
  const api = await context.api();
  const content = new WatchBoard();
  const view = new LiveView(
    (text) => context.print(text),
    () => context.io.rows,
  );
  let connected = false;
  const draw = () => {
    const frame = { ...context.view(), displayZone: zone, columns: context.columns };
    view.draw(content.text(frame, context.io.rows, connected));
  };
  const fill = async () => {
    const listed = options.broadcast
      ? [await api.get(options.broadcast)]
      : (await api.list({ status: UNFINISHED, limit: MOST_LISTED })).broadcasts;
    content.fill(listed);
    if (!options.broadcast) content.fill(await lateTrouble(api, context.now()));
    draw();
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    event: (followed) => {
      content.take(followed);
      draw();
    },
    connection: (stands) => {
      connected = stands;
      if (stands) void fill().catch(() => {});
      draw();
    },
    end: () => {
      clearInterval(timer);
      view.end();
    },
  };
}

/** Before the first event, and apart from the events: on stderr. */
async function tellTrouble(api: ApiClient, context: CliContext): Promise<void> {
  for (const broadcast of await lateTrouble(api, context.now())) {
    context.io.stderr.write(`earlier: ${summaryLine(broadcast, context.view())}`);
  }
}

/** What failed or was missed in the last hour; it began a day ago at most. */
async function lateTrouble(api: ApiClient, now: number): Promise<BroadcastJson[]> {
  const from = new Date(now - DAY_MS).toISOString();
  const { broadcasts } = await api.list({ status: ['failed', 'missed'], from, limit: 1_000 });
  return broadcasts.filter(({ updatedAt }) => now - Date.parse(updatedAt) < TROUBLE_SHOWN_MS);
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageFailure(`--count: expected a whole number above 0, got "${text}"`);
  return Number(text);
}
