import type { Command } from 'commander';
import { type ApiClient, ifMatch } from '../api/api-client.ts';
import type { SeriesJson } from '../api/api-types.ts';
import { addBroadcastOptions, withoutStreamKey } from '../broadcast-options.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { withSeriesId } from '../ids.ts';
import { readMeeting } from '../meeting-argument.ts';
import { addNeeded, readLabels } from '../options.ts';
import { addSeriesOptions, type SeriesOptions, seriesBody } from '../series-options.ts';
import { TIME_FORMS } from '../text/human-time.ts';
import { describeSeriesTimes, firstDayOf, movedAlong, seriesLengthWarning, timesAfter } from '../text/series-times.ts';
import { occurrencesTable, type SeriesFrame, seriesDetails, seriesTable } from '../views/series-view.ts';
import { addExamples } from './examples.ts';
import { registerDelete } from './series-delete.ts';
import { registerFromMeeting } from './series-from-meeting.ts';
import { registerSkip } from './series-skip.ts';

interface ChangeOptions extends SeriesOptions {
  yes?: boolean;
  meeting?: string;
  open?: boolean;
  from?: string;
}

const SHOWN = 5;
const LARGEST = 1_000;

/** `series create|list|show|occurrences|change|skip|unskip|delete`. */
export function register(program: Command, context: CliContext): void {
  const series = program.command('series').description('manage recurring broadcasts');
  registerCreate(series, context);
  registerReading(series, context);
  registerChange(series, context);
  registerSkip(series, context);
  registerFromMeeting(series, context);
  registerDelete(series, context);
}

function registerCreate(series: Command, context: CliContext): void {
  const create = series
    .command('create')
    .description('schedule recurring broadcasts of a meeting or webinar')
    .argument('<meetingId>', 'number of the meeting or webinar, in quotes if it has spaces; or its join link');
  addNeeded(create, '--rule <rule>', 'RFC 5545, such as "FREQ=WEEKLY;BYDAY=SU"');
  addNeeded(create, '--start <when>', `start of the first broadcast: ${TIME_FORMS}`);
  addBroadcastOptions(addSeriesOptions(create))
    .option(
      '--idempotency-key <key>',
      'running it again with the same key and input stores nothing new (+10m is a new time in each run)',
    )
    .action((meetingId: string, options: SeriesOptions & { idempotencyKey?: string }) =>
      createOne(meetingId, options, context),
    );
  addExamples(create, [
    'livestream series create "684 2308 5" --rule "FREQ=WEEKLY;BYDAY=SU" --start "2026-12-06 09:00" --duration 90m --timezone America/New_York',
    'livestream series create 68423085 --rule "FREQ=MONTHLY;BYDAY=1TU;COUNT=12" --start "2026-12-01 19:00" --stop-time 21:00 --lead 10m',
  ]);
}

function registerReading(series: Command, context: CliContext): void {
  const list = series
    .command('list')
    .description('list series, oldest first')
    .option('--meeting <id>', 'of this meeting or webinar')
    .option('--account <name>', 'of this account')
    .option('--external-id <id>', 'with this external id')
    .option('--label <name[=value]>', 'with this label')
    .option('--limit <number>', `how many, 1 to ${LARGEST} (default 50)`)
    .action((options: Record<string, string | undefined>) => listAll(options, context));
  addExamples(list, ['livestream series list', 'livestream series list --label room=A --json']);
  const show = series
    .command('show')
    .description('show a series: its rule, warnings and next occurrences')
    .argument('<id>', 'series id; or the start of it, or the title, if only one matches')
    .action((id: string) => showOne(id, context));
  addExamples(show, ['livestream series show sr_kkg1jsh0w5hc6ktx']);
  const occurrences = series
    .command('occurrences')
    .description('list the upcoming occurrences of a series and their broadcasts')
    .argument('<id>', 'series id; or the start of it, or the title, if only one matches')
    .option('--limit <number>', `how many, 1 to ${LARGEST} (default 10)`)
    .action((id: string, options: { limit?: string }) => showOccurrences(id, options, context));
  addExamples(occurrences, ['livestream series occurrences sr_kkg1jsh0w5hc6ktx --limit 52']);
}

function registerChange(series: Command, context: CliContext): void {
  const change = series
    .command('change')
    .description('change a series and its upcoming broadcasts, except those you edited')
    .argument('<id>', 'series id; or the start of it, or the title, if only one matches')
    .option('--rule <rule>', 'RFC 5545')
    .option(
      '--start <when>',
      'new start of the rule; a time alone moves every broadcast, with its stop, on its own day',
    )
    .option(
      '--from <time>',
      'change only the occurrence at this local time (as occurrences shows it) and those after it',
    )
    .option('--yes', 'do not ask, even if each would be on air more than twice as long as before')
    .option('--meeting <meetingId>', 'another meeting or webinar')
    .option('--open', 'no stop: it ends with the meeting, or when you stop it');
  addBroadcastOptions(addSeriesOptions(change), "the series'").action((id: string, options: ChangeOptions) =>
    changeOne(id, options, context),
  );
  addExamples(change, [
    'livestream series change sr_kkg1jsh0w5hc6ktx --start 10:00',
    'livestream series change sr_kkg1jsh0w5hc6ktx --duration 2h',
    'livestream series change sr_kkg1jsh0w5hc6ktx --from 2026-12-20T09:00 --start 10:00',
    'livestream series change sr_kkg1jsh0w5hc6ktx --rule "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270628" --except 2026-12-27',
  ]);
}

async function createOne(
  meetingId: string,
  options: SeriesOptions & { idempotencyKey?: string },
  context: CliContext,
): Promise<void> {
  const zone = context.zone(options.timezone);
  const labels = readLabels(options.label);
  const body: Record<string, unknown> = {
    meetingId: readMeeting(meetingId, '<meetingId>').meetingId,
    ...(await seriesBody(options, { now: context.now(), zone }, context.io)),
    timezone: zone,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
  if (options.dryRun) return context.printJson(withoutStreamKey(body));
  const api = await context.api();
  const key = options.idempotencyKey ?? (await import('nanoid')).nanoid();
  const series = await api.createSeries({ headers: { 'Idempotency-Key': key }, body: body as never });
  if (context.json) return context.printJson(series);
  await printWithOccurrences(api, series, context);
  if (options.timezone === undefined)
    context.print(context.paint('dim', `${zone} is this machine’s time zone; use --timezone for another\n`));
}

async function listAll(options: Record<string, string | undefined>, context: CliContext): Promise<void> {
  const api = await context.api();
  const { meeting, account, externalId, label } = options;
  const limit = options['limit'] === undefined ? undefined : readLimit(options['limit']);
  const query = { meetingId: meeting, account, externalId, label, limit };
  const page = await api.listSeries({
    query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)),
  });
  if (context.json) return context.printJson(page);
  if (page.series.length === 0) return context.print('no series\n');
  context.print(seriesTable(page.series, frameOf(context)));
  if (page.nextCursor) context.print(context.paint('dim', 'there are more; see --limit\n'));
}

async function showOne(id: string, context: CliContext): Promise<void> {
  const api = await context.api();
  const series = await withSeriesId(api, id, (one) => api.getSeries({ path: { id: one } }));
  if (context.json) return context.printJson(series);
  await printWithOccurrences(api, series, context);
}

async function showOccurrences(given: string, options: { limit?: string }, context: CliContext): Promise<void> {
  const api = await context.api();
  const limit = options.limit === undefined ? 10 : readLimit(options.limit);
  const [found, { timezone }] = await withSeriesId(api, given, async (id) =>
    context.json
      ? [await api.listOccurrences({ path: { id }, query: { limit } }), { timezone: '' }]
      : [await api.listOccurrences({ path: { id }, query: { limit } }), await api.getSeries({ path: { id } })],
  );
  if (context.json) return context.printJson(found);
  context.print(occurrencesTable(found, timezone, frameOf(context)));
}

async function changeOne(id: string, options: ChangeOptions, context: CliContext): Promise<void> {
  const api = await context.api();
  const current = await withSeriesId(api, id, (one) => api.getSeries({ path: { id: one } }));
  const part = options.from === undefined ? current : { ...current, startAt: readFrom(options.from) };
  const body = await changeBody(part, options, context);
  if (Object.keys(body).length === 0) throw usageFailure('nothing to change: use at least one option');
  if (options.dryRun) return context.printJson(withoutStreamKey(body));
  const after = timesAfter(part, body);
  const changesTimes = ['startAt', 'duration', 'stopTime'].some((name) => name in body);
  const reading = changesTimes ? describeSeriesTimes(part, after, context.paint) : '';
  const doubt = seriesLengthWarning(part, after);
  if (doubt !== null && !options.yes) {
    if (!context.json) context.io.stderr.write(reading);
    await confirm(doubt, options.yes, context);
  }
  const series = await api.changeSeries({
    path: { id: current.id },
    query: options.from ? { from: readFrom(options.from) } : {},
    headers: ifMatch(current.revision),
    body: body as never,
  });
  if (context.json) return context.printJson(series);
  if (options.from !== undefined)
    context.print(`${current.id} ends before ${options.from}; ${series.id} continues it\n`);
  else context.print(reading);
  await printWithOccurrences(api, series, context);
}

/** Also accepts `2026-12-20 09:00`. */
function readFrom(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/.test(text)) return text.replace(' ', 'T').padEnd(19, ':00');
  throw usageFailure(`--from: expected the local time of an occurrence such as 2026-12-20T09:00, got "${text}"`);
}

async function changeBody(current: SeriesJson, options: ChangeOptions, context: CliContext) {
  const zone = context.zone(options.timezone ?? current.timezone);
  const frame = { now: context.now(), zone, ownDay: firstDayOf(current) };
  const given = await seriesBody(options, frame, context.io);
  const body: Record<string, unknown> = {
    ...(options.meeting === undefined ? {} : { meetingId: readMeeting(options.meeting, '--meeting').meetingId }),
    ...given,
    ...(given['settings'] ? { settings: { ...current.settings, ...(given['settings'] as object) } } : {}),
    ...(given['onClockChange']
      ? { onClockChange: { ...current.onClockChange, ...(given['onClockChange'] as object) } }
      : {}),
    ...(given['exceptions'] ? { exceptions: [...current.exceptions, ...(given['exceptions'] as string[])] } : {}),
    ...(given['skipCalendars']
      ? { skipCalendars: [...(current.skipCalendars ?? []), ...(given['skipCalendars'] as string[])] }
      : {}),
    ...(given['additions'] ? { additions: [...current.additions, ...(given['additions'] as string[])] } : {}),
    ...(options.open ? { duration: null, stopTime: null } : {}),
    ...(options.label ? { labels: readLabels(options.label, current.labels) } : {}),
  };
  return { ...body, ...movedAlong(current, body) };
}

async function printWithOccurrences(api: ApiClient, series: SeriesJson, context: CliContext): Promise<void> {
  const next = await api.listOccurrences({ path: { id: series.id }, query: { limit: SHOWN } });
  context.print(`${seriesDetails(series, context)}\n${occurrencesTable(next, series.timezone, frameOf(context))}`);
}

function frameOf(context: CliContext): SeriesFrame {
  return { paint: context.paint, now: () => context.now(), columns: context.columns };
}

function readLimit(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= LARGEST) return Number(text);
  throw usageFailure(`--limit: expected 1 to ${LARGEST}, got "${text}"`);
}
