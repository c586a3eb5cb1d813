import { once } from 'node:events';
import type { Command } from 'commander';
import { passes, TYPE_PATTERN } from '../../events/event-filter.ts';
import { describeLength, relativeTo } from '../../time/human-duration.ts';
import { type ApiClient, optional } from '../api/api-client.ts';
import type { AlertJson } from '../api/api-types.ts';
import { type FollowedEvent, followEvents } from '../api/event-source.ts';
import { pagesOf } from '../api/pages.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { plain } from '../text/terminal-text.ts';
import { summaryLine } from '../views/broadcast-view.ts';
import { clockTime, dayOf, eventLine } from '../views/watch-board.ts';
import { lateTrouble, WatchScreen } from '../views/watch-screen.ts';
import { addExamples } from './examples.ts';

interface WatchOptions {
  type?: string;
  broadcast?: string;
  since?: string;
  count?: string;
  timezone?: string;
}

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('watch')
    .description('follow events live (table in a terminal, one line per event when piped)')
    .option('--type <names>', 'only these events, comma-separated: broadcast.live,alert.*')
    .option('--broadcast <id>', 'only events of this broadcast')
    .option('--since <event-id>', 'resume after this event; 0: from the oldest stored event')
    .option('--count <number>', 'exit after this many events')
    .option('--timezone <zone>', "IANA zone for showing times (default: LIVESTREAM_TIMEZONE, or this machine's)")
    .action((options: WatchOptions) => watch(options, context));
  addExamples(command, [
    'livestream watch',
    'livestream watch --type \'alert.*\' --json | while read -r event; do echo "$event" >> alerts.jsonl; done',
  ]);
}

async function watch(options: WatchOptions, context: CliContext): Promise<void> {
  const zone = context.zone(options.timezone);
  const count = readCount(options.count);
  const types = readTypes(options.type);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const api = await context.api();
  const onBoard = context.io.isTTY && !context.json;
  const show = onBoard ? board(context, api, options, zone) : lines(context, api, zone, ending.signal);
  try {
    if (!onBoard && !context.json && !options.broadcast) await printTrouble(api, context);
    // Until the first event, nothing else may come for hours.
    if (!onBoard && !context.json) context.io.stderr.write('Following events. Press Ctrl-C to stop.\n');
    const events = followEvents({
      open: (connection) => api.openEvents(connection),
      // The board needs every event to keep its rows right.
      query: { type: onBoard ? undefined : options.type, broadcastId: options.broadcast },
      lastEventId: options.since ?? null,
      signal: ending.signal,
      clock: context.io.clock,
      onConnection: (stands) => show.connection(stands),
      onHeard: () => show.heard(),
    });
    let seen = 0;
    for await (const event of events) {
      const wanted = isWanted(event, types);
      await show.event(event, wanted);
      if (wanted) seen += 1;
      if (seen >= count) break;
    }
  } finally {
    show.end();
    ending.abort();
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
  }
}

interface Show {
  event(event: FollowedEvent, wanted: boolean): void | Promise<void>;
  connection(stands: boolean): void;
  heard(): void;
  end(): void;
}

function board(context: CliContext, api: ApiClient, options: WatchOptions, zone: string): Show {
  return new WatchScreen(context, api, { broadcastId: options.broadcast ?? null, zone });
}

/** One line per event. The date precedes the time when it changes. */
function lines(context: CliContext, api: ApiClient, zone: string, signal: AbortSignal): Show {
  const { paint, columns, io } = context;
  let lastDay: string | null = null;
  let connected: boolean | null = null;
  let lostAt = io.clock.now();
  const text = (followed: FollowedEvent) => {
    const line = eventLine(followed, {
      ...{ paint, columns, displayZone: zone },
      lastDay: lastDay ?? dayOf(api.serverTime.now(), zone),
    });
    lastDay = dayOf(followed.event.timestamp, zone) || lastDay;
    return line;
  };
  return {
    event: (followed) => {
      const line = context.json ? `${JSON.stringify({ id: followed.id, ...followed.event })}\n` : text(followed);
      return printed(io.stdout, line, signal);
    },
    connection: (stands) => {
      // Every failed attempt would print the same line.
      if (stands === connected) return;
      const now = io.clock.now();
      if (!stands) io.stderr.write(`connection lost at ${clockTime(now, zone)}, reconnecting\n`);
      else if (connected === false) io.stderr.write(`connected again, after ${describeLength(now - lostAt)}\n`);
      if (!stands) lostAt = now;
      connected = stands;
    },
    heard: () => {},
    end: () => {},
  };
}

/** A slow reader delays the events instead of filling the memory. */
async function printed(stdout: CliContext['io']['stdout'], line: string, signal: AbortSignal): Promise<void> {
  if (stdout.write(line) !== false || !('once' in stdout)) return;
  await once(stdout as typeof process.stdout, 'drain', { signal }).catch(() => {});
}

/** Printed on stderr before the first event, apart from the events. */
async function printTrouble(api: ApiClient, context: CliContext): Promise<void> {
  const alerts = await optional(openAlerts(api));
  if (alerts !== null) {
    for (const { code, raisedAt, message } of alerts) {
      const when = relativeTo(Date.parse(raisedAt), api.serverTime.now());
      context.io.stderr.write(`open: ! ${plain(code)}  ${when}  ${plain(message)}\n`);
    }
    return;
  }
  for (const broadcast of await lateTrouble(api)) {
    context.io.stderr.write(`earlier: ${summaryLine(broadcast, context.view())}`);
  }
}

/** Every open alert, oldest first. */
async function openAlerts(api: ApiClient): Promise<AlertJson[]> {
  const found: AlertJson[] = [];
  for await (const page of pagesOf((query) => api.listAlerts({ query: { state: 'open', ...query } })))
    found.push(...page.alerts);
  return found.reverse();
}

function isWanted({ id, event }: FollowedEvent, types: string[]): boolean {
  return passes({ types, broadcastId: null }, { id, text: '', event });
}

/** Validated here, too, because the board subscribes to every type. */
function readTypes(text: string | undefined): string[] {
  if (text === undefined) return [];
  const types = text.split(',').map((type) => type.trim());
  const unknown = types.filter((type) => !TYPE_PATTERN.test(type));
  if (unknown.length === 0) return types;
  const shown = unknown.map((type) => `"${type}"`).join(', ');
  throw usageFailure(`--type: expected names such as broadcast.live, series.changed or alert.*, got ${shown}`);
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageFailure(`--count: expected a whole number above 0, got "${text}"`);
  return Number(text);
}
